"""Names of the code as words for people."""

import re

from django import template

from library_site.cqrs.names import TITLES, refusal_name

register = template.Library()


@register.filter
def words(name: str) -> str:
    """BorrowBook is Borrow book, user_suspended is The person is suspended; of several codes in JSON, each."""
    return str(TITLES.get(name) or ", ".join(refusal_name(code) for code in re.findall(r"\w+", name)))
