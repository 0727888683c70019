"""Names of the code as words for people."""

import re

from django import template

from library_site.cqrs.operations import NO_OPERATIONS, operation_named
from library_site.cqrs.texts import SOURCES, SYSTEM_ACTORS, refusal_name

register = template.Library()


@register.filter
def words(name: str) -> str:
    """BorrowBook is Borrow book, user_suspended is The person is suspended; of several codes in JSON, each."""
    operation = operation_named(name, or_internal=True)
    title = operation.title if operation else NO_OPERATIONS.get(name, "")
    return str(title) or ", ".join(refusal_name(code) for code in re.findall(r"\w+", name))


@register.filter
def unbroken(text: str) -> str:
    """On one line: a date in a sentence."""
    return text.replace(" ", "\u00a0")


@register.filter
def actor(name: str) -> str:
    """Who did something: the user name of staff; what acts for the library itself, system:cli, as words."""
    return str(SYSTEM_ACTORS.get(name, name))


@register.filter
def source(name: str) -> str:
    """How a request came in: html is "on a page"."""
    return str(SOURCES.get(name, name))
