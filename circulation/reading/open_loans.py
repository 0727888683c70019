"""Books on loan as the lists of what is due show them."""

from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet

from catalog.models import Book, author_name
from library_site.cqrs import Data


class OpenLoan(Data):
    """A book (`id`), who has it, and until when."""

    id: UUID
    title: str
    barcode: str
    author_name: str
    shelf_mark: str
    user_id: UUID
    user_name: str
    user_birth_date: date | None
    user_barcode: str
    user_email: str
    loan_id: UUID
    due_on: date
    renewals: int


def open_loans() -> "QuerySet[Book]":
    """The books on loan, with what an OpenLoan holds. (Loans made by CRUD have no due date.)"""
    books = Book.objects.filter(status=Book.Status.BORROWED, due_on__isnull=False)
    return books.annotate(
        author_name=author_name(),
        user_id=F("borrower_id"),
        user_name=F("borrower__name"),
        user_birth_date=F("borrower__birth_date"),
        user_barcode=F("borrower__barcode"),
        user_email=F("borrower__email"),
    )
