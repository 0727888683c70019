from dataclasses import dataclass
from datetime import date, timedelta

from library.cqrs import Command, Conflict, Context, NotFound, handles
from library.models import Book, LibraryUser

LIMIT = 5  # books
LOAN = timedelta(days=28)


class BookNotAvailable(Conflict):
    code = "book_not_available"


class UserSuspended(Conflict):
    code = "user_suspended"


class LimitReached(Conflict):
    code = "limit_reached"


@dataclass(frozen=True, kw_only=True)
class BookBorrowed:
    book_id: int
    user_id: int
    due_on: date


@dataclass(frozen=True, kw_only=True)
class BorrowBook(Command):
    book_id: int
    user_id: int


@handles(BorrowBook, title="Borrow book")
def borrow_book(command: BorrowBook, context: Context) -> BookBorrowed:
    """Lend a book to a user.

    The book must be available. A suspended user cannot borrow, nor one who has as many books as one may have.
    """
    book = Book.objects.select_for_update().filter(pk=command.book_id).first()
    user = LibraryUser.objects.select_for_update().filter(pk=command.user_id).first()
    if book is None or user is None:
        raise NotFound("There is no such book, or no such person.")
    if book.status != Book.Status.AVAILABLE:
        raise BookNotAvailable(f"“{book}” is {book.status.lower()}, not available.")
    if user.status == LibraryUser.Status.SUSPENDED:
        raise UserSuspended(f"{user} is suspended.")
    if user.book_set.count() >= LIMIT:
        raise LimitReached(f"{user} has {LIMIT} books already.")
    book.status, book.borrower, book.due_on = Book.Status.BORROWED, user, context.today + LOAN
    book.save()
    return BookBorrowed(book_id=book.pk, user_id=user.pk, due_on=book.due_on)
