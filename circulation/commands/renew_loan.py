from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from catalog.models import Book
from circulation.library_policy import policy_from
from circulation.loans import BookNotOnLoan, LibraryNeverOpens, lock_book, until
from circulation.people import UserSuspended, lock_user, suspended
from circulation.policies import LoanPolicy, NeverOpen
from circulation.states import LOAN, ON_LOAN
from circulation.titles import BookReserved, open_reservations
from library_site.cqrs import (
    Conflict,
    Context,
    DomainError,
    InvalidInput,
    NotFound,
    Overriding,
    handles,
    refuse_unless_overridden,
)


@dataclass(frozen=True, kw_only=True)
class LoanRenewed:
    """Until when the user has the book now, and how often the loan has been renewed."""

    book_id: UUID
    user_id: UUID
    due_on: date
    renewals: int


@dataclass(frozen=True, kw_only=True)
class RenewLoan(Overriding[LoanRenewed]):
    book_id: UUID


class RenewalLimitReached(Conflict):
    """The loan has been renewed as often as the library renews one."""

    code = "renewal_limit_reached"


class RenewalMovesNothing(Conflict):
    """The book would be due on the same day as before."""

    code = "renewal_moves_nothing"


@handles(
    RenewLoan,
    refuses=(
        NotFound,
        InvalidInput,
        BookNotOnLoan,
        RenewalLimitReached,
        RenewalMovesNothing,
        BookReserved,
        UserSuspended,
        LibraryNeverOpens,
    ),
    overridable=(RenewalLimitReached, BookReserved, UserSuspended),
)
def renew_loan(command: RenewLoan, context: Context) -> LoanRenewed:
    """Let whoever has a book keep it for longer.

    The new period counts from the day on which the book is due, or from today when that is past, so that a renewal
    never shortens a loan; one that would not move the day is refused. A loan is renewed a few times only, not while
    somebody else waits for the title, and not for a user who is suspended.
    """
    policy = policy_from(context.today)
    book = lock_book(command.book_id)
    if book.borrower_id is None:
        state = book.get_status_display().lower()
        raise BookNotOnLoan(f"“{book.title}” is not on loan: it is {state}.", book_status=book.status)
    LOAN.check(ON_LOAN, ON_LOAN, command)
    try:
        due_on = policy.renewed_until(book.due_on, context.today)
    except NeverOpen:
        raise LibraryNeverOpens from None
    user = lock_user(book.borrower_id)
    problems = [
        _too_often(book, policy),
        _moves_nothing(book, due_on),
        _reserved(book),
        suspended(user, context, "cannot renew"),
    ]
    refuse_unless_overridden(problems, command, context)
    Book.objects.filter(pk=book.pk).update(due_on=due_on, renewals=F("renewals") + 1)
    return LoanRenewed(book_id=book.id, user_id=user.id, due_on=due_on, renewals=book.renewals + 1)


def _too_often(book: Book, policy: LoanPolicy) -> DomainError | None:
    if book.renewals < policy.renewals:
        return None
    return RenewalLimitReached(
        f"“{book.title}” has been renewed {book.renewals} of {policy.renewals} times. Take it back first.",
        renewals=book.renewals,
        limit=policy.renewals,
    )


def _moves_nothing(book: Book, due_on: date) -> DomainError | None:
    if due_on != book.due_on:
        return None
    return RenewalMovesNothing(f"“{book.title}” is on loan {until(book)} already: renewing would change nothing.")


def _reserved(book: Book) -> DomainError | None:
    waiting = open_reservations(book).filter(waiting_book__isnull=True).count()
    if waiting == 0:
        return None
    who = "Somebody else waits" if waiting == 1 else f"{waiting} others wait"
    return BookReserved(f"{who} for “{book.title}”. Take it back when it is due.", waiting=waiting)
