from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.loans import RENEWAL, BookNotOnLoan, lock_loan, to_undo
from circulation.domain.people import RENEW, UserSuspended, lock_user, suspended
from circulation.domain.policy_in_force import policy_from
from circulation.domain.renewal_rules import RenewalLimitReached, RenewalMovesNothing, renewal_problems
from circulation.domain.reservations import BookReserved
from circulation.policies import LibraryNeverOpens
from circulation.states import LOAN, ON_LOAN, moves
from library_site.cqrs import Context, InvalidInput, NotFound, Overriding, became, handles, refuse_unless_overridden
from library_site.cqrs.messages import Data


class LoanRenewed(Data):
    """Until when the user has the book now, and how often the loan has been renewed.

    `loan_id` is None in stored answers of before loans had one.
    """

    book_id: UUID
    user_id: UUID
    due_on: date
    renewals: int
    loan_id: UUID | None = None


class RenewLoan(Overriding[LoanRenewed]):
    book_id: UUID


@handles(
    RenewLoan,
    title=gettext_lazy("Renew loan"),
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
@moves(loan="ON_LOAN > ON_LOAN")
def renew_loan(command: RenewLoan, context: Context) -> LoanRenewed:
    """Let whoever has a book keep it for longer.

    The new period counts from the day on which the book is due, or from today when that is past, so that a renewal
    never shortens a loan; one that would not move the day is refused. A loan is renewed a few times only, not while
    somebody else waits for the title, and not for a user who is suspended.
    """
    book, borrower_id = lock_loan(command.book_id)
    user = lock_user(borrower_id)
    policy = policy_from(context.today)  # once all is locked, as when a book is lent
    due_on = policy.renewed_until(book.due_on, context.today)
    is_suspended = user.is_suspended_on(context.today)
    problems = [*renewal_problems(book, due_on, policy), suspended(user, RENEW) if is_suspended else None]
    refuse_unless_overridden(problems, command, context)
    LOAN.check(ON_LOAN, ON_LOAN, command)
    book.undo = to_undo(RENEWAL, context, loan_id=book.loan_id, due_on=book.due_on)
    book.due_on, book.renewals = due_on, book.renewals + 1
    Book.objects.filter(pk=book.pk).update(due_on=book.due_on, renewals=book.renewals, undo=book.undo)
    became(book)
    return LoanRenewed(
        book_id=book.id,
        user_id=user.id,
        due_on=due_on,
        renewals=book.renewals,
        loan_id=book.loan_id,
    )
