"""Pages that hold all that is known of one thing."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_of

from .forms import MessageForm
from .links import Link, task_link, task_url
from .lists import QueryView

FIRST_ROWS = 10


class Section(NamedTuple):
    """The first rows of a list, and the page that has them all."""

    title: str
    table: str
    empty: str
    rows: list[Any]
    more_url: str | None


class FileView(QueryView):
    """One thing: its row, what can be done about it, and the first rows of the `lists` about it.

    `subject` is the field that says which thing, in the query and in those of the lists, which go by their headings
    (marked by gettext_noop).
    """

    table = ""
    subject: ClassVar[str]
    lists: ClassVar[dict[str, type[QueryView]]]

    def heading(self, row: Any) -> str:
        raise NotImplementedError

    def tasks(self, row: Any) -> tuple[type[Message[Any]], ...]:
        """What can be done about it now."""
        raise NotImplementedError

    def render_page(self, form: MessageForm, *, status: int = 200, **values: Any) -> HttpResponse:
        """What its box takes is looked up, and no more: it is called so, unlike the box of any task."""
        form[self.subject].label = _("Look up")
        return super().render_page(form, status=status, **values)

    def page_context(self, form: Any, page: Any) -> dict[str, Any]:
        form.picks()[self.subject].widget.rows = []  # the page says more of it
        if not page.rows:
            return {"page": page}
        (row,) = page.rows
        return {
            "page": page,
            "row": row,
            "title": self.heading(row),
            "links": list(self._links(row)),
            "sections": self.sections(row),
        }

    def sections(self, row: Any) -> list[Section]:
        """The lists, in the order of need."""
        return list(self._sections(row.id))

    def _links(self, row: Any) -> Iterator[Link]:
        for message in self.tasks(row):
            if link := task_link(operation_of(message), self.context(), **{self.subject: row.id}):
                yield link

    def _sections(self, row_id: UUID) -> Iterator[Section]:
        """The lists that the actor may read."""
        context = self.context()
        for heading, view in self.lists.items():
            operation = operation_of(view.form_class.message)
            if not context.actor.may(operation.permission):
                continue
            asked: Any = operation.message(**{self.subject: row_id, "page_size": FIRST_ROWS})
            page = dispatch(asked, context)
            more_url = page.next and task_url(operation.slug, **{self.subject: row_id})
            yield Section(_(heading), view.table, str(view.empty), page.rows, more_url)
