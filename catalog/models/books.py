"""The books, one by one."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.policies import BarcodeKind, canonical_isbn, isbn_10
from catalog.text import collapse
from library_site.cqrs.barcodes import identifies
from library_site.cqrs.ids import uuid7
from library_site.cqrs.validation import plain_text

from .authors import Author
from .barcodes import BarcodeField, id_with_barcode, next_barcode
from .rules import MAX_TITLE, valid_isbn, with_derived
from .search import SORT_KEY, SearchKeyField, search_key


class Book(models.Model):
    """One physical book on one shelf. Its row is the truth about where the book is now."""

    class Status(models.TextChoices):
        AVAILABLE = "AVAILABLE", _("Available")
        BORROWED = "BORROWED", _("On loan")
        ON_HOLD = "ON_HOLD", _("On the hold shelf")
        MISSING = "MISSING", _("Missing")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    personal = frozenset({"barcode"})  # what was scanned by mistake may be somebody's card
    unversioned = frozenset({"undo"})
    accounted = (
        *("status", "borrower_id", "loan_id", "borrowed_at", "due_on", "renewals"),
        *("reservation_id", "held_until"),
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(_("title"), max_length=MAX_TITLE, validators=[plain_text])
    isbn = models.CharField(
        _("ISBN"),
        max_length=20,
        blank=True,
        validators=[valid_isbn],
        help_text=_("ISBN-10 or ISBN-13; stored as 13 digits. Empty for a book that has none."),
    )
    author = models.ForeignKey(Author, on_delete=models.PROTECT, verbose_name=_("author"))
    barcode = BarcodeField(kind=BarcodeKind.BOOK, verbose_name=_("barcode"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.AVAILABLE)
    borrower = models.ForeignKey(
        "circulation.LibraryUser",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("borrower"),
    )
    loan_id = models.UUIDField(
        _("loan"), null=True, editable=False, help_text=_("Of the open loan, which its past loan takes as its id.")
    )
    borrowed_at = models.DateTimeField(_("borrowed at"), null=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, editable=False)
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0, editable=False)
    reservation = models.OneToOneField(
        "circulation.Reservation",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="waiting_book",
        verbose_name=_("reservation"),
    )
    held_until = models.DateField(_("held until"), null=True, editable=False)
    undo = models.JSONField(
        _("undo"), null=True, editable=False, help_text=_("What undoes the last return, loan or renewal of today.")
    )
    search_key = SearchKeyField(editable=False, isbn="isbn")

    class Meta:
        verbose_name = _("book")
        verbose_name_plural = _("books")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(SORT_KEY, "id", name="catalog_book_sorted"),
            models.Index(fields=["isbn"], name="catalog_book_isbn"),
            models.Index(fields=["borrower"], condition=Q(borrower__isnull=False), name="catalog_book_on_loan"),
            models.Index(SORT_KEY, "id", condition=Q(status="MISSING"), name="catalog_book_missing_sorted"),
            models.Index(fields=["id"], condition=Q(status="MISSING"), name="catalog_book_missing"),
            models.Index(fields=["id"], condition=Q(status="WITHDRAWN"), name="catalog_book_withdrawn"),
            models.Index(fields=["due_on", "id"], condition=Q(status="BORROWED"), name="catalog_book_due"),
            models.Index(fields=["held_until", "id"], condition=Q(status="ON_HOLD"), name="catalog_book_held"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=["AVAILABLE", "BORROWED", "ON_HOLD", "MISSING", "WITHDRAWN"]),
                name="catalog_book_status_known",
                violation_error_message=_("A book is AVAILABLE, BORROWED, ON_HOLD, MISSING or WITHDRAWN."),
            ),
            models.UniqueConstraint(
                fields=["barcode"],
                name="catalog_book_barcode_unique",
                violation_error_message=_("Another book has this barcode."),
            ),
            models.CheckConstraint(
                condition=Q(status="BORROWED", borrower__isnull=False)
                | (~Q(status="BORROWED") & Q(borrower__isnull=True)),
                name="catalog_book_borrower_iff_borrowed",
                violation_error_message=_(
                    "A book has a borrower exactly when its status is BORROWED: change both together, "
                    "or use the tasks Borrow and Return."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="BORROWED", loan_id__isnull=False)
                | (~Q(status="BORROWED") & Q(loan_id__isnull=True)),
                name="catalog_book_loan_iff_borrowed",
                violation_error_message=_("A book has a loan exactly when it is BORROWED: use the task Borrow."),
            ),
            models.CheckConstraint(
                condition=Q(status="BORROWED") | Q(borrowed_at__isnull=True, due_on__isnull=True, renewals=0),
                name="catalog_book_dates_only_on_loan",
                violation_error_message=_("Only a book on loan has the dates of a loan."),
            ),
            models.CheckConstraint(
                condition=Q(status="ON_HOLD", reservation__isnull=False, held_until__isnull=False)
                | (~Q(status="ON_HOLD") & Q(reservation__isnull=True, held_until__isnull=True)),
                name="catalog_book_reservation_iff_on_hold",
                violation_error_message=_("A book is on the hold shelf by a reservation only: use the task Reserve."),
            ),
            models.CheckConstraint(
                condition=Q(isbn="") | Q(isbn__regex=r"^97[89][0-9]{10}$"),
                name="catalog_book_isbn_13_digits",
                violation_error_message=_("An ISBN is stored as 13 digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the ISBN canonical and the search key in step; give a book that has no barcode the next one."""
        self.barcode = self.barcode or next_barcode(BarcodeKind.BOOK, Book)
        self.derive()
        super().save(update_fields=with_derived(update_fields, search_key={"title", "isbn", "author"}), **kwargs)

    def derive(self) -> None:
        """What is stored of the title, the ISBN and the author's name."""
        self.title = collapse(self.title)
        self.isbn = canonical_isbn(self.isbn) or self.isbn
        self.search_key = self.words(self.author.name)

    def words(self, author: str) -> str:
        """The search key, by an author of this name."""
        return search_key(self.title, author, also=f"{self.isbn} {isbn_10(self.isbn) or ''}")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what will be stored."""
        self.title = collapse(self.title)
        super().clean_fields(exclude)

    def clean(self) -> None:
        self.isbn = canonical_isbn(self.isbn) or self.isbn


@identifies("book_id")
def book_with_barcode(text: str) -> UUID:
    """The id of the book with this barcode. Raises InvalidInput or NotFound."""
    return id_with_barcode(BarcodeKind.BOOK, Book, "book_id", text)
