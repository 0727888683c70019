from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.losses import resolve_losses
from circulation.domain.reservations import reserved_for, serve_queue
from circulation.domain.titles import lock_title
from circulation.domain.words import state_of
from circulation.states import moves
from library_site.cqrs import Command, Conflict, Context, Data, NotFound, handles


class BookRestored(Data):
    """Whom it lets borrow again, and for whom the book waits on the hold shelf now, if for somebody."""

    book_id: UUID
    reinstated_user_id: UUID | None
    reserved_for_user_id: UUID | None


class RestoreBook(Command[BookRestored]):
    book_id: UUID


class BookNotWithdrawn(Conflict):
    """The book is not withdrawn."""

    code = "book_not_withdrawn"
    short = gettext_lazy("The book is not withdrawn")


@handles(RestoreBook, title=gettext_lazy("Restore book"), refuses=(NotFound, BookNotWithdrawn))
@moves(book="WITHDRAWN > AVAILABLE", by=(resolve_losses, serve_queue))
def restore_book(command: RestoreBook, context: Context) -> BookRestored:
    """Take a withdrawn book into use again: it is available, or waits for whoever is first in its queue.

    Being here, it lifts the suspension that its loss had caused.
    """
    title = lock_title(command.book_id)
    book = title.book
    if book.status != Book.Status.WITHDRAWN:
        message = _("“{title}” is not withdrawn: it is {state}.")
        raise BookNotWithdrawn(message.format(title=book.title, state=state_of(book)), book_status=book.status)
    move(book, Book.Status.AVAILABLE, command)
    reinstated_user_id = resolve_losses(book, command, context)
    serve_queue(title, command, context)
    return BookRestored(
        book_id=book.pk,
        reinstated_user_id=reinstated_user_id,
        reserved_for_user_id=reserved_for(book),
    )
