from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.reservations import ReservationEnded, end, lock_reservation, reserved_for, serve_queue
from circulation.models import Reservation
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, NotFound, handles


class ReservationCancelled(Data):
    """`released_book_id`: the copy that waited for the user; `reserved_for_user_id`: for whom it waits now.

    `book_id`: the copy by which the title was named.
    """

    reservation_id: UUID
    user_id: UUID
    released_book_id: UUID | None
    reserved_for_user_id: UUID | None
    book_id: UUID | None = None


class CancelReservation(Command[ReservationCancelled]):
    reservation_id: UUID


@handles(CancelReservation, title=_("Cancel reservation"), refuses=(NotFound, ReservationEnded))
@moves(book="ON_HOLD > AVAILABLE", reservation="QUEUED, WAITING > CANCELLED", by=(serve_queue,))
def cancel_reservation(command: CancelReservation, context: Context) -> ReservationCancelled:
    """Let a user wait no longer for a title. A copy that waited goes to the next in the queue, or back to its shelf."""
    title, reservation = lock_reservation(command.reservation_id)
    copy = end(title, reservation, Reservation.Status.CANCELLED, command, context)
    if copy:
        move(copy, Book.Status.AVAILABLE, command)
    serve_queue(title, command, context)
    return ReservationCancelled(
        reservation_id=reservation.pk,
        user_id=reservation.user_id,
        released_book_id=copy.pk if copy else None,
        reserved_for_user_id=reserved_for(copy) if copy else None,
        book_id=reservation.book_id,
    )
