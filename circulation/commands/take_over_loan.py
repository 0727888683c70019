from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import ClassVar, cast
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.book_words import state_of
from circulation.domain.books import move, no_such_book
from circulation.domain.borrowing_rules import BookNotAvailable, Standing, standing_of, user_problems
from circulation.domain.loans import on_loan_to
from circulation.domain.people import find_and_lock_user, lock_users, no_such_user
from circulation.domain.reservations import clear_the_way, serve_queue
from circulation.domain.titles import Title, find_and_lock_title, lock_titles
from circulation.models import LibraryUser, PastLoan
from circulation.policies import LibraryNeverOpens
from circulation.states import LOAN, NEW, ON_LOAN, moves
from library_site.cqrs import (
    Command,
    Context,
    Data,
    DomainError,
    InvalidInput,
    NotFound,
    Remedy,
    handles,
    refuse_if_any,
    uuid7,
)

EARLIEST = date(1900, 1, 1)
"""Before that, nobody has borrowed what is still out: the year was mistyped."""


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
    _check_days(command, context)
    title = find_and_lock_title(command.book_id)
    user = find_and_lock_user(command.user_id)
    standing = standing_of(command.user_id, command.book_id, title, context)
    taken = _with_days(command, standing, context)
    if same := _same_loan(title, command, taken):
        return same
    refuse_if_any([_book_problem(title, command), None if user else no_such_user(command.user_id)])
    title, user = cast(Title, title), cast(LibraryUser, user)
    broken = [problem.code for problem in user_problems(user, standing, context)]
    _lend(title, taken, standing, command, context)
    return replace(taken, breaks=tuple(broken))


def _check_days(command: TakeOverLoan, context: Context) -> None:
    """Raises InvalidInput."""
    given = {name: day for name in ("borrowed_on", "due_on") if (day := getattr(command, name))}
    if not given:
        raise InvalidInput.of("due_on", _("Say since when somebody has the book, or until when."), "required")
    for name, day in given.items():
        if day < EARLIEST:
            raise InvalidInput.of(name, _("The day is too long ago for a loan."), "past")
    if given.get("borrowed_on", context.today) > context.today:
        raise InvalidInput.of("borrowed_on", _("The day is yet to come: nobody has the book since then."), "future")
    if given.get("due_on", date.max) < given.get("borrowed_on", date.min):
        raise InvalidInput.of("due_on", _("The last day is before the day on which the book was borrowed."), "order")


def _with_days(command: TakeOverLoan, standing: Standing, context: Context) -> LoanTakenOver:
    """The loan, with both days. Raises LibraryNeverOpens."""
    policy, borrowed_on, due_on = standing.policy, command.borrowed_on, command.due_on
    if borrowed_on is None:
        days_before = cast(date, due_on) - timedelta(days=policy.loan_days)
        borrowed_on = min(max(days_before, EARLIEST), context.today)
    if due_on is None:
        due_on = borrowed_on + timedelta(days=policy.loan_days)
        due_on = due_on if due_on < context.today else policy.next_open(due_on)
    return LoanTakenOver(
        book_id=command.book_id, user_id=command.user_id, borrowed_on=borrowed_on, due_on=due_on, loan_id=uuid7()
    )


def _same_loan(title: Title | None, command: TakeOverLoan, taken: LoanTakenOver) -> LoanTakenOver | None:
    """The loan, if the library has it: the person has the book since that day, or had it."""
    if title is None:
        return None
    book, there = title.book, replace(taken, already_there=True)
    if book.borrower_id == command.user_id and book.borrowed_at:
        since = timezone.localdate(book.borrowed_at)
        if command.borrowed_on in {None, since}:
            return replace(there, borrowed_on=since, due_on=book.due_on, loan_id=book.loan_id)
    days = Q(borrowed_at__date=taken.borrowed_on)
    days |= Q(due_on=command.due_on) if command.borrowed_on is None else Q()
    past = PastLoan.objects.filter(days, book=book, borrower=command.user_id).order_by("ended_at").last()
    return replace(there, due_on=past.due_on, loan_id=past.pk) if past else None


def _book_problem(title: Title | None, command: TakeOverLoan) -> DomainError | None:
    if title is None:
        return no_such_book(command.book_id)
    book = title.book
    if book.status == Book.Status.AVAILABLE:
        return None
    message = _("“{title}” cannot have been on loan since then: it is {state}.")
    said = on_loan_to(book, book.borrower) if book.borrower else message.format(title=book.title, state=state_of(book))
    see = Remedy(_HELPS.get(Book.Status(book.status), "GetBookFile"), {"book_id": book.pk})
    return BookNotAvailable(said, see_also=[see], book_status=book.status)


_HELPS = {
    Book.Status.BORROWED: "ReturnBook",
    Book.Status.MISSING: "ReportFoundBook",
    Book.Status.WITHDRAWN: "RestoreBook",
}


def _lend(title: Title, loan: LoanTakenOver, standing: Standing, command: TakeOverLoan, context: Context) -> None:
    """Who waited for the title, and has it now, waits no longer."""
    reservation = title.reservation_of(loan.user_id) if standing.has_reservation else None
    if reservation:
        clear_the_way(title, reservation, None, command, context)
    LOAN.check(NEW, ON_LOAN, command)
    days = {"borrowed_at": _beginning(loan.borrowed_on), "due_on": loan.due_on}
    move(title.book, Book.Status.BORROWED, command, loan_id=loan.loan_id, borrower_id=loan.user_id, **days)
    if reservation:
        serve_queue(title, command, context)


def _beginning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
