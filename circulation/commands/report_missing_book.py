from dataclasses import dataclass
from uuid import UUID

from catalog.models import Book
from circulation.loans import end_loan, lock_book, move, suspend_for_loss
from circulation.models import PastLoan
from library_site.cqrs import Command, Conflict, Context, NotFound, handles


@dataclass(frozen=True, kw_only=True)
class BookReportedMissing:
    """`user_id`: the borrower who was suspended, if it was on loan."""

    book_id: UUID
    user_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class ReportMissingBook(Command[BookReportedMissing]):
    book_id: UUID


class BookAlreadyMissing(Conflict):
    """The book is reported missing already."""

    code = "book_already_missing"


@handles(ReportMissingBook, refuses=(NotFound, BookAlreadyMissing))
def report_missing_book(command: ReportMissingBook, context: Context) -> BookReportedMissing:
    """Report that a book cannot be found.

    Its loan, if it is on loan, ends, and whoever had borrowed it is suspended, with the reason in the status
    comment. A book that was not on loan is marked missing and nobody is suspended.
    """
    book = lock_book(command.book_id)
    if book.status == Book.Status.MISSING:
        raise BookAlreadyMissing(f"“{book.title}” is reported missing already. If it turns up, report it found.")
    user_id = end_loan(book, PastLoan.Ending.MISSING, context)
    move(book, Book.Status.MISSING)
    if user_id:
        suspend_for_loss(user_id, book, context)
    return BookReportedMissing(book_id=book.id, user_id=user_id)
