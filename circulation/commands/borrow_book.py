from dataclasses import dataclass
from datetime import date
from uuid import UUID

from catalog.models import Book
from circulation.loans import UserSuspended, no_such_book, no_such_user, until, why_suspended
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs import Command, Conflict, Context, DomainError, NotFound, handles, refuse_if_any


@dataclass(frozen=True, kw_only=True)
class BookBorrowed:
    book_id: UUID
    user_id: UUID
    due_on: date


@dataclass(frozen=True, kw_only=True)
class BorrowBook(Command[BookBorrowed]):
    book_id: UUID
    user_id: UUID


class BookNotAvailable(Conflict):
    """The book is on loan, or reported missing."""

    code = "book_not_available"


class LoanLimitReached(Conflict):
    """The user has as many books as the library lends to one person."""

    code = "loan_limit_reached"


@handles(BorrowBook, refuses=(NotFound, BookNotAvailable, UserSuspended, LoanLimitReached))
def borrow_book(command: BorrowBook, context: Context) -> BookBorrowed:
    """Lend a book to a user.

    The book must be available. A suspended user cannot borrow. Nobody has more books at a time than the
    library's limit, which is lower until the user is verified. All that stands in the way is said at once.
    """
    due_on = POLICY.due_on(context.today)
    # One conditional UPDATE: of any number of desks exactly one wins, and the row is locked from here on.
    lent = Book.objects.filter(pk=command.book_id, status=Book.Status.AVAILABLE).update(
        status=Book.Status.BORROWED, borrower_id=command.user_id, borrowed_at=context.now, due_on=due_on, renewals=0
    )
    user = LibraryUser.objects.select_for_update().filter(pk=command.user_id).first()
    # Counted after the lock, by a statement of its own: what another desk has just lent is seen.
    loans = Book.objects.filter(borrower=command.user_id).count() - lent
    refuse_if_any([None if lent else _book_problem(command), *_user_problems(command, user, loans)])
    return BookBorrowed(book_id=command.book_id, user_id=command.user_id, due_on=due_on)


def _book_problem(command: BorrowBook) -> DomainError:
    book = Book.objects.select_related("borrower").filter(pk=command.book_id).first()
    if book is None:
        return no_such_book(command.book_id)
    if book.status == Book.Status.MISSING:
        return BookNotAvailable(
            f"“{book.title}” is reported missing. If you have it in hand, report it found, then lend it.",
            book_status=book.status,
        )
    if book.borrower is None:
        return BookNotAvailable(f"“{book.title}” has just come back. Try again.", book_status=book.status)
    details = {"book_status": book.status, "borrower_id": book.borrower_id, "due_on": book.due_on}
    if book.borrower_id == command.user_id:
        renew = "Renew the loan, if it is to be kept for longer."
        return BookNotAvailable(f"{book.borrower.name} has “{book.title}” already, {until(book)}. {renew}", **details)
    return BookNotAvailable(
        f"“{book.title}” is on loan to {book.borrower.name} {until(book)}. Take it back first.", **details
    )


def _user_problems(command: BorrowBook, user: LibraryUser | None, loans: int) -> list[DomainError]:
    if user is None:
        return [no_such_user(command.user_id)]
    problems: list[DomainError] = []
    if user.is_suspended:
        problems.append(UserSuspended(f"{user.name} is suspended and cannot borrow{why_suspended(user)}"))
    limit = POLICY.limit(verified=user.is_verified)
    if loans >= limit:
        remedy = "Take one back first" if user.is_verified else "Take one back first, or verify who it is"
        problems.append(
            LoanLimitReached(f"{user.name} has {loans} of {limit} books. {remedy}.", loans=loans, limit=limit)
        )
    return problems
