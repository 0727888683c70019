from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.loans import LENDING, CannotBeUndone, NothingToUndo, UndoOvertaken, nothing_to_undo, undoing
from circulation.domain.reservations import next_in_turn, reopen, reserved_for
from circulation.domain.titles import Title, lock_title
from circulation.models import Reservation
from circulation.states import LOAN, NEW, ON_LOAN, moves
from library_site.cqrs import Command, Context, Data, NotFound, Remedy, handles


class LoanUndone(Data):
    """Who has the book no longer, and what it is now; when it waits on the hold shelf, for whom and until when."""

    book_id: UUID
    user_id: UUID
    book_status: str
    reservation_id: UUID | None
    reserved_for_user_id: UUID | None
    held_until: date | None


class UndoLoan(Command[LoanUndone]):
    book_id: UUID


@handles(
    UndoLoan,
    title=gettext_lazy("Undo loan"),
    refuses=(NotFound, NothingToUndo, CannotBeUndone, UndoOvertaken),
)
@moves(book="BORROWED > AVAILABLE, ON_HOLD", loan="ON_LOAN > NEW", by=(reopen,))
def undo_loan(command: UndoLoan, context: Context) -> LoanUndone:
    """Take the last loan of a book back, on the same day: it is where it was, as if it had never been lent.

    If it was on the hold shelf for its borrower, it waits there again, until the same day. Refused where the next
    person in the queue would get it: take it back instead. A loan is not undone that has found the book, that took it
    from somebody for whom it was on hold, or whose borrower waited for another copy.
    """
    title = lock_title(command.book_id)
    book = title.book
    undo = undoing(book, LENDING, context)
    user_id = book.borrower_id
    if user_id is None:
        raise nothing_to_undo(book, LENDING)
    LOAN.check(ON_LOAN, NEW, command)
    reservation = _reservation(title, undo.get("reservation_id"), user_id)
    if reservation:
        reopen(reservation, command)
        day = date.fromisoformat(undo["held_until"])
        move(book, Book.Status.ON_HOLD, command, reservation=reservation, held_until=day)
    else:
        if next_ := next_in_turn(title, context):
            raise _overtaken(
                book,
                _("Somebody waits for “{title}” since it was lent: {name}. Return it instead."),
                next_.user.name,
            )
        move(book, Book.Status.AVAILABLE, command)
    return LoanUndone(
        book_id=book.pk,
        user_id=user_id,
        book_status=str(book.status),
        reservation_id=book.reservation_id,
        reserved_for_user_id=reserved_for(book),
        held_until=book.held_until,
    )


def _reservation(title: Title, reservation_id: str | None, user_id: UUID) -> Reservation | None:
    """That which the loan has fulfilled, if any.

    Raises UndoOvertaken where the borrower has another copy of the title since.
    """
    if reservation_id is None:
        return None
    reservation = Reservation.objects.select_related("user").filter(pk=reservation_id).first()
    if reservation is None:
        raise nothing_to_undo(title.book, LENDING)
    has = [copy.pk for copy in title.copies if copy.borrower_id == user_id]
    if reservation.book_id not in {copy.pk for copy in title.copies}:
        reservation.book = title.book  # the copy by which it was named has another ISBN since
    if has != [title.book.pk]:
        message = _("{name} had reserved “{title}”, and has another copy since. Return it.")
        raise _overtaken(title.book, message, reservation.user.name)
    return reservation


def _overtaken(book: Book, message: str, name: str) -> UndoOvertaken:
    return UndoOvertaken(
        message.format(title=book.title, name=name), see_also=[Remedy("ReturnBook", {"book_id": book.pk})]
    )
