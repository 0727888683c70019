from dataclasses import dataclass
from datetime import date
from uuid import UUID

from circulation.domain.borrowing_rules import BookNotAvailable, LoanLimitReached, OverdueLimitReached, user_problems
from circulation.domain.lending import Lending
from circulation.domain.library_policy import policy_from
from circulation.domain.loans import LibraryNeverOpens
from circulation.domain.people import UserSuspended
from circulation.domain.titles import BookReserved
from circulation.models import LibraryUser
from circulation.policies import NeverOpen
from circulation.states import LOAN, NEW, ON_LOAN
from library_site.cqrs import Context, InvalidInput, NotFound, Overriding, handles, refuse_unless_overridden


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
    lending = Lending(command, context, book_id=command.book_id, user_id=command.user_id, due_on=due_on)
    problem = lending.carry_out(report_found=command.report_found)
    user = LibraryUser.objects.select_for_update().filter(pk=command.user_id).first()
    problems = [problem, *user_problems(command.user_id, user, command.book_id, policy, context)]
    refuse_unless_overridden(problems, command, context)
    return BookBorrowed(book_id=command.book_id, user_id=command.user_id, due_on=due_on)
