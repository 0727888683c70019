"""The barcodes on books and library cards: those that the library makes, numbered by their kind, and others."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import connection, models, transaction
from django.utils.deconstruct import deconstructible
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.policies import LAST_NUMBER, BarcodeKind, barcode, barcode_kind
from library_site.cqrs.barcodes import BARCODE_DIGITS, MAX_BARCODE, barcode_key, is_barcode_like, is_numbered
from library_site.cqrs.errors import InvalidInput

MODEL = {BarcodeKind.BOOK: "catalog.Book", BarcodeKind.CARD: "circulation.LibraryUser"}
"""What barcodes of a kind are on."""

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
        if error := label_error(self.kind, text):
            raise ValidationError(error, code="misread")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BarcodeValidator) and self.kind == other.kind

    def __hash__(self) -> int:
        return hash(self.kind)


class BarcodeField(models.CharField):  # type: ignore[type-arg]
    """The barcode on a thing of this kind; empty in a form, it is the next one."""

    def __init__(self, *, kind: str, max_length: int = BARCODE_DIGITS, **kwargs: Any) -> None:
        """`max_length` was that of the barcodes that the library makes, before it took others."""
        self.kind = BarcodeKind(kind)
        kwargs |= {"max_length": max_length, "blank": True, "validators": [BarcodeValidator(kind)]}
        kwargs["help_text"] = gettext_lazy("As the label has it. Empty: the next number is given.")
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("blank", "validators", "help_text"):
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


def next_barcode(kind: BarcodeKind) -> str:
    """The next barcode that nothing has, nor had; no two desks get the same one.

    The numbering stays locked until the transaction ends. Raises InvalidInput when all numbers are used up.
    """
    with transaction.atomic(savepoint=False):
        return _next_in_series(kind) or _first_free(kind)


class Numbering:
    """The next barcodes, for a transaction that takes many: from now on it has the series locked.

    `keep()` stores how far it came.
    """

    def __init__(self, kind: BarcodeKind) -> None:
        self.series = BarcodeSeries.objects.select_for_update().get_or_create(kind=kind)[0]
        self._free = _free_numbers(self.series)

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


def _next_in_series(kind: BarcodeKind) -> str:
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
    return "" if _codes(kind, pk=found).exists() else found


def _first_free(kind: BarcodeKind) -> str:
    """The first barcode from there on that nothing has."""
    numbering = Numbering(kind)
    found = numbering.next()
    numbering.keep()
    return found


def _free_numbers(series: BarcodeSeries) -> Iterator[int]:
    """The numbers from the series' next one up that nothing has: printed labels come in rolls."""
    prefix = f"{series.kind}{series.library}"
    for first in range(series.next_number, LAST_NUMBER + 1, _BLOCK):
        last = min(first + _BLOCK - 1, LAST_NUMBER)
        ends = (f"{prefix}{first:08}0", f"{prefix}{last:08}9")
        taken = _codes(BarcodeKind(series.kind), pk__range=ends)
        numbers = {int(text[5:13]) for text in taken if is_numbered(text)}
        yield from (number for number in range(first, last + 1) if number not in numbers)


def barcode_error(kind: BarcodeKind, text: str) -> str:
    """What is wrong with a barcode that nothing has, where one of this kind is asked for; empty when nothing is.

    Of 14 digits the check digit is known, and the kind; of what a library used before, nothing.
    """
    found = barcode_kind(text)
    if found is None:
        return _misread(text) if is_numbered(text) else ""
    return "" if found == kind else of_another_kind(found, text)


def of_another_kind(kind: BarcodeKind, text: str) -> str:
    """That a barcode is on a thing of this kind, where the other was asked for."""
    return str(_IS_OF_ANOTHER_KIND[kind]).format(barcode=text)


def label_error(kind: BarcodeKind, text: str) -> str:
    """What is wrong with a barcode that is to be on a thing of this kind; empty when nothing is.

    Those that a library has are taken as they are. Those with the number of this library must be of the kind, and have
    their check digit: they are its own.
    """
    if error := shape_error(text):
        return error
    return barcode_error(kind, text) if is_numbered(text) and _is_of_series(text) else ""


def shape_error(text: str) -> str:
    """What is wrong with a text that no barcode can have; empty when it may be one."""
    if is_barcode_like(text) and barcode_key(text):
        return ""
    message = _(
        "“{barcode}” cannot be a barcode: it has {least} to {most} letters (A to Z), digits, or - . /, "
        "with at least one digit, and is no ISBN."
    )
    return message.format(barcode=text, least=4, most=MAX_BARCODE)


def _is_of_series(text: str) -> bool:
    """Whether a number has the beginning of those that this library makes."""
    if text[0] not in _ON:
        return False
    library = BarcodeSeries.objects.filter(pk=text[0]).values_list("library", flat=True).first()
    return text[1:5] == (library or BarcodeSeries._meta.get_field("library").default)


def _misread(text: str) -> str:
    message = _(
        "“{barcode}” is not a barcode of this library, or was misread: its check digit is wrong. Scan it again."
    )
    return message.format(barcode=text)


def _codes(kind: BarcodeKind, **wanted: Any) -> "models.QuerySet[Any]":
    """The codes that something has, and what the version before this one has written since the table is there."""
    written = {name.replace("pk", "barcode"): value for name, value in wanted.items()}
    codes, things = apps.get_model("catalog", "Code"), apps.get_model(MODEL[kind])
    found = codes._default_manager.filter(**wanted).values_list("pk", flat=True)
    return found.union(things._default_manager.filter(**written).order_by().values_list("barcode", flat=True))


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
