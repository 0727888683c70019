"""Barcodes that a command or a query names."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Code
from catalog.models.barcodes import barcode_error, shape_error
from catalog.models.codes import OWNER
from catalog.policies import BarcodeKind, barcode_kind
from library_site.cqrs import Command, Conflict, FieldError, InvalidInput, Remedy
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.messages import MAX_PAGE_SIZE


def barcode_range(kind: BarcodeKind, first: str, last: str) -> tuple[str, str]:
    """The ends of a range of barcodes of this kind, as they were scanned or typed; without `last`, `first` alone.

    Raises InvalidInput for what is on no label of this kind, for a range that runs backwards, and for ends that are not
    alike: what lies between A-10 and B777, nobody can say.
    """
    ends = {"first": first.strip(), "last": last.strip()}
    typed = {field: text for field, text in ends.items() if text or field == "first"}
    errors = {field: shape_error(text) or barcode_error(kind, text) for field, text in typed.items()}
    if any(errors.values()):
        raise InvalidInput(*(FieldError(field, "misread", error) for field, error in errors.items() if error))
    first, last = ends["first"], ends["last"] or ends["first"]
    if _shape(last) != _shape(first):
        message = _("The first barcode and the last one must be alike: as long, with digits in the same places.")
        raise InvalidInput.of("last", message)
    if last < first:
        raise InvalidInput.of("last", _("The last barcode is before the first. Exchange them."))
    return first, last


def _shape(barcode: str) -> str:
    return "".join("0" if each.isdigit() else "A" if each.isalpha() else each for each in barcode)


def few(ids: tuple[UUID, ...], field: str) -> tuple[UUID, ...]:
    """These ids. Raises InvalidInput for more than a page has."""
    if len(ids) > MAX_PAGE_SIZE:
        message = _("Choose up to {limit} at a time.")
        raise InvalidInput.of(field, message.format(limit=MAX_PAGE_SIZE), "out_of_range")
    return ids


def label_of(command: Command[Any]) -> str | None:
    """What the journal keeps of a book's barcode: one of no book was scanned by mistake, and may be somebody's card."""
    barcode = getattr(command, "barcode", None) or ""
    return barcode if barcode_kind(barcode) is BarcodeKind.BOOK else None


class BarcodeTaken(Conflict):
    """Something else has this barcode."""

    code = "barcode_taken"
    short = gettext_lazy("The barcode is on something else")


class Labelled(NamedTuple):
    """What has, or had, a barcode: a book of this title, or a person (whose card it is)."""

    key: str
    book_id: UUID | None
    user_id: UUID | None
    title: str | None


def labelled(barcodes: Iterable[str]) -> Iterator[Labelled]:
    """What has, or had, these barcodes."""
    keys = [barcode_key(each) for each in barcodes]
    return map(Labelled._make, Code.objects.filter(pk__in=keys).values_list("pk", "book_id", "user_id", "book__title"))


def refuse_taken(kind: BarcodeKind, row: Any) -> None:
    """Raises BarcodeTaken when something else has, or had, the barcode that this row is to have."""
    for found in labelled([row.barcode] if row.barcode else []):
        if getattr(found, f"{OWNER[kind]}_id") != row.pk:
            raise barcode_taken(row.barcode, found)


def barcode_taken(barcode: str, found: Labelled) -> BarcodeTaken:
    """The refusal of a barcode that this has."""
    message = _("The barcode {barcode} is on something else already. Take another label.")
    if found.title:
        message = _("The barcode {barcode} is on “{title}” already. Take another label.")
    find = Remedy("SearchBooks" if found.book_id else "SearchUsers", {"q": barcode})
    return BarcodeTaken(message.format(barcode=barcode, title=found.title), see_also=[find])
