"""Links to the pages of tasks, and of what helps against a refusal: which that is, the refusal says."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from library_site.cqrs.context import Context
from library_site.cqrs.errors import Remedy
from library_site.cqrs.operations import RegisteredOperation, operation_named


class Link(NamedTuple):
    text: str
    url: str


def task_url(operation: str, **chosen: Any) -> str:
    """The page of a task, with things chosen beforehand: task_url("borrow_book", user_id=...)."""
    return reverse(operation) + (f"?{urlencode(chosen)}" if chosen else "")


def task_link(operation: RegisteredOperation, context: Context, **chosen: Any) -> Link | None:
    """The same, by the name of the task; None for who may not carry it out."""
    if not context.actor.may(operation.permission):
        return None
    return Link(str(operation.title), task_url(operation.slug, **chosen))


def remedy_link(remedy: Remedy, context: Context) -> Link | None:
    """To the page of what helps against a refusal, filled in; None for who may not do that."""
    operation = operation_named(remedy.operation)
    link = task_link(operation, context, **remedy.arguments) if operation else None
    return link._replace(text=": ".join(filter(None, (link.text, remedy.about)))) if link else None
