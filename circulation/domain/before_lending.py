"""What lending asks for beside an available book: that a missing one is found, that a reservation is settled."""

from typing import Any
from uuid import UUID

from catalog.models import Book
from circulation.models import Reservation
from library_site.cqrs import Command, Context

from .books import move
from .losses import Losses, lock_losses
from .reservations import end, release
from .titles import Title


def forgive_if_missing(title: Title | None, user_id: UUID, command: Command[Any], context: Context) -> Losses | None:
    """The losses of a book that is missing, locked with the borrower and forgiven, which is still to be saved."""
    if title is None or title.book.status != Book.Status.MISSING:
        return None
    losses = lock_losses(title.book, user_id)
    losses.forgive(command, context)
    return losses


def clear_the_way(
    title: Title, reservation: Reservation | None, found: Losses | None, command: Command[Any], context: Context
) -> None:
    """Make a book ready to be lent that is found, that waits for somebody, or whose borrower has a `reservation`.

    The reservation is fulfilled; if another copy waits for it, that one may go to the next person. Somebody else for
    whom the book waits is the next to get a copy.
    """
    if found:
        move(title.book, Book.Status.AVAILABLE, command)
        found.save(command, context)
    if title.book.reservation and title.book.reservation != reservation:
        release(title, title.book, command)
    copy = end(title, reservation, Reservation.Status.FULFILLED, command, context) if reservation else None
    if copy and copy is not title.book:
        move(copy, Book.Status.AVAILABLE, command)
