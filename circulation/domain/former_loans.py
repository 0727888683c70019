"""Loans that began before the library used this: their days, and whether they are there already."""

from datetime import date, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import PastLoan
from circulation.policies import LoanPolicy
from library_site.cqrs import DomainError, InvalidInput, Remedy, uuid7

from .books import no_such_book
from .borrowing_rules import BookNotAvailable
from .loans import on_loan_to
from .titles import Title
from .words import state_of

EARLIEST = date(1900, 1, 1)
"""Before that, nobody has borrowed what is still out: the year was mistyped."""


class Days(NamedTuple):
    """The first and the last, of which one may not be known."""

    borrowed_on: date | None
    due_on: date | None

    def check(self, today: date) -> None:
        """Raises InvalidInput."""
        given = {name: day for name, day in self._asdict().items() if day}
        if not given:
            raise InvalidInput.of("due_on", _("Say since when somebody has the book, or until when."), "required")
        for name, day in given.items():
            if day < EARLIEST:
                raise InvalidInput.of(name, _("The day is too long ago for a loan."), "past")
        if given.get("borrowed_on", today) > today:
            raise InvalidInput.of("borrowed_on", _("The day is yet to come: nobody has the book since then."), "future")
        if given.get("due_on", date.max) < given.get("borrowed_on", date.min):
            message = _("The last day is before the day on which the book was borrowed.")
            raise InvalidInput.of("due_on", message, "order")


class FormerLoan(NamedTuple):
    borrowed_on: date
    due_on: date | None
    loan_id: UUID | None


def loan_of(days: Days, policy: LoanPolicy, today: date) -> FormerLoan:
    """A loan, with both days. Raises LibraryNeverOpens."""
    borrowed_on, due_on = days
    if borrowed_on is None:
        days_before = cast(date, due_on) - timedelta(days=policy.loan_days)
        borrowed_on = min(max(days_before, EARLIEST), today)
    if due_on is None:
        due_on = borrowed_on + timedelta(days=policy.loan_days)
        due_on = due_on if due_on < today else policy.next_open(due_on)
    return FormerLoan(borrowed_on, due_on, uuid7())


def same_loan(book: Book, user_id: UUID, days: Days, loan: FormerLoan) -> FormerLoan | None:
    """The loan, if the library has it: the person has the book since that day, or had it. `days` are those given."""
    if book.borrower_id == user_id and book.borrowed_at:
        since = timezone.localdate(book.borrowed_at)
        if days.borrowed_on in {None, since}:
            return FormerLoan(since, book.due_on, book.loan_id)
    same = Q(borrowed_at__date=loan.borrowed_on)
    same |= Q(due_on=days.due_on) if days.borrowed_on is None else Q()
    past = PastLoan.objects.filter(same, book=book, borrower=user_id).order_by("ended_at").last()
    return FormerLoan(loan.borrowed_on, past.due_on, past.pk) if past else None


def not_on_the_shelf(title: Title | None, book_id: UUID) -> DomainError | None:
    """The refusal of a book that is anything but available."""
    if title is None:
        return no_such_book(book_id)
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
