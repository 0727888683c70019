"""Tables as files for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from library_site.cqrs.context import Context
from library_site.cqrs.dispatcher import dispatch
from library_site.cqrs.messages import Query
from library_site.cqrs.operations import operation_of
from library_site.cqrs.paging import Page

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_file(message: Query[Any], headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A file of what was asked, its lines read a page at a time."""
    response = StreamingHttpResponse(_lines(headings, lines), content_type="text/csv; charset=utf-8")
    name = f"{operation_of(type(message)).slug.removeprefix('get_').replace('_', '-')}-{timezone.localdate()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def every_row(message: Query[Page[Any]], page: Page[Any], context: Context) -> Iterator[Any]:
    """The rows of a page, and of those after it, one page at a time."""
    yield from page.rows
    while page.next:
        page = dispatch(replace(message, cursor=page.next), context)
        yield from page.rows


def _lines(headings: Sequence[str], lines: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(SimpleNamespace(write=str))
    yield "\ufeff" + writer.writerow(headings)  # by which Excel knows that it is UTF-8
    for line in lines:
        yield writer.writerow([as_csv(value) for value in line])


def as_csv(value: Any) -> Any:
    """A value as the file has it: dates are ISO's, and a text that a spreadsheet would calculate has an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
