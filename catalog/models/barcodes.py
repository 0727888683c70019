"""The barcodes on books and library cards: numbered by the library, told apart by their first digit."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import connection, models, transaction
from django.utils.deconstruct import deconstructible
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.policies import LAST_NUMBER, BarcodeKind, barcode, barcode_kind
from library_site.cqrs.barcodes import BARCODE_DIGITS
from library_site.cqrs.errors import InvalidInput, NotFound

_ON = {BarcodeKind.CARD: gettext_lazy("a library card"), BarcodeKind.BOOK: gettext_lazy("a book")}
_SERIES = {
    BarcodeKind.CARD: gettext_lazy("Barcodes on library cards"),
    BarcodeKind.BOOK: gettext_lazy("Barcodes on books"),
}
_IS_OF_ANOTHER_KIND = {
    BarcodeKind.CARD: gettext_lazy("“{barcode}” is the barcode of a library card, not of a book."),
    BarcodeKind.BOOK: gettext_lazy("“{barcode}” is the barcode of a book, not of a library card."),
}
_BLOCK = 1000
_ADVANCE = "UPDATE catalog_barcodeseries SET next_number = next_number + 1 WHERE kind = %s AND next_number <= %s"
_REACHED = "SELECT library, next_number - 1 FROM catalog_barcodeseries WHERE kind = %s"


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
        kwargs["help_text"] = gettext_lazy("14 digits, as the label has them. Empty: the next number is given.")
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("max_length", "blank", "validators", "help_text"):
            kwargs.pop(given, None)
        return name, path, args, kwargs | {"kind": str(self.kind)}


class BarcodeSeries(models.Model):
    """Where the numbering of one kind of barcode has come to."""

    supervised = True

    kind = models.CharField(
        primary_key=True, max_length=1, choices=[(str(kind), on) for kind, on in _ON.items()], editable=False
    )
    library = models.CharField(
        gettext_lazy("library"),
        max_length=4,
        default="0001",
        validators=[RegexValidator("^[0-9]{4}$", gettext_lazy("Four digits."))],
        help_text=gettext_lazy("The library's number, four digits: the second to the fifth of every new barcode."),
    )
    next_number = models.PositiveIntegerField(
        gettext_lazy("next number"),
        default=1,
        validators=[
            MinValueValidator(1, format_lazy(gettext_lazy("At least {number}."), number=1)),
            MaxValueValidator(LAST_NUMBER, format_lazy(gettext_lazy("At most {number}."), number=LAST_NUMBER)),
        ],
        help_text=gettext_lazy("From which the next free number is looked for; labels printed in advance lie below."),
    )

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = verbose_name_plural = gettext_lazy("barcode series")
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=["2", "3"]), name="catalog_barcode_series_kind_known"),
            models.CheckConstraint(
                condition=models.Q(library__regex="^[0-9]{4}$"), name="catalog_barcode_series_library_four_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(next_number__range=(1, LAST_NUMBER + 1)), name="catalog_barcode_series_in_range"
            ),
        )

    def __str__(self) -> str:
        return str(_SERIES[BarcodeKind(self.kind)])


def next_barcode(kind: BarcodeKind, model: type[models.Model]) -> str:
    """The next barcode that nothing has; no two desks get the same one. `model` has the barcodes in use.

    The numbering stays locked until the transaction ends. Raises InvalidInput when all numbers are used up.
    """
    with transaction.atomic(savepoint=False):
        return _next_in_series(kind, model) or _first_free(kind, model)


class Numbering:
    """The next barcodes, for a transaction that takes many: from now on it has the series locked.

    `keep()` stores how far it came.
    """

    def __init__(self, kind: BarcodeKind, model: type[models.Model]) -> None:
        self.series = BarcodeSeries.objects.select_for_update().get_or_create(kind=kind)[0]
        self._free = _free_numbers(self.series, model)

    def next(self) -> str:
        """Raises InvalidInput when all numbers are used up."""
        number = next(self._free, None)
        if number is None:
            message = _("All barcodes are used up. Give the series another library in the admin.")
            raise InvalidInput.of("barcode", message)
        self.series.next_number = number + 1
        return barcode(BarcodeKind(self.series.kind), self.series.library, number)

    def keep(self) -> None:
        BarcodeSeries.objects.filter(pk=self.series.pk).update(next_number=self.series.next_number)


def _next_in_series(kind: BarcodeKind, model: type[models.Model]) -> str:
    """The barcode that the series has come to; empty when it is taken, or when there is none.

    In plain SQL, which takes a fraction of the time: thousands of books are imported at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [kind, LAST_NUMBER])
        if cursor.rowcount == 0:
            return ""
        cursor.execute(_REACHED, [kind])
        library, number = cursor.fetchone()
    found = barcode(kind, library, number)
    return "" if model._default_manager.filter(barcode=found).exists() else found


def _first_free(kind: BarcodeKind, model: type[models.Model]) -> str:
    """The first barcode from there on that nothing has."""
    numbering = Numbering(kind, model)
    found = numbering.next()
    numbering.keep()
    return found


def _free_numbers(series: BarcodeSeries, model: type[models.Model]) -> Iterator[int]:
    """The numbers from the series' next one up that nothing has: printed labels come in rolls."""
    prefix = f"{series.kind}{series.library}"
    for first in range(series.next_number, LAST_NUMBER + 1, _BLOCK):
        last = min(first + _BLOCK - 1, LAST_NUMBER)
        ends = (f"{prefix}{first:08}0", f"{prefix}{last:08}9")
        taken = model._default_manager.filter(barcode__range=ends).values_list("barcode", flat=True)
        numbers = {int(text[5:13]) for text in taken}
        yield from (number for number in range(first, last + 1) if number not in numbers)


def barcode_error(kind: BarcodeKind, text: str) -> str:
    """What is wrong with a barcode that should be on a thing of this kind; empty when nothing is."""
    found = barcode_kind(text)
    if found is None:
        message = _(
            "“{barcode}” is not a barcode of this library, or was misread: its check digit is wrong. Scan it again."
        )
        return message.format(barcode=text)
    return "" if found == kind else str(_IS_OF_ANOTHER_KIND[found]).format(barcode=text)


def id_with_barcode(kind: BarcodeKind, model: type[models.Model], field: str, text: str) -> UUID:
    """The id of the row that has this barcode. `field` is what the id was asked for.

    Raises InvalidInput for a barcode that was misread or is of another kind, NotFound for one that nothing has.
    """
    if error := barcode_error(kind, text):
        raise InvalidInput.of(field, error, "misread")
    found = model._default_manager.filter(barcode=text).values_list("pk", flat=True).first()
    if found is None:
        message = _("Nothing in the library has the barcode {barcode}.")
        raise NotFound(message.format(barcode=text), barcode=text)
    return UUID(str(found))


def number_existing(apps: Any, label: str, kind: BarcodeKind) -> None:
    """For a migration: give every row that has no barcode the next one, oldest first."""
    rows = apps.get_model(label).objects.filter(barcode="").order_by("pk")
    series, _ = apps.get_model("catalog", "BarcodeSeries").objects.get_or_create(kind=str(kind))
    while batch := list(rows.only("pk")[:_BLOCK]):
        for number, row in enumerate(batch, series.next_number):
            row.barcode = barcode(kind, series.library, number)
        rows.model.objects.bulk_update(batch, ["barcode"])
        series.next_number += len(batch)
    series.save()
