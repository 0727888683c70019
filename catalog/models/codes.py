"""The table of codes: which book or person a barcode is of, and was of before it was replaced."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.policies import BarcodeKind, barcode_kind
from library_site.cqrs.barcodes import MAX_BARCODE, barcode_key, is_numbered
from library_site.cqrs.errors import InvalidInput, NotFound
from library_site.cqrs.texts import long_date

from .barcodes import MODEL, barcode_error, of_another_kind

OWNER = {BarcodeKind.BOOK: "book", BarcodeKind.CARD: "user"}
"""The column that names what a barcode of a kind is on."""


class Code(models.Model):
    """A barcode, by its key, and what it is of. A book or person has one, and may have had others.

    Books and cards share the table: a scan is looked up in one place, and no key is there twice. The barcode as it is
    printed stands in the row of the book or the person, whose `save` keeps this table.
    """

    personal = frozenset({"key"})

    key = models.CharField(gettext_lazy("barcode"), primary_key=True, max_length=MAX_BARCODE, editable=False)
    book = models.ForeignKey(
        MODEL[BarcodeKind.BOOK], on_delete=models.CASCADE, null=True, editable=False, related_name="codes"
    )
    user = models.ForeignKey(
        MODEL[BarcodeKind.CARD], on_delete=models.CASCADE, null=True, editable=False, related_name="codes"
    )
    replaced_at = models.DateTimeField(gettext_lazy("replaced at"), null=True, editable=False)

    class Meta:
        default_permissions = ("view",)
        verbose_name = gettext_lazy("code")
        verbose_name_plural = gettext_lazy("codes")
        constraints = (
            models.CheckConstraint(
                condition=Q(book__isnull=True, user__isnull=False) | Q(book__isnull=False, user__isnull=True),
                name="catalog_code_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["book"], condition=Q(replaced_at__isnull=True), name="catalog_code_one_of_a_book"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(replaced_at__isnull=True), name="catalog_code_one_of_a_user"
            ),
        )

    def __str__(self) -> str:
        return self.key


def codes_of(kind: BarcodeKind, rows: Iterable[Any]) -> Iterator[Code]:
    """Those by which new rows are found, where many are put into the tables at once."""
    return (Code(key=barcode_key(row.barcode), **{f"{OWNER[kind]}_id": row.pk}) for row in rows)


def keep_code(kind: BarcodeKind, row: Any, *, is_new: bool) -> None:
    """Let the barcode that this row has be found; the one that it had before is replaced from now on.

    One that it had once, it may have again. Raises IntegrityError when something else has it.
    """
    owner, key = {OWNER[kind]: row}, barcode_key(row.barcode)
    if not is_new:
        Code.objects.filter(**owner, replaced_at=None).exclude(pk=key).update(replaced_at=timezone.now())
        if Code.objects.filter(**owner, pk=key).update(replaced_at=None):
            return
    Code.objects.create(key=key, **owner)


def id_with_barcode(kind: BarcodeKind, field: str, text: str) -> UUID:
    """The id of the book or person that has this barcode. `field` is what the id was asked for.

    A book is found by a label that was replaced, too; a card that was replaced may have been lost. Raises InvalidInput
    for that, and for a barcode that was misread or is of another kind; NotFound for one that nothing has.
    """
    found = Code.objects.filter(pk=barcode_key(text)).values_list("book_id", "user_id", "replaced_at").first()
    if found is None:
        return _written_before(kind, field, text)
    book_id, user_id, replaced_at = cast(tuple[UUID | None, UUID | None, datetime | None], found)
    is_of = BarcodeKind.BOOK if book_id else BarcodeKind.CARD
    if is_of != kind:
        raise InvalidInput.of(field, of_another_kind(is_of, text), "misread")
    if user_id and replaced_at:
        raise InvalidInput.of(field, card_replaced(text, replaced_at), "replaced")
    return UUID(str(book_id or user_id))


def _written_before(kind: BarcodeKind, field: str, text: str) -> UUID:
    """What the version before this one has given a barcode since the table is there; it knew none but its own."""
    model = apps.get_model(MODEL[kind])
    found = model._default_manager.filter(barcode=text).values_list("pk", flat=True).first()
    if found is not None and is_numbered(text):
        return UUID(str(found))
    if error := barcode_error(kind, text):
        raise InvalidInput.of(field, error, "misread")
    raise NotFound(unknown_barcode(text), barcode=text)


def unknown_barcode(text: str) -> str:
    """That nothing has this barcode; or that it was misread, where that can be told."""
    if is_numbered(text) and barcode_kind(text) is None:
        return barcode_error(BarcodeKind.BOOK, text)
    return _("Nothing in the library has the barcode {barcode}.").format(barcode=text)


def is_old_label(text: str, rows: Sequence[Any]) -> bool:
    """Whether this was scanned off the one row that was found by it, which has another barcode by now."""
    return len(rows) == 1 and bool(key := barcode_key(text)) and barcode_key(rows[0].barcode) != key


def replaced_card(text: str) -> str:
    """That a card was replaced; empty, if it was not."""
    at = Code.objects.filter(pk=barcode_key(text), user__isnull=False).values_list("replaced_at", flat=True).first()
    return card_replaced(text, at) if at else ""


def card_replaced(text: str, at: datetime) -> str:
    """That a card is no longer good."""
    message = _("The card {barcode} was replaced on {day}: it may have been lost. Ask for the new one.")
    return message.format(barcode=text, day=long_date(timezone.localdate(at)))
