from datetime import date
from typing import cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import Undo, move
from circulation.domain.borrowing_rules import OVERRIDABLE, REFUSALS, book_problem, standing_of, user_problems
from circulation.domain.loans import FOR_ANOTHER, FOUND, LENDING, OTHER_COPY, to_undo
from circulation.domain.losses import forgive_if_missing, resolve_losses
from circulation.domain.people import find_and_lock_user, no_such_user
from circulation.domain.reservations import clear_the_way, release, serve_queue
from circulation.domain.titles import Title, find_and_lock_title
from circulation.models import Reservation
from circulation.states import LOAN, NEW, ON_LOAN, moves
from library_site.cqrs import Context, Data, Overriding, handles, refuse_unless_overridden, uuid7


class BookBorrowed(Data):
    book_id: UUID
    user_id: UUID
    due_on: date
    loan_id: UUID | None = None  # None in stored answers of before loans had one


class BorrowBook(Overriding[BookBorrowed]):
    """`report_found`: the book may be missing; then it is reported found, and lent, in one step."""

    book_id: UUID
    user_id: UUID
    report_found: bool = False


@handles(BorrowBook, title=_("Borrow book"), refuses=REFUSALS, overridable=OVERRIDABLE)
@moves(
    book="AVAILABLE, ON_HOLD > BORROWED; MISSING, ON_HOLD > AVAILABLE",
    loan="NEW > ON_LOAN",
    reservation="QUEUED, WAITING > FULFILLED",
    by=(release, resolve_losses, serve_queue),
)
def borrow_book(command: BorrowBook, context: Context) -> BookBorrowed:
    """Lend a book to a user.

    The book must be available, or wait on the hold shelf for this user, whose reservation is then fulfilled. A missing
    book is reported found first, if the command says so. A suspended user cannot borrow, nor one with too many books
    overdue or out: the limit is lower until somebody is verified. All that stands in the way is said at once.
    """
    title = find_and_lock_title(command.book_id)
    found = forgive_if_missing(title, command.user_id, command, context) if command.report_found else None
    user = found.users.get(command.user_id) if found else find_and_lock_user(command.user_id)
    standing = standing_of(command.user_id, command.book_id, title, context)
    due_on = standing.policy.due_on(context.today)

    is_available = title is not None and title.book.status == Book.Status.AVAILABLE
    problems = [
        None if is_available else book_problem(title, command.book_id, command.user_id, found, context),
        *(user_problems(user, standing, context) if user else [no_such_user(command.user_id)]),
    ]
    refuse_unless_overridden(problems, command, context)

    title = cast(Title, title)  # where there is none, it was refused
    reservation = title.reservation_of(command.user_id) if standing.has_reservation else None
    concerns_queue = found or reservation or title.book.reservation
    loan_id = uuid7()
    undo = _to_undo(loan_id, title.book, reservation, is_found=bool(found), context=context)
    if concerns_queue:
        clear_the_way(title, reservation, found, command, context)
    LOAN.check(NEW, ON_LOAN, command)
    loan = {"loan_id": loan_id, "borrower_id": command.user_id, "borrowed_at": context.now, "due_on": due_on}
    move(title.book, Book.Status.BORROWED, command, undo=undo, **loan)
    if concerns_queue:
        serve_queue(title, command, context)
    return BookBorrowed(book_id=command.book_id, user_id=command.user_id, due_on=due_on, loan_id=loan_id)


def _to_undo(loan_id: UUID, book: Book, reservation: Reservation | None, *, is_found: bool, context: Context) -> Undo:
    """What undoes the loan of a book that is still as it was: it waits again for whom it waited for, if for anybody."""
    not_theirs = FOR_ANOTHER if book.reservation else OTHER_COPY
    why_not = FOUND if is_found else not_theirs if book.reservation != reservation else None
    before = {"reservation_id": book.reservation_id, "held_until": book.held_until}
    return to_undo(LENDING, context, loan_id=loan_id, **({"why_not": why_not} if why_not else before))
