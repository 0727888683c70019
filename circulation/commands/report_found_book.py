from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.losses import resolve_losses
from circulation.domain.reservations import reserved_for, serve_queue
from circulation.domain.titles import lock_title
from circulation.domain.words import state_of
from circulation.states import moves
from library_site.cqrs import Command, Conflict, Context, Data, NotFound, handles


class BookReportedFound(Data):
    """Whom it lets borrow again, and what the book is now.

    When it waits on the hold shelf, where it is then to be put: for whom, by which reservation, and until when.
    """

    book_id: UUID
    reinstated_user_id: UUID | None
    book_status: str = Book.Status.AVAILABLE
    reservation_id: UUID | None = None
    reserved_for_user_id: UUID | None = None
    held_until: date | None = None


class ReportFoundBook(Command[BookReportedFound]):
    book_id: UUID


class BookNotMissing(Conflict):
    """The book is not missing."""

    code = "book_not_missing"
    short = gettext_lazy("The book is not missing")


@handles(ReportFoundBook, title=gettext_lazy("Report found book"), refuses=(NotFound, BookNotMissing))
@moves(book="MISSING > AVAILABLE", by=(resolve_losses, serve_queue))
def report_found_book(command: ReportFoundBook, context: Context) -> BookReportedFound:
    """Report that a missing book has turned up: it is available again, or waits for whoever is first in its queue.

    Whoever was suspended because of this loss may borrow again, unless another loss of theirs still stands. A
    suspension for any other reason stays.
    """
    title = lock_title(command.book_id)
    book = title.book
    if book.status != Book.Status.MISSING:
        message = _("“{title}” is not missing: it is {state}.")
        raise BookNotMissing(message.format(title=book.title, state=state_of(book)), book_status=book.status)
    move(book, Book.Status.AVAILABLE, command)
    reinstated_user_id = resolve_losses(book, command, context)
    serve_queue(title, command, context)
    return BookReportedFound(
        book_id=book.id,
        reinstated_user_id=reinstated_user_id,
        book_status=str(book.status),
        reservation_id=book.reservation_id,
        reserved_for_user_id=reserved_for(book),
        held_until=book.held_until,
    )
