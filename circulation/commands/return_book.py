from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.loans import FOUND, RETURN, end_loan, to_undo
from circulation.domain.losses import lock_losses, resolve_losses
from circulation.domain.reservations import reserved_for, serve_queue
from circulation.domain.titles import lock_title
from circulation.models import PastLoan
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, NotFound, handles


class BookReturned(Data):
    """Who had it (None: it was not on loan), whether it was missing until now, and whom that lets borrow again.

    `book_status` is what the book is now. When it waits on the hold shelf: for whom, by which reservation, and until
    when. `passed_over_user_ids`: whose turn it was, and who keeps the place, being suspended. `lost_by_user_id`: whose
    loss of the book stood until now.
    """

    book_id: UUID
    user_id: UUID | None
    was_missing: bool
    reinstated_user_id: UUID | None
    book_status: str = Book.Status.AVAILABLE
    reservation_id: UUID | None = None
    reserved_for_user_id: UUID | None = None
    held_until: date | None = None
    passed_over_user_ids: tuple[UUID, ...] = ()
    lost_by_user_id: UUID | None = None


class ReturnBook(Command[BookReturned]):
    book_id: UUID


@handles(ReturnBook, title=_("Return book"), refuses=(NotFound,))
@moves(book="BORROWED, MISSING > AVAILABLE", loan="ON_LOAN > RETURNED", by=(resolve_losses, serve_queue))
def return_book(command: ReturnBook, context: Context) -> BookReturned:
    """Take a book back.

    A book of this library can always be returned: one that was not on loan stays where it is (scanners fire
    twice), one that was missing is found. Being here, it lifts the suspension that its loss had caused. If somebody
    waits for its title, it goes to the hold shelf for whoever is first in the queue.
    """
    title = lock_title(command.book_id)
    book = title.book
    was_missing = book.status == Book.Status.MISSING
    user_id = end_loan(book, PastLoan.Ending.RETURNED, command, context)
    if book.status in {Book.Status.BORROWED, Book.Status.MISSING}:
        undo = to_undo(RETURN, context, loan_id=book.loan_id, why_not=FOUND if was_missing else None)
        move(book, Book.Status.AVAILABLE, command, undo=undo)
    losses = lock_losses(book)
    reinstated_user_id = losses.forgive(command, context)
    losses.save(command, context)
    passed_over = serve_queue(title, command, context, undo=book.undo)
    return BookReturned(
        book_id=book.id,
        user_id=user_id,
        was_missing=was_missing,
        reinstated_user_id=reinstated_user_id,
        book_status=str(book.status),
        reservation_id=book.reservation_id,
        reserved_for_user_id=reserved_for(book),
        held_until=book.held_until,
        passed_over_user_ids=passed_over,
        lost_by_user_id=losses.losses[-1].borrower_id if losses.losses else None,
    )
