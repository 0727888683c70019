"""What several commands do to a book and its loan. Locks are taken in the order book (by id), then person (by id)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from circulation.states import BOOK, LOAN, ON_LOAN
from library_site.cqrs import Command, Conflict, Context, NotFound, Overtaken

from .books import due_day
from .people import loss_comment


class BookNotOnLoan(Conflict):
    """Nobody has the book."""

    code = "book_not_on_loan"


IN_NO_HANDS: dict[str, Any] = {
    "borrower_id": None,
    "borrowed_at": None,
    "due_on": None,
    "renewals": 0,
    "reservation": None,
    "held_until": None,
}
"""What a book's row says of a loan or a reservation, where there is none."""


def no_such_book(book_id: UUID) -> NotFound:
    return NotFound(_("The library has no book with this id."), book_id=book_id)


def lock_books(wanted: Q) -> dict[UUID, Book]:
    """The books, for this transaction alone: locked in the order of their ids, as by every command."""
    return {book.pk: book for book in Book.objects.select_for_update().filter(wanted).order_by("pk")}


def lock_book(book_id: UUID) -> Book:
    """The book, for this transaction alone. Raises NotFound."""
    book = lock_books(Q(pk=book_id)).get(book_id)
    if book is None:
        raise no_such_book(book_id)
    return book


def move(book: Book, status: Book.Status, command: Command[Any], **values: Any) -> None:
    """Put a locked book into another state, with the `values` that belong to it. Raises Overtaken."""
    BOOK.check(book.status, status, command)
    values = IN_NO_HANDS | values | {"status": status}
    # Conditional, so that of any number of desks exactly one wins, though nothing were locked.
    if not Book.objects.filter(pk=book.pk, status=book.status).update(**values):
        raise Overtaken
    for name, value in values.items():
        setattr(book, name, value)


def end_loan(book: Book, ending: PastLoan.Ending, command: Command[Any], context: Context) -> UUID | None:
    """Keep the loan of a locked book as a PastLoan; who had it, or None when it was not on loan."""
    if book.borrower_id is None:
        return None
    LOAN.check(ON_LOAN, ending, command)
    PastLoan.objects.create(
        book=book,
        borrower_id=book.borrower_id,
        borrowed_at=book.borrowed_at,
        due_on=book.due_on,
        renewals=book.renewals,
        ended_at=context.now,
        ending=ending,
        comment=loss_comment(book.title, context.today) if ending == PastLoan.Ending.MISSING else "",
    )
    return book.borrower_id


def overdue(today: date) -> Q:
    """Of books: whether they are overdue. What is due today is not."""
    return Q(due_on__lt=today)


def on_loan_to(book: Book, borrower: LibraryUser) -> str:
    """Who has a book and until when, and what to do first."""
    message = (
        _("“{title}” is on loan to {name} until {day}. Take it back first.")
        if book.due_on
        else _("“{title}” is on loan to {name} without a due date. Take it back first.")
    )
    return message.format(title=book.title, name=borrower.name, day=due_day(book))
