from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.words import due_day
from circulation.domain.loans import BookNotOnLoan, lock_loan
from circulation.domain.policy_in_force import policy_from
from circulation.domain.titles import open_reservations
from circulation.policies import LibraryNeverOpens
from circulation.states import LOAN, ON_LOAN, moves
from library_site.cqrs import Command, Conflict, Context, Data, NotFound, Remedy, became, handles, refuse_if_any

RECALL_DAYS = 7
"""For how many days whoever has a book may keep it that is recalled."""


class BookRecalled(Data):
    """Until when the user has the book now."""

    book_id: UUID
    user_id: UUID
    due_on: date
    loan_id: UUID | None


class RecallBook(Command[BookRecalled]):
    book_id: UUID


class NobodyWaits(Conflict):
    """Nobody is in the queue of the title."""

    code = "nobody_waits"
    short = gettext_lazy("Nobody waits for the title")


class RecallMovesNothing(Conflict):
    """The book is due by then anyway."""

    code = "recall_moves_nothing"
    short = gettext_lazy("Recalling would change nothing")


@handles(
    RecallBook,
    title=gettext_lazy("Recall book"),
    refuses=(NotFound, BookNotOnLoan, NobodyWaits, RecallMovesNothing, LibraryNeverOpens),
)
@moves(loan="ON_LOAN > ON_LOAN")
def recall_book(command: RecallBook, context: Context) -> BookRecalled:
    """Ask for a book on loan back, since somebody waits for its title: it is due sooner.

    It is due in a week, or on the next day after that on which the library is open. A recall never lengthens a loan,
    and it is not undone: a renewal before it is no longer the last thing that was done.
    """
    book, borrower_id = lock_loan(command.book_id)
    due_on = policy_from(context.today).next_open(context.today, later=RECALL_DAYS)
    refuse_if_any([_nobody_waits(book), _moves_nothing(book, due_on)])
    LOAN.check(ON_LOAN, ON_LOAN, command)
    book.due_on, book.undo = due_on, None
    Book.objects.filter(pk=book.pk).update(due_on=book.due_on, undo=book.undo)
    became(book)
    return BookRecalled(book_id=book.pk, user_id=borrower_id, due_on=due_on, loan_id=book.loan_id)


def _nobody_waits(book: Book) -> NobodyWaits | None:
    if open_reservations(book).filter(waiting_book__isnull=True).exists():
        return None
    message = _("Nobody waits for “{title}”. Place a reservation first.")
    return NobodyWaits(message.format(title=book.title), see_also=[Remedy("PlaceReservation", {"book_id": book.pk})])


def _moves_nothing(book: Book, due_on: date) -> RecallMovesNothing | None:
    if book.due_on is None or book.due_on > due_on:
        return None
    message = _("“{title}” is due on {day} anyway: recalling would change nothing.")
    return RecallMovesNothing(message.format(title=book.title, day=due_day(book)))
