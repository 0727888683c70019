from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from catalog.models import Book
from circulation.loans import UserSuspended, lock_book, why_suspended
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs import Command, Conflict, Context, DomainError, NotFound, handles, refuse_if_any


@dataclass(frozen=True, kw_only=True)
class LoanRenewed:
    """Until when the user has the book now, and how often the loan has been renewed."""

    book_id: UUID
    user_id: UUID
    due_on: date
    renewals: int


@dataclass(frozen=True, kw_only=True)
class RenewLoan(Command[LoanRenewed]):
    book_id: UUID


class BookNotOnLoan(Conflict):
    """Nobody has the book."""

    code = "book_not_on_loan"


class RenewalLimitReached(Conflict):
    """The loan has been renewed as often as the library renews one."""

    code = "renewal_limit_reached"


@handles(RenewLoan, refuses=(NotFound, BookNotOnLoan, UserSuspended, RenewalLimitReached))
def renew_loan(command: RenewLoan, context: Context) -> LoanRenewed:
    """Let whoever has a book keep it for longer.

    The new period counts from the day on which the book is due, or from today when that is past, so that a renewal
    never shortens a loan. A loan is renewed a few times only, and not for a user who is suspended.
    """
    book = lock_book(command.book_id)
    if book.borrower_id is None:
        state = book.get_status_display().lower()
        raise BookNotOnLoan(f"“{book.title}” is not on loan: it is {state}.", book_status=book.status)
    user = LibraryUser.objects.select_for_update().get(pk=book.borrower_id)
    refuse_if_any([_too_often(book), _suspended(user)])
    due_on = POLICY.renewed_until(book.due_on, context.today)
    Book.objects.filter(pk=book.pk).update(due_on=due_on, renewals=F("renewals") + 1)
    return LoanRenewed(book_id=book.id, user_id=user.id, due_on=due_on, renewals=book.renewals + 1)


def _too_often(book: Book) -> DomainError | None:
    if book.renewals < POLICY.renewals:
        return None
    return RenewalLimitReached(
        f"“{book.title}” has been renewed {book.renewals} of {POLICY.renewals} times. Take it back first.",
        renewals=book.renewals,
        limit=POLICY.renewals,
    )


def _suspended(user: LibraryUser) -> DomainError | None:
    if not user.is_suspended:
        return None
    return UserSuspended(f"{user.name} is suspended and cannot renew{why_suspended(user)}")
