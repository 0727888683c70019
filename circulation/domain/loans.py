"""Loans: how they end, what is said of whoever has a book, and what can be undone of what was done last.

Until the night, the row of a book says what a return, a loan or a renewal has overwritten (`Book.undo`). Whatever is
done to the book thereafter empties it.
"""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from circulation.states import LOAN, ON_LOAN
from library_site.cqrs import Command, Conflict, Context, Remedy, became

from .books import Undo, lock_book
from .people import loss_comment
from .words import due_day, state_of


class BookNotOnLoan(Conflict):
    """Nobody has the book."""

    code = "book_not_on_loan"
    short = gettext_lazy("The book is not on loan")


class NothingToUndo(Conflict):
    """It was not the last thing that was done to the book, or not today."""

    code = "nothing_to_undo"
    short = gettext_lazy("There is nothing to undo")


class CannotBeUndone(Conflict):
    """It did more than what can be restored: found a missing book, or took a copy from somebody."""

    code = "cannot_be_undone"
    short = gettext_lazy("This is not undone")


class UndoOvertaken(Conflict):
    """Somebody would lose by it what they were given or told since."""

    code = "undo_overtaken"
    short = gettext_lazy("Something came after that undoing would hit")


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


RETURN, LENDING, RENEWAL = "return", "loan", "renewal"
"""What can be undone."""

FOUND, FOR_ANOTHER, OTHER_COPY = "found", "for_another", "other_copy"
"""Why something cannot be undone."""


def to_undo(did: str, context: Context, **before: Any) -> Undo:
    """What undoes a return, a loan or a renewal: of which day it is, and what it has overwritten (or `why_not`)."""
    said = {"did": did, "day": context.today} | {name: value for name, value in before.items() if value is not None}
    return {name: msgspec.to_builtins(value) for name, value in said.items()}


def undoing(book: Book, did: str, context: Context) -> Undo:
    """What undoes the last thing that was done to a locked book. Raises NothingToUndo or CannotBeUndone."""
    undo: Undo = book.undo or {}
    is_of_this_loan = did == RETURN or undo.get("loan_id") == str(book.loan_id)  # a release before empties nothing
    if (undo.get("did"), undo.get("day")) != (did, context.today.isoformat()) or not is_of_this_loan:
        raise nothing_to_undo(book, did)
    if why_not := undo.get("why_not"):
        message, helps = _why_not(did, why_not)
        raise CannotBeUndone(message.format(title=book.title), see_also=[Remedy(helps, {"book_id": book.pk})])
    return undo


def nothing_to_undo(book: Book, did: str) -> NothingToUndo:
    """The refusal where it was not the last thing that was done to a book today; where the book is says what came."""
    message = {
        RETURN: _("“{title}” is {state}. A return is undone on its day, before all else and before a closure."),
        LENDING: _("“{title}” is {state}. A loan is undone on its day, before all else and before a closure."),
        RENEWAL: _("“{title}” is {state}. A renewal is undone on its day, before all else and before a closure."),
    }[did]
    whose = book.borrower or (book.reservation and book.reservation.user)
    state = f"{state_of(book)} ({whose.name})" if whose else state_of(book)
    return NothingToUndo(
        message.format(title=book.title, state=state),
        see_also=[Remedy("GetBookFile", {"book_id": book.pk})],
        book_status=book.status,
    )


def forget_what_was_done() -> None:
    """Empty all that could be undone, once all books are locked: it was done by another calendar."""
    Book.objects.filter(undo__isnull=False).update(undo=None)


def forget_what_is_over(today: date) -> None:
    """Empty what could be undone before `today`. What somebody is at work on is left for the next night."""
    over = Book.objects.select_for_update(skip_locked=True).filter(undo__isnull=False).exclude(undo__day=str(today))
    Book.objects.filter(pk__in=over.order_by().values("pk")).update(undo=None)


def _why_not(did: str, why_not: str) -> tuple[str, str]:
    """The reason, and the task that helps."""
    if did == RETURN:
        message = _("“{title}” was missing, and is found: that is not undone. Report it missing, if it is not here.")
        return message, "ReportMissingBook"
    message = {
        FOUND: _("“{title}” was missing, and is found: that is not undone. Return it."),
        FOR_ANOTHER: _("“{title}” waited for somebody else, who is the first in the queue again. Return it."),
        OTHER_COPY: _("The person waited for another copy of “{title}”: that is not restored. Return it."),
    }[why_not]
    return message, "ReturnBook"


def on_loan_to(book: Book, borrower: LibraryUser) -> str:
    """Who has a book and until when, and what to do first."""
    message = (
        _("“{title}” is on loan to {name} until {day}. Return it first.")
        if book.due_on
        else _("“{title}” is on loan to {name} without a due date. Return it first.")
    )
    return message.format(title=book.title, name=borrower.name, day=due_day(book))
