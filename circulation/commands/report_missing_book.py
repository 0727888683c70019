from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import BookWithdrawn, move, refuse_withdrawn
from circulation.domain.loans import end_loan
from circulation.domain.losses import suspend_for_loss
from circulation.domain.reservations import release, serve_queue
from circulation.domain.titles import lock_title
from circulation.models import PastLoan
from circulation.states import moves
from library_site.cqrs import Command, Conflict, Context, Data, NotFound, Remedy, handles


class BookReportedMissing(Data):
    """`user_id`: the borrower who was suspended, if it was on loan."""

    book_id: UUID
    user_id: UUID | None


class ReportMissingBook(Command[BookReportedMissing]):
    book_id: UUID


class BookAlreadyMissing(Conflict):
    """The book is reported missing already."""

    code = "book_already_missing"
    short = gettext_lazy("The book is reported missing already")


@handles(
    ReportMissingBook, title=gettext_lazy("Report missing book"), refuses=(NotFound, BookAlreadyMissing, BookWithdrawn)
)
@moves(
    book="AVAILABLE, BORROWED, ON_HOLD > MISSING", loan="ON_LOAN > MISSING", by=(release, serve_queue, suspend_for_loss)
)
def report_missing_book(command: ReportMissingBook, context: Context) -> BookReportedMissing:
    """Report that a book cannot be found.

    Its loan, if it is on loan, ends, and whoever had borrowed it is suspended, with the reason in the status
    comment. A book that was not on loan is marked missing and nobody is suspended; whoever it waited for is the first
    in the queue again.
    """
    title = lock_title(command.book_id)
    book = title.book
    if book.status == Book.Status.MISSING:
        raise BookAlreadyMissing(
            _("“{title}” is reported missing already. If it turns up, report it found.").format(title=book.title),
            remedy=Remedy("ReportFoundBook", {"book_id": book.pk}),
        )
    refuse_withdrawn(book)
    if book.reservation:
        release(title, book, command)
    user_id = end_loan(book, PastLoan.Ending.MISSING, command, context)
    move(book, Book.Status.MISSING, command)
    if user_id:
        suspend_for_loss(user_id, book, command, context)
    serve_queue(title, command, context)
    return BookReportedMissing(book_id=book.id, user_id=user_id)
