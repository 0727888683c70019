"""What the entries of the journal say, read out of their JSON by the database."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Case, CharField, OuterRef, Subquery, UUIDField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Replace
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs import Page
from library_site.cqrs.texts import long_date


def id_named(name: str) -> Cast:
    """The id of this name in the answer, else in the arguments.

    SQLite reads a JSON null as the word, and keeps ids without dashes.
    """
    answered, asked = (NullIf(KT(f"{column}__{name}"), Value("null")) for column in ("result", "arguments"))
    return Cast(Replace(Coalesce(answered, asked), Value("-"), Value("")), UUIDField())


def column_of(model: type[Book | LibraryUser], name: str, column: str) -> Subquery:
    """A column of the row with this id."""
    return Subquery(model._default_manager.filter(pk=OuterRef(name)).values(column))


def argument(*names: str) -> Coalesce:
    """The first of these arguments that was given, or nothing."""
    return Coalesce(*(KT(f"arguments__{name}") for name in names), Value(""), output_field=CharField())


def about_calendar() -> Combinable:
    """Of an exception to the calendar: the day, and whether it is open; to be put `in_words`."""
    is_open = Case(When(arguments__is_open=True, then=Value("open")), default=Value("closed"))
    exception = Concat(KT("arguments__day"), Value(": "), is_open, output_field=CharField())
    return Case(When(operation="SetCalendarException", then=exception), default=Value(""), output_field=CharField())


def in_words(page: Page[Any]) -> Page[Any]:
    """The same rows, in which exceptions to the calendar are said as people say them."""
    return replace(page, rows=[replace(row, details=_day_in_words(row.details)) for row in page.rows])


def _day_in_words(exception: str) -> str:
    day, _colon, state = exception.partition(": ")
    if not day:
        return ""
    message = _("{day}: open") if state == "open" else _("{day}: closed")
    return message.format(day=long_date(date.fromisoformat(day)))
