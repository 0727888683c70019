"""Tables as files for spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from library_site.cqrs.context import Context
from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.messages import Query
from library_site.cqrs.operations import operation_of
from library_site.cqrs.paging import Page
from library_site.tables.csv_lines import csv_lines


def csv_file(message: Query[Any], headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A file of what was asked, its lines read a page at a time."""
    response = StreamingHttpResponse(csv_lines(headings, lines), content_type="text/csv; charset=utf-8")
    name = f"{operation_of(type(message)).slug.removeprefix('get_').replace('_', '-')}-{timezone.localdate()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def every_row(message: Query[Page[Any]], page: Page[Any], context: Context) -> Iterator[Any]:
    """The rows of a page, and of those after it, one page at a time."""
    yield from page.rows
    while page.next:
        page = dispatch(replace(message, cursor=page.next), context)
        yield from page.rows
