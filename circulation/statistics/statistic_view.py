"""What the pages of statistics share: words, a picture, the table behind it, and the table as a file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, re_path, reverse
from django.utils.formats import date_format

from library_site.cqrs import Page, dispatch
from library_site.cqrs.messages import MAX_PAGE_SIZE
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import grouped
from library_site.html.csv_files import csv_file, every_row
from library_site.html.links import task_url
from library_site.html.lists import CSV, PAGE, QueryView

from .charts import NARROW, WIDE, Size

PICTURES: dict[str, Size] = {"svg": WIDE, "narrow.svg": NARROW}
PAGING = {"cursor", "page_size"}


class Figure(NamedTuple):
    """A picture, what matters of it in words (nothing: there is nothing to draw), of when, and where there is more."""

    title: str
    says: list[str]
    counted_at: datetime | None
    empty: str
    page_url: str
    csv_url: str
    pictures: list[tuple[str, Size]]


class Cell(NamedTuple):
    heading: str
    text: str
    is_number: bool
    url: str


class StatisticView(QueryView):
    """A statistic; by its `kind` the page, the picture as an image of its own, or all of the table as CSV.

    `pictured` is how many rows the picture shows, from the first.
    """

    template_name = "statistics/statistic.html"
    table = "statistics/table.html"
    pictured: ClassVar[int] = 10
    kind = PAGE

    @classmethod
    def url_patterns(cls, route: str, name: str) -> list[URLPattern]:
        """Of the page, its pictures, and its file."""
        kinds = "|".join(re.escape(kind) for kind in (*PICTURES, CSV))
        of_kinds = re_path(rf"^{route}\.(?P<kind>{kinds})$", cls.as_view(), name=name)
        return [*super().url_patterns(route, name), of_kinds]

    def headings(self, message: Any) -> list[str]:
        """Of the columns of the table."""
        raise NotImplementedError

    def values(self, message: Any, row: Any) -> list[Any]:
        """What stands in the columns."""
        raise NotImplementedError

    def says(self, message: Any, rows: Sequence[Any]) -> list[str]:
        """The numbers that matter, in sentences; none where there is nothing to draw."""
        raise NotImplementedError

    def draw(self, message: Any, rows: Sequence[Any], title: str, size: Size) -> bytes:
        raise NotImplementedError

    def is_drawn(self, rows: Sequence[Any]) -> bool:
        """Whether a picture would show anything."""
        return True

    def url(self, row: Any) -> str:
        """Where there is more about a row."""
        return ""

    def get(self, request: HttpRequest, kind: str = PAGE) -> HttpResponse:
        self.kind = kind
        return super().get(request)

    def message(self, form: Any) -> Any:
        """A picture or a file is of all the rows, whichever page of the table is shown."""
        message: Any = super().message(form)
        if self.kind == PAGE:
            return message
        return replace(message, cursor=None, page_size=MAX_PAGE_SIZE if self.kind == CSV else self.pictured)

    def page_context(self, form: Any, page: Page[Any]) -> dict[str, Any]:
        message = self.message(form)
        if self.kind != PAGE:
            return {"page": page, "message": message}
        shows_it = message.cursor is None and message.page_size >= self.pictured
        figure = self.figure(message, page if shows_it else None)
        headings = self.headings(message)
        return super().page_context(form, page if figure.says else Page([], None, None)) | {
            "figure": figure,
            "headings": headings,
            "lines": [list(self._cells(headings, self.values(message, row), self.url(row))) for row in page.rows],
        }

    def render_page(self, form: Any, *, status: int = 200, **values: Any) -> Any:
        if "message" not in values:
            return super().render_page(form, status=status, **values)
        answer = self._file if self.kind == CSV else self._picture
        return answer(values["message"], values["page"])

    def figure(self, message: Any, page: Page[Any] | None = None) -> Figure:
        """The picture of what `message` asks for, by the first page of it, if that is known. Raises NotAllowed."""
        page = page or dispatch(replace(message, cursor=None, page_size=self.pictured), self.context())
        rows = page.rows[: self.pictured]
        return Figure(
            title=str(self.title),
            says=self.says(message, rows),
            counted_at=page.counted_at,
            empty=str(self.empty),
            page_url=self._address(message),
            csv_url=self._address(message, CSV),
            pictures=[(self._address(message, kind), size) for kind, size in PICTURES.items() if self.is_drawn(rows)],
        )

    def if_allowed(self, task: str, **chosen: Any) -> str:
        """The page of another task, for those who may open it."""
        return task_url(task, **chosen) if self.request.user.has_perm(f"cqrs.{task}") else ""

    def _address(self, message: Any, kind: str = "") -> str:
        asked = {field.name: getattr(message, field.name) for field in fields(message) if field.name not in PAGING}
        chosen = {name: value for name, value in asked.items() if value != getattr(type(message), name)}
        url = reverse(operation_of(type(message)).slug, kwargs={"kind": kind} if kind else None)
        return f"{url}?{urlencode(chosen)}" if chosen else url

    def _cells(self, headings: list[str], values: list[Any], url: str) -> Iterator[Cell]:
        """The first one is what the row is about."""
        for place, (heading, value) in enumerate(zip(headings, values, strict=True)):
            is_number = place > 0 and (value == "" or str(value).isdigit())
            yield Cell(heading, as_text(value), is_number, "" if place else url)

    def _picture(self, message: Any, page: Page[Any]) -> HttpResponse:
        title = " ".join(self.says(message, page.rows)) or str(self.empty)
        drawn = self.draw(message, page.rows, title, PICTURES[self.kind])
        return HttpResponse(drawn, content_type="image/svg+xml")

    def _file(self, message: Any, page: Page[Any]) -> StreamingHttpResponse:
        lines = (self.values(message, row) for row in every_row(message, page, self.context()))
        return csv_file(message, self.headings(message), lines)


def as_text(value: Any) -> str:
    """A value as the table shows it."""
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return grouped(value) if isinstance(value, int) else str(value)
