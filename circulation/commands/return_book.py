from dataclasses import dataclass
from uuid import UUID

from catalog.models import Book
from circulation.loans import end_loan, lock_book, move, resolve_losses
from circulation.models import PastLoan
from library_site.cqrs import Command, Context, NotFound, handles


@dataclass(frozen=True, kw_only=True)
class BookReturned:
    """Who had it (None: it was not on loan), whether it was missing until now, and whom that lets borrow again."""

    book_id: UUID
    user_id: UUID | None
    was_missing: bool
    reinstated_user_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ReturnBook(Command[BookReturned]):
    book_id: UUID


@handles(ReturnBook, refuses=(NotFound,))
def return_book(command: ReturnBook, context: Context) -> BookReturned:
    """Take a book back.

    A book of this library can always be returned: one that was not on loan stays where it is (scanners fire
    twice), one that was missing is found. Being here, it lifts the suspension that its loss had caused.
    """
    book = lock_book(command.book_id)
    was_missing = book.status == Book.Status.MISSING
    user_id = end_loan(book, PastLoan.Ending.RETURNED, context)
    if book.status != Book.Status.AVAILABLE:
        move(book, Book.Status.AVAILABLE)
    return BookReturned(
        book_id=book.id,
        user_id=user_id,
        was_missing=was_missing,
        reinstated_user_id=resolve_losses(book, context),
    )
