"""What can stand in the way of renewing a loan."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Book
from circulation.policies import LoanPolicy
from library_site.cqrs import Conflict, DomainError, Remedy

from .reservations import BookReserved
from .titles import open_reservations
from .words import due_day


class RenewalLimitReached(Conflict):
    """The loan has been renewed as often as the library renews one."""

    code = "renewal_limit_reached"
    short = gettext_lazy("The loan has been renewed too often")


class RenewalMovesNothing(Conflict):
    """The book would be due on the same day as before."""

    code = "renewal_moves_nothing"
    short = gettext_lazy("Renewing would change nothing")


def renewal_problems(book: Book, due_on: date, policy: LoanPolicy) -> list[DomainError | None]:
    """What there is against renewing the loan of a locked book until `due_on`."""
    return [_too_often(book, policy), _moves_nothing(book, due_on), _reserved(book)]


def _too_often(book: Book, policy: LoanPolicy) -> DomainError | None:
    if book.renewals < policy.renewals:
        return None
    message = _("“{title}” has been renewed {renewals} of {limit} times. Return it first.")
    return RenewalLimitReached(
        message.format(title=book.title, renewals=book.renewals, limit=policy.renewals),
        see_also=[Remedy("ReturnBook", {"book_id": book.pk})],
        renewals=book.renewals,
        limit=policy.renewals,
    )


def _moves_nothing(book: Book, due_on: date) -> DomainError | None:
    if due_on != book.due_on:
        return None
    message = _("“{title}” is on loan until {day} already: renewing would change nothing.")
    return RenewalMovesNothing(message.format(title=book.title, day=due_day(book)))


def _reserved(book: Book) -> DomainError | None:
    waiting = open_reservations(book).filter(waiting_book__isnull=True).count()
    if waiting == 0:
        return None
    message = ngettext(
        "Somebody else waits for “{title}”. Return it when it is due.",
        "{number} others wait for “{title}”. Return it when it is due.",
        waiting,
    )
    return BookReserved(
        message.format(title=book.title, number=waiting),
        see_also=[Remedy("GetReservationQueue", {"book_id": book.pk})],
        waiting=waiting,
    )
