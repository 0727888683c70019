from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from catalog.models import Book
from circulation.lending import BookNotAvailable, LoanLimitReached, OverdueLimitReached, book_problem, user_problems
from circulation.library_policy import policy_from
from circulation.loans import LibraryNeverOpens, move, resolve_losses
from circulation.models import LibraryUser, Reservation
from circulation.people import UserSuspended
from circulation.policies import NeverOpen
from circulation.states import LOAN, NEW, ON_LOAN
from circulation.titles import BookReserved, Title, end, lock_title, release, serve_queue, waits_for
from library_site.cqrs import (
    Context,
    DomainError,
    InvalidInput,
    NotFound,
    Overriding,
    handles,
    refuse_unless_overridden,
)


@dataclass(frozen=True, kw_only=True)
class BookBorrowed:
    book_id: UUID
    user_id: UUID
    due_on: date


@dataclass(frozen=True, kw_only=True)
class BorrowBook(Overriding[BookBorrowed]):
    """`report_found`: the book may be missing; then it is reported found, and lent, in one step."""

    book_id: UUID
    user_id: UUID
    report_found: bool = False


@handles(
    BorrowBook,
    refuses=(
        NotFound,
        InvalidInput,
        BookNotAvailable,
        BookReserved,
        UserSuspended,
        LoanLimitReached,
        OverdueLimitReached,
        LibraryNeverOpens,
    ),
    overridable=(BookReserved, UserSuspended, LoanLimitReached, OverdueLimitReached),
)
def borrow_book(command: BorrowBook, context: Context) -> BookBorrowed:
    """Lend a book to a user.

    The book must be available, or wait on the hold shelf for this user, whose reservation is then fulfilled. A
    missing book is reported found first, if the command says so. A suspended user cannot borrow, nor one with too
    many books overdue. Nobody has more books at a time than the library's limit, which is lower until the user is
    verified. All that stands in the way is said at once.
    """
    policy = policy_from(context.today)
    try:
        due_on = policy.due_on(context.today)
    except NeverOpen:
        raise LibraryNeverOpens from None
    LOAN.check(NEW, ON_LOAN, command)
    lending = _lend_simply if _is_simple(command) else _lend_with_queue
    problem = lending(command, context, due_on)
    user = LibraryUser.objects.select_for_update().filter(pk=command.user_id).first()
    problems = [problem, *user_problems(command.user_id, user, command.book_id, policy, context)]
    refuse_unless_overridden(problems, command, context)
    return BookBorrowed(book_id=command.book_id, user_id=command.user_id, due_on=due_on)


def _is_simple(command: BorrowBook) -> bool:
    """Whether no reservation can have to do with it: neither is the book on hold, nor does the user wait for one."""
    same = Q(book__isbn=OuterRef("isbn")) & ~Q(book__isbn="") | Q(book=OuterRef("pk"))
    reserved = Reservation.objects.filter(same, user=command.user_id, status=Reservation.Status.OPEN)
    special = Q(status=Book.Status.ON_HOLD) | Q(reserved=True)
    if command.report_found:
        special |= Q(status=Book.Status.MISSING)
    return not Book.objects.alias(reserved=Exists(reserved)).filter(special, pk=command.book_id).exists()


def _lend_simply(command: BorrowBook, context: Context, due_on: date) -> DomainError | None:
    """Lend what is available; else the refusal."""
    # One conditional UPDATE: of any number of desks exactly one wins, and the row is locked from here on.
    lent = Book.objects.filter(pk=command.book_id, status=Book.Status.AVAILABLE).update(
        status=Book.Status.BORROWED, borrower_id=command.user_id, borrowed_at=context.now, due_on=due_on, renewals=0
    )
    return None if lent else book_problem(command.book_id, command.user_id)


def _lend_with_queue(command: BorrowBook, context: Context, due_on: date) -> DomainError | None:
    """Lend what waits for the user, or what was missing; else the refusal."""
    title = lock_title(command.book_id)
    book = title.book
    if book.status == Book.Status.MISSING and command.report_found:
        move(book, Book.Status.AVAILABLE, command)
        resolve_losses(book, command, context)
        serve_queue(title, command, context)
    reservation = title.of_user(command.user_id)
    problem = _reserved_for_another(book, command)
    if problem is None and book.status not in {Book.Status.AVAILABLE, Book.Status.ON_HOLD}:
        return book_problem(command.book_id, command.user_id)
    if problem:
        release(title, book, command)
    if reservation:
        end(reservation, Reservation.Status.FULFILLED, command, context)
        _free_other_copy(title, reservation, command)
    loan = {"borrower_id": command.user_id, "borrowed_at": context.now, "due_on": due_on}
    move(book, Book.Status.BORROWED, command, **loan)
    serve_queue(title, command, context)
    return problem


def _reserved_for_another(book: Book, command: BorrowBook) -> BookReserved | None:
    """The refusal of a copy that waits for somebody else; overridden, that person is the next to get a copy."""
    if book.reservation is None or book.reservation.user_id == command.user_id:
        return None
    return BookReserved(f"“{book.title}” {waits_for(book)}.", reserved_for_user_id=book.reservation.user_id)


def _free_other_copy(title: Title, reservation: Reservation, command: BorrowBook) -> None:
    """The copy that waits for this user may go to the next one, when the user takes another copy."""
    for copy in title.copies:
        if copy.reservation_id == reservation.pk and copy is not title.book:
            move(copy, Book.Status.AVAILABLE, command)
