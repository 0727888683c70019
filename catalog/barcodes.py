"""The barcodes on books and library cards: numbered by the library, told apart by their first digit."""

from collections.abc import Iterator
from itertools import count
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.deconstruct import deconstructible

from library_site.cqrs.errors import Conflict, InvalidInput, NotFound
from library_site.cqrs.identifiers import BARCODE_DIGITS

from .policies import LAST_NUMBER, BarcodeKind, barcode, barcode_kind

_ON = {BarcodeKind.CARD: "a library card", BarcodeKind.BOOK: "a book"}
_MISREAD = "“{}” is not a barcode of this library, or was misread: its check digit is wrong. Scan it again."
_BLOCK = 100


@deconstructible
class BarcodeValidator:
    """Raises ValidationError unless a text is a barcode of this kind."""

    def __init__(self, kind: str) -> None:
        self.kind = BarcodeKind(kind)

    def __call__(self, text: str) -> None:
        if error := barcode_error(self.kind, text):
            raise ValidationError(error, code="misread")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BarcodeValidator) and self.kind == other.kind

    def __hash__(self) -> int:
        return hash(self.kind)


class BarcodeField(models.CharField):  # type: ignore[type-arg]
    """The barcode on a thing of this kind; empty in a form, it is the next one."""

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind = BarcodeKind(kind)
        kwargs |= {"max_length": BARCODE_DIGITS, "blank": True, "validators": [BarcodeValidator(kind)]}
        kwargs["help_text"] = "14 digits, as the label has them. Empty: the next number is given."
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("max_length", "blank", "validators", "help_text"):
            kwargs.pop(given, None)
        return name, path, args, kwargs | {"kind": str(self.kind)}


class BarcodeSeries(models.Model):
    """Where the numbering of one kind of barcode has come to."""

    kind = models.CharField(
        primary_key=True, max_length=1, choices=[(str(kind), on) for kind, on in _ON.items()], editable=False
    )
    library = models.CharField(
        max_length=4,
        default="0001",
        validators=[RegexValidator("[0-9]{4}", "Four digits.")],
        help_text="The library's number, four digits: the second to the fifth of every new barcode.",
    )
    next_number = models.PositiveIntegerField(
        default=1, help_text="From which the next free number is looked for; labels printed in advance lie below."
    )

    class Meta:
        verbose_name_plural = "barcode series"
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=["2", "3"]), name="catalog_barcode_series_kind_known"),
        )

    def __str__(self) -> str:
        return f"Barcodes on {_ON[BarcodeKind(self.kind)].removeprefix('a ')}s"


def next_barcode(kind: BarcodeKind, model: type[models.Model]) -> str:
    """The next barcode that nothing has; no two desks get the same one. `model` has the barcodes in use.

    The numbering stays locked until the transaction ends.
    """
    with transaction.atomic():
        series, _ = BarcodeSeries.objects.select_for_update().get_or_create(kind=kind)
        number = next(_free(series, model))
        series.next_number = number + 1
        series.save(update_fields=["next_number"])
    return barcode(kind, series.library, number)


def _free(series: BarcodeSeries, model: type[models.Model]) -> Iterator[int]:
    """The free numbers from the series' next one up, looked up by the hundred: printed labels come in rolls."""
    for first in count(series.next_number, _BLOCK):
        numbers = {
            barcode(BarcodeKind(series.kind), series.library, number): number
            for number in range(first, min(first + _BLOCK, LAST_NUMBER + 1))
        }
        if not numbers:
            raise InvalidInput.of("barcode", "All barcodes of this series are used up. Start another in the admin.")
        used = set(model._default_manager.filter(barcode__in=numbers).values_list("barcode", flat=True))
        yield from (number for text, number in numbers.items() if text not in used)


def barcode_error(kind: BarcodeKind, text: str) -> str:
    """What is wrong with a barcode that should be on a thing of this kind; empty when nothing is."""
    found = barcode_kind(text)
    if found is None:
        return _MISREAD.format(text)
    return "" if found == kind else f"“{text}” is the barcode of {_ON[found]}, not of {_ON[kind]}."


class BarcodeTaken(Conflict):
    """Something else has this barcode."""

    code = "barcode_taken"


def refuse_taken(model: type[models.Model], row: Any) -> None:
    """Raises BarcodeTaken when another row has the barcode that this one is to have."""
    if row.barcode and model._default_manager.filter(barcode=row.barcode).exclude(pk=row.pk).exists():
        raise BarcodeTaken(f"The barcode {row.barcode} is on something else already. Take another label.")


def id_with_barcode(kind: BarcodeKind, model: type[models.Model], field: str, text: str) -> UUID:
    """The id of the row that has this barcode. `field` is what the id was asked for.

    Raises InvalidInput for a barcode that was misread or is of another kind, NotFound for one that nothing has.
    """
    if error := barcode_error(kind, text):
        raise InvalidInput.of(field, error, "misread")
    found = model._default_manager.filter(barcode=text).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(f"Nothing in the library has the barcode {text}.", barcode=text)
    return UUID(str(found))


def number_existing(apps: Any, label: str, kind: BarcodeKind) -> None:
    """For a migration: give every row that has no barcode the next one, oldest first."""
    rows = apps.get_model(label).objects.filter(barcode="").order_by("pk")
    series, _ = apps.get_model("catalog", "BarcodeSeries").objects.get_or_create(kind=str(kind))
    for pk in rows.values_list("pk", flat=True).iterator(2000):
        rows.filter(pk=pk).update(barcode=barcode(kind, series.library, series.next_number))
        series.next_number += 1
    series.save()
