"""Barcodes that a command or a query names."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from catalog.models.barcodes import barcode_error
from catalog.policies import BarcodeKind
from library_site.cqrs import Command, Conflict, FieldError, InvalidInput, Remedy
from library_site.cqrs.messages import MAX_PAGE_SIZE


def barcode_range(kind: BarcodeKind, first: str, last: str) -> tuple[str, str]:
    """The ends of a range of barcodes of this kind, as they were scanned or typed; without `last`, `first` alone.

    Raises InvalidInput for a barcode that was misread or is of another kind, and for a range that runs backwards.
    """
    ends = {"first": first.strip(), "last": last.strip()}
    typed = {field: text for field, text in ends.items() if text or field == "first"}
    errors = {field: barcode_error(kind, text) for field, text in typed.items()}
    if any(errors.values()):
        raise InvalidInput(*(FieldError(field, "misread", error) for field, error in errors.items() if error))
    first, last = ends["first"], ends["last"] or ends["first"]
    if last < first:
        raise InvalidInput.of("last", _("The last barcode is before the first. Exchange them."))
    return first, last


def few(ids: tuple[UUID, ...], field: str) -> tuple[UUID, ...]:
    """These ids. Raises InvalidInput for more than a page has."""
    if len(ids) > MAX_PAGE_SIZE:
        message = _("Choose up to {limit} at a time.")
        raise InvalidInput.of(field, message.format(limit=MAX_PAGE_SIZE), "out_of_range")
    return ids


def label_of(command: Command[Any]) -> str | None:
    """What the journal keeps of a book's barcode: one of no book was scanned by mistake, and may be somebody's card."""
    barcode = getattr(command, "barcode", None) or ""
    return barcode if barcode.startswith(BarcodeKind.BOOK) else None


class BarcodeTaken(Conflict):
    """Something else has this barcode."""

    code = "barcode_taken"
    short = gettext_lazy("The barcode is on something else")


def refuse_taken(model: type[models.Model], row: Any) -> None:
    """Raises BarcodeTaken when another row has the barcode that this one is to have."""
    if row.barcode and model._default_manager.filter(barcode=row.barcode).exclude(pk=row.pk).exists():
        message = _("The barcode {barcode} is on something else already. Take another label.")
        find = Remedy("SearchBooks" if model is Book else "SearchUsers", {"q": row.barcode})
        raise BarcodeTaken(message.format(barcode=row.barcode), see_also=[find])
