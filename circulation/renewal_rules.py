"""What can stand in the way of renewing a loan."""

from datetime import date

from catalog.models import Book
from library_site.cqrs import Conflict, DomainError

from .loans import until
from .policies import LoanPolicy
from .titles import BookReserved, open_reservations


class RenewalLimitReached(Conflict):
    """The loan has been renewed as often as the library renews one."""

    code = "renewal_limit_reached"


class RenewalMovesNothing(Conflict):
    """The book would be due on the same day as before."""

    code = "renewal_moves_nothing"


def renewal_problems(book: Book, due_on: date, policy: LoanPolicy) -> list[DomainError | None]:
    """What there is against renewing the loan of a locked book until `due_on`."""
    return [_too_often(book, policy), _moves_nothing(book, due_on), _reserved(book)]


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
