"""What several commands do to a book and its loan. Locks are taken in the order book (by id), then user."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from circulation.states import BOOK, LOAN, LOST, ON_LOAN, RESOLVED
from library_site.cqrs import Command, Conflict, Context, NotFound

from .books import due_day
from .comments import loss_comment
from .people import forgive


class BookNotOnLoan(Conflict):
    """Nobody has the book."""

    code = "book_not_on_loan"


class LibraryNeverOpens(Conflict):
    """By the library's calendar there is no day on which the book could be due."""

    code = "library_never_opens"

    def __init__(self) -> None:
        super().__init__(
            _("By its calendar the library is not open on any day to come. Correct the closed days in the admin.")
        )


def no_such_book(book_id: UUID) -> NotFound:
    return NotFound(_("The library has no book with this id."), book_id=book_id)


def lock_book(book_id: UUID) -> Book:
    """The book, for this transaction alone. Raises NotFound."""
    book = Book.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise no_such_book(book_id)
    return book


def move(book: Book, status: Book.Status, command: Command[Any], **values: Any) -> None:
    """Put a locked book into another state, with the `values` that belong to it."""
    BOOK.check(book.status, status, command)
    clean: dict[str, Any] = {"borrower_id": None, "borrowed_at": None, "due_on": None, "renewals": 0}
    values = clean | {"reservation": None, "held_until": None} | values | {"status": status}
    for name, value in values.items():
        setattr(book, name, value)
    Book.objects.filter(pk=book.pk).update(**values)


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


def resolve_losses(
    book: Book, command: Command[Any], context: Context, *, and_lock: tuple[UUID, ...] = ()
) -> UUID | None:
    """End the unresolved losses of a locked book, and every suspension that they alone had caused.

    `and_lock` are other users whom the command will lock: people are always locked in the same order. Returns the
    user who may borrow again; of several, the one who lost the book last.
    """
    losses = list(PastLoan.unresolved_losses().filter(book=book).order_by("ended_at"))
    borrowers = LibraryUser.objects.select_for_update().filter(
        pk__in=[*and_lock, *(loss.borrower_id for loss in losses)]
    )
    users = {user.pk: user for user in borrowers.order_by("pk")}
    reinstated = None
    for loss in losses:
        LOAN.check(LOST, RESOLVED, command)
        PastLoan.objects.filter(pk=loss.pk).update(resolved_at=context.now)
        if forgive(users[loss.borrower_id], loss, command, context):
            reinstated = loss.borrower_id
    return reinstated


def on_loan_to(book: Book, borrower: LibraryUser) -> str:
    """Who has a book and until when, and what to do first."""
    said = (
        _("“{title}” is on loan to {name} until {day}. Take it back first.")
        if book.due_on
        else _("“{title}” is on loan to {name} without a due date. Take it back first.")
    )
    return said.format(title=book.title, name=borrower.name, day=due_day(book))
