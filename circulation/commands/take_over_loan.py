from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.borrowing_rules import BookNotAvailable, Standing, standing_of, user_problems
from circulation.domain.former_loans import Days, FormerLoan, loan_of, not_on_the_shelf, same_loan
from circulation.domain.people import find_and_lock_user, lock_users, no_such_user
from circulation.domain.reservations import clear_the_way, serve_queue
from circulation.domain.titles import Title, find_and_lock_title, lock_titles
from circulation.models import LibraryUser
from circulation.policies import LibraryNeverOpens
from circulation.states import LOAN, NEW, ON_LOAN, moves
from library_site.cqrs import Command, Context, Data, InvalidInput, NotFound, handles, refuse_if_any


class LoanTakenOver(Data):
    """`breaks` are the codes of today's rules that the loan breaks; `already_there`: nothing was changed."""

    book_id: UUID
    user_id: UUID
    borrowed_on: date
    due_on: date | None
    loan_id: UUID | None
    breaks: tuple[str, ...] = ()
    already_there: bool = False


class TakeOverLoan(Command[LoanTakenOver]):
    """One of the two days may be left out: a loan lasts for as long as the library lends, and began today at the
    latest.
    """

    supervised: ClassVar = True

    book_id: UUID
    user_id: UUID
    borrowed_on: date | None = None
    due_on: date | None = None


@contextmanager
def many_loans(commands: Sequence[TakeOverLoan]) -> Iterator[None]:
    """For dispatch_all(): all books are locked before any person."""
    lock_titles(Book.objects.filter(pk__in={each.book_id for each in commands}))
    lock_users(Q(pk__in={each.user_id for each in commands}))
    yield


@handles(
    TakeOverLoan,
    title=gettext_lazy("Take over loan"),
    refuses=(NotFound, InvalidInput, BookNotAvailable, LibraryNeverOpens),
    ahead=many_loans,
)
@moves(
    book="AVAILABLE > BORROWED; ON_HOLD > AVAILABLE",
    loan="NEW > ON_LOAN",
    reservation="QUEUED, WAITING > FULFILLED",
    by=(serve_queue,),
)
def take_over_loan(command: TakeOverLoan, context: Context) -> LoanTakenOver:
    """Enter a loan that began before the library used this: with the days that it has, whatever today's rules say.

    No limit, no suspension and no closed day stands in its way; the answer says what it breaks. The book has to be
    available. The same loan again changes nothing, even when it has ended since.
    """
    days = Days(command.borrowed_on, command.due_on)
    days.check(context.today)
    title = find_and_lock_title(command.book_id)
    user = find_and_lock_user(command.user_id)
    standing = standing_of(command.user_id, command.book_id, title, context)
    loan = loan_of(days, standing.policy, context.today)
    if title and (same := same_loan(title.book, command.user_id, days, loan)):
        return _taken_over(command, same, already_there=True)
    refuse_if_any([not_on_the_shelf(title, command.book_id), None if user else no_such_user(command.user_id)])
    title, user = cast(Title, title), cast(LibraryUser, user)
    broken = tuple(problem.code for problem in user_problems(user, standing, context))
    _lend(title, loan, standing, command, context)
    return _taken_over(command, loan, breaks=broken)


def _taken_over(command: TakeOverLoan, loan: FormerLoan, **more: Any) -> LoanTakenOver:
    return LoanTakenOver(book_id=command.book_id, user_id=command.user_id, **loan._asdict(), **more)


def _lend(title: Title, loan: FormerLoan, standing: Standing, command: TakeOverLoan, context: Context) -> None:
    """Who waited for the title, and has it now, waits no longer."""
    reservation = title.reservation_of(command.user_id) if standing.has_reservation else None
    if reservation:
        clear_the_way(title, reservation, None, command, context)
    LOAN.check(NEW, ON_LOAN, command)
    days = {"borrowed_at": _beginning(loan.borrowed_on), "due_on": loan.due_on}
    move(title.book, Book.Status.BORROWED, command, loan_id=loan.loan_id, borrower_id=command.user_id, **days)
    if reservation:
        serve_queue(title, command, context)


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
