"""What can stand in the way of borrowing a book, each problem with what helps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Count, DateField, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from circulation.policies import LibraryNeverOpens, LoanPolicy
from library_site.cqrs import Conflict, Context, DomainError, InvalidInput, NotFound, Remedy
from library_site.cqrs.texts import long_date, sentences
from library_site.statements import Given

from .books import no_such_book, overdue
from .loans import on_loan_to
from .losses import Losses, standing_loss
from .people import BORROW, UserSuspended, suspended
from .policy_in_force import policy_and
from .reservations import BookReserved, held_until, next_in_turn
from .titles import Title
from .words import due_day


class BookNotAvailable(Conflict):
    """The book is on loan, reported missing, or withdrawn."""

    code = "book_not_available"
    short = gettext_lazy("The book is not available")


class LoanLimitReached(Conflict):
    """The user has as many books as the library lends to one person."""

    code = "loan_limit_reached"
    short = gettext_lazy("The person has as many books as the library lends")


class OverdueLimitReached(Conflict):
    """The user has so many books overdue that the library lends no more."""

    code = "overdue_limit_reached"
    short = gettext_lazy("The person has too many books overdue")


OVERRIDABLE = (BookReserved, UserSuspended, LoanLimitReached, OverdueLimitReached)
REFUSALS = (NotFound, InvalidInput, BookNotAvailable, *OVERRIDABLE, LibraryNeverOpens)


def book_problem(
    title: Title | None, book_id: UUID, user_id: UUID, found: Losses | None, context: Context
) -> DomainError | None:
    """Why a book that is not simply available cannot be lent to a user. `found`: it was missing until now."""
    if title is None:
        return no_such_book(book_id)
    book = title.book
    if found or book.status == Book.Status.ON_HOLD:
        waits = next_in_turn(title, context) if found else book.reservation
        is_for_another = waits is not None and waits.user_id != user_id
        return _reserved(book, waits.user, book.held_until or held_until(context)) if waits and is_for_another else None
    if book.status == Book.Status.MISSING:
        message = _("“{title}” is reported missing. If you have it in hand, report it found, then lend it.")
        return _not_available(book, message, _when_found(title, user_id, context))
    if book.status == Book.Status.WITHDRAWN:
        message = _("“{title}” is withdrawn. Restore it first, if it is to be lent again.")
        refusal = _not_available(book, message, Remedy("RestoreBook", {"book_id": book.pk}))
        refusal.message = sentences(refusal.message, standing_loss(book))
        return refusal
    return _on_loan(book, cast(LibraryUser, book.borrower), user_id)


def _reserved(book: Book, user: LibraryUser, day: date) -> BookReserved:
    """The refusal of a copy that is for somebody else; overridden, that person is the next to get a copy."""
    message = _("“{title}” waits on the hold shelf for {name}, until {day}.")
    return BookReserved(
        message.format(title=book.title, name=user.name, day=long_date(day)),
        see_also=[Remedy("GetReservationQueue", {"book_id": book.pk})],
        reserved_for_user_id=user.pk,
    )


def _not_available(book: Book, message: str, remedy: Remedy) -> BookNotAvailable:
    return BookNotAvailable(message.format(title=book.title), remedy=remedy, book_status=book.status)


def _when_found(title: Title, user_id: UUID, context: Context) -> Remedy:
    """Found and lent in one step; found only, if it then waits for somebody else."""
    first = next_in_turn(title, context)
    if first is None or first.user_id == user_id:
        return Remedy("BorrowBook", {"book_id": title.book.pk, "user_id": user_id, "report_found": True})
    return Remedy("ReportFoundBook", {"book_id": title.book.pk})


def _on_loan(book: Book, borrower: LibraryUser, user_id: UUID) -> BookNotAvailable:
    details: dict[str, Any] = {"book_status": book.status, "borrower_id": borrower.pk, "due_on": book.due_on}
    if borrower.pk != user_id:
        return BookNotAvailable(
            on_loan_to(book, borrower),
            remedy=Remedy("ReturnBook", {"book_id": book.pk}),
            see_also=[Remedy("PlaceReservation", {"user_id": user_id, "book_id": book.pk})],
            **details,
        )
    message = (
        _("{name} has “{title}” already, until {day}. Renew the loan, if it is to be kept for longer.")
        if book.due_on
        else _("{name} has “{title}” already, without a due date. Renew the loan, if it is to be kept for longer.")
    )
    return BookNotAvailable(
        message.format(name=borrower.name, title=book.title, day=due_day(book)),
        remedy=Remedy("RenewLoan", {"book_id": book.pk}),
        **details,
    )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The policy in force, and how somebody stands to it who wants a book: other books out, and of these overdue."""

    policy: LoanPolicy
    loans: int = 0
    overdue: int = 0
    has_reservation: bool = False


def standing_of(user_id: UUID, book_id: UUID, title: Title | None, context: Context) -> Standing:
    """How somebody stands, in one statement. Once all is locked: as it was before, it could be older than that."""
    isbn = title.book.isbn if title else ""
    given = {"user_id": user_id, "book_id": book_id, "isbn": isbn}
    policy, facts = policy_and(_facts, context.today, bool(isbn), **given)
    return Standing(policy=policy, **facts)


def _facts(has_isbn: bool) -> "list[QuerySet[Any]]":
    """How many other books somebody has, if any; that there is a reservation of the title, if there is one."""
    user_id, book_id = Given("user_id", LibraryUser._meta.pk), Given("book_id", Book._meta.pk)
    loans = Book.objects.order_by().filter(borrower=user_id).exclude(pk=book_id).values(one=Value(1))
    late = overdue(Given("today", DateField()))
    counts = loans.annotate(counts=JSONObject(loans=Count("pk"), overdue=Count("pk", filter=late)))
    title = Q(book__isbn=Given("isbn", Book._meta.get_field("isbn"))) if has_isbn else Q(book=book_id)
    reservations = Reservation.objects.order_by().filter(title, user=user_id, status=Reservation.Status.OPEN)
    return [counts.values_list("counts"), reservations.values_list(JSONObject(has_reservation=Value(1)))]


def user_problems(user: LibraryUser, standing: Standing, context: Context) -> Iterator[DomainError]:
    """What there is against lending a book to a user, locked before: what another desk has just lent is counted."""
    policy = standing.policy
    if user.is_suspended_on(context.today):
        yield suspended(user, BORROW)
    if standing.loans >= policy.limit(verified=user.is_verified):
        yield _limit_reached(user, standing.loans, policy, context)
    if policy.too_many_overdue(standing.overdue):
        yield _too_many_overdue(user, standing.overdue, policy)


def _limit_reached(user: LibraryUser, loans: int, policy: LoanPolicy, context: Context) -> LoanLimitReached:
    limit = policy.limit(verified=user.is_verified)
    person = Remedy("GetUserFile", {"user_id": user.pk})
    verify = Remedy("VerifyUser", {"user_id": user.pk})
    message = (
        _("{name} has {loans} of {limit} books. Return one first.")
        if user.is_verified
        else _("{name} has {loans} of {limit} books. Return one first, or verify who it is.")
    )
    may_be_verified = not user.is_verified and not user.is_suspended_on(context.today)
    return LoanLimitReached(
        message.format(name=user.name, loans=loans, limit=limit),
        see_also=[person, verify] if may_be_verified else [person],
        loans=loans,
        limit=limit,
    )


def _too_many_overdue(user: LibraryUser, overdue: int, policy: LoanPolicy) -> OverdueLimitReached:
    message = ngettext(
        "{name} has {overdue} book overdue, and the library lends no more from {limit} on. Return some first.",
        "{name} has {overdue} books overdue, and the library lends no more from {limit} on. Return some first.",
        overdue,
    )
    return OverdueLimitReached(
        message.format(name=user.name, overdue=overdue, limit=policy.overdue_limit),
        see_also=[Remedy("GetUserFile", {"user_id": user.pk})],
        overdue=overdue,
        overdue_limit=policy.overdue_limit,
    )
