from datetime import date
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain import borrowing_rules
from circulation.domain.books import Undo, move
from circulation.domain.loans import RETURN, CannotBeUndone, NothingToUndo, UndoOvertaken, nothing_to_undo, undoing
from circulation.domain.people import UserSuspended, lock_user
from circulation.domain.reservations import put_in_place, reserved_for, serve_queue
from circulation.domain.titles import Title, lock_title
from circulation.models import PastLoan, Reservation
from circulation.states import LOAN, ON_LOAN, QUEUED, RESERVATION, WAITING, moves
from library_site.cqrs import Command, Context, Data, NotFound, Remedy, handles, is_gone, refuse_if_any


class ReturnUndone(Data):
    """Who has the book again, and until when; `queued_user_id`: for whom it was on hold, who waits again."""

    book_id: UUID
    user_id: UUID
    due_on: date | None
    renewals: int
    loan_id: UUID
    queued_user_id: UUID | None


class UndoReturn(Command[ReturnUndone]):
    book_id: UUID


@handles(
    UndoReturn,
    title=gettext_lazy("Undo return"),
    refuses=(NotFound, NothingToUndo, CannotBeUndone, UndoOvertaken, UserSuspended, borrowing_rules.LoanLimitReached),
)
@moves(
    book="AVAILABLE, ON_HOLD > BORROWED",
    loan="RETURNED > ON_LOAN",
    reservation="WAITING > QUEUED",
    by=(serve_queue,),
)
def undo_return(command: UndoReturn, context: Context) -> ReturnUndone:
    """Take the last return of a book back, on the same day: its loan goes on as if it had never come back.

    Whoever the book was put on the hold shelf for waits again, in the place of before. Refused once that queue is
    another one, or once the borrower waits for the title, is suspended, or has as many books as the library lends.
    (How many are overdue does not count: it was no less before.) A return that has found the book is not undone.
    """
    title = lock_title(command.book_id)
    book = title.book
    undo = undoing(book, RETURN, context)
    past = PastLoan.objects.filter(book=book).order_by("-ended_at", "-id").first()
    is_here = book.status in {Book.Status.AVAILABLE, Book.Status.ON_HOLD}  # a release before empties nothing
    is_same = str(book.reservation_id) == str(undo.get("reservation_id"))
    if past is None or str(past.pk) != undo["loan_id"] or not (is_here and is_same):
        raise nothing_to_undo(book, RETURN)
    user = lock_user(past.borrower_id)
    standing = borrowing_rules.standing_of(user.pk, book.pk, title, context)
    against = (
        each
        for each in borrowing_rules.user_problems(user, standing, context)
        if not isinstance(each, borrowing_rules.OverdueLimitReached)
    )
    refuse_if_any([_overtaken(title, undo, user.name, standing), *against])

    LOAN.check(past.ending, ON_LOAN, command)
    loan = {"loan_id": past.pk, "borrower_id": user.pk, "borrowed_at": past.borrowed_at, "due_on": past.due_on}
    is_gone(past)
    past.delete()
    queued, queued_user_id = book.reservation, reserved_for(book)
    if queued:
        RESERVATION.check(WAITING, QUEUED, command)
    move(book, Book.Status.BORROWED, command, renewals=past.renewals, **loan)
    if queued:
        queue = list(title.queue)
        if queue.index(queued) != undo["place"]:  # others have moved, and come back
            put_in_place(queue, queued, undo["place"])
        serve_queue(title, command, context)
    return ReturnUndone(
        book_id=book.pk,
        user_id=user.pk,
        due_on=book.due_on,
        renewals=book.renewals,
        loan_id=cast(UUID, book.loan_id),
        queued_user_id=queued_user_id,
    )


def _overtaken(title: Title, undo: Undo, name: str, standing: borrowing_rules.Standing) -> UndoOvertaken | None:
    """The refusal where the queue of which the return served the first is another one since; whom that concerns."""
    names = [name] if standing.has_reservation else _moved(title, undo["queue"]) if "queue" in undo else []
    if not names:
        return None
    message = _("The queue for “{title}” has changed since it came back: {names}. Lend it anew, if it is not here.")
    return UndoOvertaken(
        message.format(title=title.book.title, names=", ".join(names)),
        see_also=[Remedy("GetReservationQueue", {"book_id": title.book.pk})],
    )


def _moved(title: Title, before: list[str]) -> list[str]:
    """Who is in the queue only now, or was only then; if it is neither, who has a place in it, which may be another."""
    now = [str(each) for each in title.queue.values_list("pk", flat=True)]
    changed = [] if now == before else set(now) ^ set(before) or now
    waits = Reservation.objects.filter(pk__in=changed).order_by("rank", "id")
    return list(dict.fromkeys(waits.values_list("user__name", flat=True)))
