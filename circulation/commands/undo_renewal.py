from datetime import date
from typing import cast
from uuid import UUID

from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import lock_book
from circulation.domain.loans import RENEWAL, NothingToUndo, nothing_to_undo, undoing
from circulation.states import LOAN, ON_LOAN, moves
from library_site.cqrs import Command, Context, Data, NotFound, became, handles


class RenewalUndone(Data):
    """Until when the user has the book now, which may be past, and how often the loan has been renewed."""

    book_id: UUID
    user_id: UUID
    due_on: date | None
    renewals: int
    loan_id: UUID


class UndoRenewal(Command[RenewalUndone]):
    book_id: UUID


@handles(UndoRenewal, title=gettext_lazy("Undo renewal"), refuses=(NotFound, NothingToUndo))
@moves(loan="ON_LOAN > ON_LOAN")
def undo_renewal(command: UndoRenewal, context: Context) -> RenewalUndone:
    """Take the last renewal of a loan back, on the same day: it is due when it was before, though that be past.

    Nobody loses by that: who waits for the title, or is suspended since, stands in no way.
    """
    book = lock_book(command.book_id)
    undo = undoing(book, RENEWAL, context)
    if book.borrower_id is None:
        raise nothing_to_undo(book, RENEWAL)
    LOAN.check(ON_LOAN, ON_LOAN, command)
    book.due_on = date.fromisoformat(undo["due_on"]) if "due_on" in undo else None
    book.renewals, book.undo = book.renewals - 1, None
    Book.objects.filter(pk=book.pk).update(due_on=book.due_on, renewals=book.renewals, undo=None)
    became(book)
    return RenewalUndone(
        book_id=book.pk,
        user_id=book.borrower_id,
        due_on=book.due_on,
        renewals=book.renewals,
        loan_id=cast(UUID, book.loan_id),
    )
