from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.loans import on_loan_to
from circulation.domain.reservations import release, reserved_for, serve_queue
from circulation.domain.titles import LastCopyReserved, last_copy_reserved, lock_title
from circulation.states import moves
from library_site.cqrs import (
    Conflict,
    Context,
    Data,
    InvalidInput,
    NotFound,
    Overriding,
    Remedy,
    handles,
    refuse_unless_overridden,
)


class BookWithdrawal(Data):
    """`queued_user_id`: for whom the book was on hold, who is first in the queue again."""

    book_id: UUID
    queued_user_id: UUID | None


class WithdrawBook(Overriding[BookWithdrawal]):
    """`reason` is for the journal."""

    book_id: UUID
    reason: str


class BookOnLoan(Conflict):
    """Somebody has the book."""

    code = "book_on_loan"
    short = gettext_lazy("The book is on loan")


class BookAlreadyWithdrawn(Conflict):
    """The book is withdrawn already."""

    code = "book_already_withdrawn"
    short = gettext_lazy("The book is withdrawn already")


@handles(
    WithdrawBook,
    title=gettext_lazy("Withdraw book"),
    refuses=(NotFound, InvalidInput, BookOnLoan, BookAlreadyWithdrawn, LastCopyReserved),
    overridable=(LastCopyReserved,),
)
@moves(book="AVAILABLE, ON_HOLD, MISSING > WITHDRAWN", by=(release, serve_queue))
def withdraw_book(command: WithdrawBook, context: Context) -> BookWithdrawal:
    """Take a book out of use: worn out, given away, or missing for good.

    It stays in the catalogue, withdrawn, and can be restored. A book on loan has to be returned first. The last copy
    of a title that people wait for is not withdrawn under them; whoever a withdrawn copy waited for is the first in
    the queue again. A loss of the book still stands.
    """
    if not command.reason.strip():
        raise InvalidInput.of("reason", _("Say why: the journal keeps it."), "required")
    title = lock_title(command.book_id)
    book = title.book
    _refuse_unless_here(book)
    refuse_unless_overridden([last_copy_reserved(title)], command, context)
    if queued_user_id := reserved_for(book):
        release(title, book, command)
    move(book, Book.Status.WITHDRAWN, command)
    serve_queue(title, command, context)
    return BookWithdrawal(book_id=book.pk, queued_user_id=queued_user_id)


def _refuse_unless_here(book: Book) -> None:
    if book.status == Book.Status.WITHDRAWN:
        message = _("“{title}” is withdrawn already.").format(title=book.title)
        raise BookAlreadyWithdrawn(message, remedy=Remedy("RestoreBook", {"book_id": book.pk}))
    if book.borrower is not None:
        back = Remedy("ReturnBook", {"book_id": book.pk})
        raise BookOnLoan(on_loan_to(book, book.borrower), remedy=back, borrower_id=book.borrower_id)
