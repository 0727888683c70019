from dataclasses import dataclass

from library.cqrs import Command, Conflict, Context, NotFound, handles
from library.models import Book


class BookNotAvailable(Conflict):
    code = "book_not_available"


@dataclass(frozen=True, kw_only=True)
class BookReportedMissing:
    book_id: int


@dataclass(frozen=True, kw_only=True)
class ReportMissingBook(Command):
    book_id: int


@handles(ReportMissingBook, title="Report missing book")
def report_missing_book(command: ReportMissingBook, context: Context) -> BookReportedMissing:
    """Say that a book is not on its shelf, though it should be."""
    book = Book.objects.select_for_update().filter(pk=command.book_id).first()
    if book is None:
        raise NotFound("There is no such book.")
    if book.status != Book.Status.AVAILABLE:
        raise BookNotAvailable(f"“{book}” is {book.status.lower()}, not available.")
    book.status = Book.Status.MISSING
    book.save()
    return BookReportedMissing(book_id=book.pk)
