from datetime import date, datetime
from uuid import UUID

from django.db.models import DateField, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models import Book, author_name
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class BorrowedBook(Data):
    """Dates are None for a loan that was made by CRUD."""

    id: UUID
    title: str
    isbn: str
    author_id: UUID | None
    author_name: str
    loan_id: UUID
    borrowed_at: datetime | None
    due_on: date | None


class GetBorrowedBooksByUser(Query[Page[BorrowedBook]]):
    user_id: UUID


@handles(GetBorrowedBooksByUser, title=_("Borrowed books by person"), refuses=(InvalidInput,))
def get_borrowed_books_by_user(query: GetBorrowedBooksByUser, context: Context) -> Page[BorrowedBook]:
    """The books that a user has on loan, the one that is due first at the top."""
    return page_of(BorrowedBook, _books, query, order_by=("due_order", "id"))


def _books() -> "QuerySet[Book]":
    return Book.objects.filter(borrower=Given("user_id", UUIDField())).annotate(
        author_name=author_name(), due_order=Coalesce("due_on", Value(date.max), output_field=DateField())
    )
