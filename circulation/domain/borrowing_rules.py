"""What can stand in the way of borrowing a book, each problem with what helps."""

from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.policies import LoanPolicy
from library_site.cqrs import Conflict, Context, DomainError, Remedy

from .books import due_day, overdue
from .loans import no_such_book, on_loan_to
from .people import BORROW, no_such_user, suspended
from .titles import open_reservations


class BookNotAvailable(Conflict):
    """The book is on loan, reported missing, or withdrawn."""

    code = "book_not_available"


class LoanLimitReached(Conflict):
    """The user has as many books as the library lends to one person."""

    code = "loan_limit_reached"


class OverdueLimitReached(Conflict):
    """The user has so many books overdue that the library lends no more."""

    code = "overdue_limit_reached"


def book_problem(book_id: UUID, user_id: UUID) -> DomainError:
    """Why a book cannot be lent to a user, who may have it already."""
    book = Book.objects.select_related("borrower", "reservation__user").filter(pk=book_id).first()
    if book is None:
        return no_such_book(book_id)
    status = {"book_status": book.status}
    if book.status == Book.Status.MISSING:
        return BookNotAvailable(
            _("“{title}” is reported missing. If you have it in hand, report it found, then lend it.").format(
                title=book.title
            ),
            remedy=_when_found(book, user_id),
            **status,
        )
    if book.status == Book.Status.WITHDRAWN:
        return BookNotAvailable(
            _("“{title}” is withdrawn. Restore it first, if it is to be lent again.").format(title=book.title),
            remedy=Remedy("RestoreBook", {"book_id": book.pk}),
            **status,
        )
    if book.borrower is None:
        return BookNotAvailable(
            _("“{title}” has just come back. Try again.").format(title=book.title),
            remedy=_lend(book_id, user_id),
            **status,
        )
    details = status | {"borrower_id": book.borrower_id, "due_on": book.due_on}
    if book.borrower_id == user_id:
        said = (
            _("{name} has “{title}” already, until {day}. Renew the loan, if it is to be kept for longer.")
            if book.due_on
            else _("{name} has “{title}” already, without a due date. Renew the loan, if it is to be kept for longer.")
        )
        return BookNotAvailable(
            said.format(name=book.borrower.name, title=book.title, day=due_day(book)),
            remedy=Remedy("RenewLoan", {"book_id": book.pk}),
            **details,
        )
    return BookNotAvailable(
        on_loan_to(book, book.borrower),
        remedy=Remedy("ReturnBook", {"book_id": book.pk}),
        **details,
    )


def _when_found(book: Book, user_id: UUID) -> Remedy:
    """Found and lent in one step; found only, if it then waits for somebody else."""
    first = open_reservations(book).filter(waiting_book__isnull=True).order_by("rank", "id").first()
    if first is None or first.user_id == user_id:
        return _lend(book.pk, user_id, report_found=True)
    return Remedy("ReportFoundBook", {"book_id": book.pk})


def _lend(book_id: UUID, user_id: UUID, **more: bool) -> Remedy:
    return Remedy("BorrowBook", {"book_id": book_id, "user_id": user_id} | more)


def user_problems(
    user_id: UUID, user: LibraryUser | None, book_id: UUID, policy: LoanPolicy, context: Context
) -> list[DomainError | None]:
    """What there is against lending to a user, who is locked, the book that has just been lent."""
    if user is None:
        return [no_such_user(user_id)]
    # Counted after the lock, by a statement of its own: what another desk has just lent is seen.
    loans = Book.objects.filter(borrower=user).exclude(pk=book_id)
    counted = loans.aggregate(all=Count("pk"), overdue=Count("pk", filter=overdue(context.today)))
    return [
        suspended(user, context, BORROW),
        _at_limit(user, policy, counted["all"]),
        _too_many_overdue(user, policy, counted["overdue"]),
    ]


def _at_limit(user: LibraryUser, policy: LoanPolicy, loans: int) -> LoanLimitReached | None:
    limit = policy.limit(verified=user.is_verified)
    if loans < limit:
        return None
    said = (
        _("{name} has {loans} of {limit} books. Take one back first.")
        if user.is_verified
        else _("{name} has {loans} of {limit} books. Take one back first, or verify who it is.")
    )
    return LoanLimitReached(said.format(name=user.name, loans=loans, limit=limit), loans=loans, limit=limit)


def _too_many_overdue(user: LibraryUser, policy: LoanPolicy, overdue: int) -> OverdueLimitReached | None:
    if not policy.too_many_overdue(overdue):
        return None
    said = ngettext(
        "{name} has {overdue} book overdue, and the library lends no more from {limit} on. Take some back first.",
        "{name} has {overdue} books overdue, and the library lends no more from {limit} on. Take some back first.",
        overdue,
    )
    return OverdueLimitReached(
        said.format(name=user.name, overdue=overdue, limit=policy.overdue_limit),
        overdue=overdue,
        overdue_limit=policy.overdue_limit,
    )
