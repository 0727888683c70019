"""The books, one by one."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.policies import BarcodeKind, canonical_isbn, isbn_10
from catalog.text import collapse
from library_site.cqrs.barcodes import MAX_BARCODE, identifies
from library_site.cqrs.ids import uuid7
from library_site.cqrs.validation import plain_text

from .authors import Author
from .barcodes import BarcodeField, next_barcode
from .codes import id_with_barcode, keep_code
from .rules import MAX_STATEMENT, MAX_TITLE, valid_isbn, with_derived
from .search import SORT_KEY, SearchKeyField, search_key
from .source_records import SourceRecord


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
    author = models.ForeignKey(
        Author,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("author"),
        help_text=_("Empty for a book that has none, as an atlas or minutes."),
    )
    statement_of_responsibility = models.CharField(
        _("statement of responsibility"),
        max_length=MAX_STATEMENT,
        blank=True,
        default="",
        db_default="",
        validators=[plain_text],
        help_text=_("All who wrote, translated or edited it, as the title page has them."),
    )
    shelf_mark = models.CharField(
        _("shelf mark"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        validators=[plain_text],
        help_text=_("Where it stands, as its spine label has it."),
    )
    condition = models.CharField(
        _("condition"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[plain_text],
        help_text=_("What the desk is to know when it comes back: a torn page, a CD in it."),
    )
    barcode = BarcodeField(kind=BarcodeKind.BOOK, max_length=MAX_BARCODE, verbose_name=_("barcode"))
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
    source_record = models.ForeignKey(
        SourceRecord, on_delete=models.PROTECT, null=True, editable=False, db_index=False, related_name="books"
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
            models.Index(
                fields=["source_record"], condition=Q(source_record__isnull=False), name="catalog_book_with_record"
            ),
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
        """Keep the ISBN canonical, search key and codes in step; give a book that has no barcode the next one."""
        is_new, self.barcode = self._state.adding, self.barcode or next_barcode(BarcodeKind.BOOK)
        self.derive()
        names = with_derived(update_fields, search_key={"title", "isbn", "author", "statement_of_responsibility"})
        with transaction.atomic(savepoint=False):
            super().save(update_fields=names, **kwargs)
            if names is None or "barcode" in names:
                keep_code(BarcodeKind.BOOK, self, is_new=is_new)

    def derive(self) -> None:
        """What is stored of the title, the ISBN and who wrote it."""
        self.title = collapse(self.title)
        self.statement_of_responsibility = collapse(self.statement_of_responsibility)
        self.isbn = canonical_isbn(self.isbn) or self.isbn
        self.search_key = self.words(self.author.name if self.author else "")

    def words(self, author: str) -> str:
        """The search key, by an author of this name."""
        isbns = f"{self.isbn} {isbn_10(self.isbn) or ''}"
        return search_key(self.title, author, also=f"{isbns} {self.statement_of_responsibility}")

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check what will be stored."""
        self.title = collapse(self.title)
        super().clean_fields(exclude)

    def clean(self) -> None:
        self.isbn = canonical_isbn(self.isbn) or self.isbn


def author_name(of: str = "") -> Coalesce:
    """The name of a book's author, for a query; empty for a book that has none. `of` leads to the book: "book__"."""
    return Coalesce(f"{of}author__name", Value(""))


@identifies("book_id")
def book_with_barcode(text: str) -> UUID:
    """The id of the book with this barcode. Raises InvalidInput or NotFound."""
    return id_with_barcode(BarcodeKind.BOOK, "book_id", text)
