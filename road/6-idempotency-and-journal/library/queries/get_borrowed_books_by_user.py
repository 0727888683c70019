from dataclasses import dataclass
from datetime import date

from django.db.models import F

from library.cqrs import Context, Query, handles
from library.models import Book


@dataclass(frozen=True, kw_only=True)
class BorrowedBook:
    """What the screen shows of a book; dates are None for a loan that was made by CRUD."""

    id: int
    title: str
    author_name: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class GetBorrowedBooksByUser(Query):
    user_id: int


@handles(GetBorrowedBooksByUser, title="Borrowed books by person")
def get_borrowed_books_by_user(query: GetBorrowedBooksByUser, context: Context) -> list[BorrowedBook]:
    """The books that a user has on loan, the one that is due first at the top."""
    books = Book.objects.filter(borrower=query.user_id).order_by("due_on", "id")
    rows = books.values("id", "title", "due_on", author_name=F("author__name"))
    return [BorrowedBook(**row) for row in rows]
