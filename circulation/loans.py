"""What several commands do to a loan. Locks are taken in the order book, then user."""

from uuid import UUID

from django.utils.formats import date_format

from catalog.models import Book
from library_site.cqrs import Conflict, Context, NotFound

from .models import LibraryUser, PastLoan
from .policies import add_line, loss_comment, without_line


class UserSuspended(Conflict):
    """The user is suspended."""

    code = "user_suspended"


def why_suspended(user: LibraryUser) -> str:
    """The end of the sentence that says that somebody is suspended."""
    return f": {user.status_comment}" if user.status_comment else "."


def lock_book(book_id: UUID) -> Book:
    """The book, for this transaction alone. Raises NotFound."""
    book = Book.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise no_such_book(book_id)
    return book


def no_such_book(book_id: UUID) -> NotFound:
    return NotFound("The library has no book with this id.", book_id=book_id)


def no_such_user(user_id: UUID) -> NotFound:
    return NotFound("The library has no user with this id.", user_id=user_id)


def move(book: Book, status: Book.Status) -> None:
    """Put a locked book where it is not on loan."""
    Book.objects.filter(pk=book.pk).update(status=status, borrower=None, borrowed_at=None, due_on=None, renewals=0)


def end_loan(book: Book, ending: PastLoan.Ending, context: Context) -> UUID | None:
    """Keep the loan of a locked book as a PastLoan; who had it, or None when it was not on loan."""
    if book.borrower_id is None:
        return None
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


def suspend_for_loss(user_id: UUID, book: Book, context: Context) -> None:
    """Suspend whoever had a book that is missing, and say why."""
    user = LibraryUser.objects.select_for_update().get(pk=user_id)
    user.suspend_for_loss(add_line(user.status_comment, loss_comment(book.title, context.today)))
    user.save(update_fields=["status", "status_comment", "status_before", "suspended_for_loss"])


def resolve_losses(book: Book, context: Context) -> UUID | None:
    """End the standing losses of a locked book, and every suspension that they alone had caused.

    Returns the user who may borrow again; of several, the one who lost the book last.
    """
    losses = list(PastLoan.standing_losses().filter(book=book).order_by("ended_at"))
    borrowers = LibraryUser.objects.select_for_update().filter(pk__in=[loss.borrower_id for loss in losses])
    users = {user.pk: user for user in borrowers.order_by("pk")}  # always locked in the same order
    reinstated = None
    for loss in losses:
        PastLoan.objects.filter(pk=loss.pk).update(resolved_at=context.now)
        if _forgive(users[loss.borrower_id], loss.comment):
            reinstated = loss.borrower_id
    return reinstated


def _forgive(user: LibraryUser, comment: str) -> bool:
    user.status_comment = without_line(user.status_comment, comment)
    freed = user.suspended_for_loss and not PastLoan.standing_losses().filter(borrower=user).exists()
    if freed:
        user.reinstate()
    user.save(update_fields=["status", "status_comment", "status_before", "suspended_for_loss"])
    return freed


def until(book: Book) -> str:
    """Until when a book is on loan, in words; a loan made by CRUD has no due date."""
    return f"until {date_format(book.due_on, 'j F Y')}" if book.due_on else "without a due date"
