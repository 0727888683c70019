"""What the entries of the journal say, read out of their JSON by the database."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, OuterRef, Subquery, UUIDField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Replace
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs import Page
from library_site.cqrs.texts import long_date


def id_named(name: str, table: str = "") -> Cast:
    """The id of this name in the answer, else in the arguments; of an edit of a record of the table, the record's.

    SQLite reads a JSON null as the word, and keeps ids without dashes.
    """
    said: list[Combinable] = [_text(f"{column}__{name}") for column in ("result", "arguments")]
    if table:
        record = Coalesce(_text("result__record_id"), _text("arguments__record_id"))
        said.append(Case(When(arguments__table=table, then=record), output_field=CharField()))
    return Cast(Replace(Coalesce(*said), Value("-"), Value("")), UUIDField())


def _text(path: str) -> NullIf:
    return NullIf(KT(path), Value("null"), output_field=CharField())


def column_of(model: type[Book | LibraryUser], name: str, column: str) -> Subquery:
    """A column of the row with this id."""
    return Subquery(model._default_manager.filter(pk=OuterRef(name)).values(column))


def argument(*names: str) -> Coalesce:
    """The first of these arguments that was given, or nothing."""
    return Coalesce(*(KT(f"arguments__{name}") for name in names), Value(""), output_field=CharField())


def details() -> Combinable:
    """Of an exception to the calendar, the day and whether it is open; of an edit, its method and table.

    They are to be put `in_words`.
    """
    is_open = Case(When(arguments__is_open=True, then=Value("open")), default=Value("closed"))
    exception = Concat(KT("arguments__day"), Value(" "), is_open, output_field=CharField())
    edit = Concat(KT("arguments__table"), Value(" "), KT("arguments__method"), output_field=CharField())
    return Case(
        When(operation="SetCalendarException", then=exception),
        When(operation="EditRecord", then=edit),
        default=Value(""),
        output_field=CharField(),
    )


def in_words(page: Page[Any]) -> Page[Any]:
    """The same rows, whose details are said as people say them."""
    return replace(page, rows=[replace(row, details=_said(row.details)) for row in page.rows])


def _said(detail: str) -> str:
    about, _space, what = detail.partition(" ")
    if not about:
        return ""
    words = {
        "open": _("{about}: open"),
        "closed": _("{about}: closed"),
        "POST": _("{about}: added"),
        "DELETE": _("{about}: deleted"),
    }
    is_day = what in {"open", "closed"}
    name = long_date(date.fromisoformat(about)) if is_day else capfirst(apps.get_model(about)._meta.verbose_name)
    return words.get(what, _("{about}: changed")).format(about=name)
