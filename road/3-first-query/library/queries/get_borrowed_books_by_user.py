from dataclasses import dataclass
from datetime import date

from django.db.models import F

from library.models import Book


@dataclass(frozen=True, kw_only=True)
class BorrowedBook:
    """What the screen shows of a book; dates are None for a loan that was made by CRUD."""

    id: int
    title: str
    author_name: str
    due_on: date | None


def get_borrowed_books_by_user(user_id):
    """The books that a user has on loan, the one that is due first at the top."""
    books = Book.objects.filter(borrower=user_id).order_by("due_on", "id")
    rows = books.values("id", "title", "due_on", author_name=F("author__name"))
    return [BorrowedBook(**row) for row in rows]
