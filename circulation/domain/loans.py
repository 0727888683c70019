"""Loans: how they end, and what is said of whoever has a book."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from circulation.states import LOAN, ON_LOAN
from library_site.cqrs import Command, Conflict, Context, became

from .book_words import due_day, state_of
from .books import lock_book
from .people import loss_comment


class BookNotOnLoan(Conflict):
    """Nobody has the book."""

    code = "book_not_on_loan"
    short = gettext_lazy("The book is not on loan")


def lock_loan(book_id: UUID) -> tuple[Book, UUID]:
    """A book that is on loan, for this transaction alone, and who has it. Raises NotFound or BookNotOnLoan."""
    book = lock_book(book_id)
    if book.borrower_id is None:
        message = _("“{title}” is not on loan: it is {state}.")
        raise BookNotOnLoan(message.format(title=book.title, state=state_of(book)), book_status=book.status)
    return book, book.borrower_id


def end_loan(book: Book, ending: PastLoan.Ending, command: Command[Any], context: Context) -> UUID | None:
    """Keep the loan of a locked book as a PastLoan; who had it, or None when it was not on loan."""
    if book.borrower_id is None or book.loan_id is None:
        return None
    LOAN.check(ON_LOAN, ending, command)
    ended = PastLoan.objects.create(
        id=book.loan_id,
        book=book,
        borrower_id=book.borrower_id,
        borrowed_at=book.borrowed_at,
        due_on=book.due_on,
        renewals=book.renewals,
        ended_at=context.now,
        ending=ending,
        comment=loss_comment(book.title, context.today) if ending == PastLoan.Ending.MISSING else "",
    )
    became(ended)
    return book.borrower_id


def on_loan_to(book: Book, borrower: LibraryUser) -> str:
    """Who has a book and until when, and what to do first."""
    message = (
        _("“{title}” is on loan to {name} until {day}. Return it first.")
        if book.due_on
        else _("“{title}” is on loan to {name} without a due date. Return it first.")
    )
    return message.format(title=book.title, name=borrower.name, day=due_day(book))
