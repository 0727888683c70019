"""Links from the pages of the tables to the tasks, where a task is the better way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from library_site.cqrs.context import Actor, Context
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_of
from library_site.html.links import Link, task_link


@dataclass(frozen=True)
class TaskLink:
    """A link to the page of a task, with this text (to be translated), for those who may carry it out.

    `chosen` says what is chosen there of a row, on whose page the link is; without it, the link is on the list.
    """

    text: str | Promise
    message: type[Message[Any]]
    chosen: Callable[[Any], dict[str, Any]] | None = None

    def to(self, context: Context, row: Any) -> Link | None:
        chosen = self.chosen(row) if self.chosen else {}
        link = task_link(operation_of(self.message), context, **chosen)
        return link and link._replace(text=str(self.text))


class TaskLinksAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages that lead to the tasks: those of a row to what can be done about it, the list to the others."""

    task_links: ClassVar[tuple[TaskLink, ...]] = ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        links = list(self._links(request, kwargs.get("obj")))
        return super().render_change_form(request, context | {"task_links": links}, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        links = list(self._links(request, None))
        return super().changelist_view(request, (extra_context or {}) | {"task_links": links})

    def _links(self, request: HttpRequest, row: Any) -> Iterator[Link]:
        context = Context(actor=Actor.of_user(request.user), source="admin")
        for each in self.task_links:
            if (row is None) == (each.chosen is None) and (link := each.to(context, row)):
                yield link
