"""Reservations that a command names, with their title."""

from uuid import UUID

from library_site.cqrs import Conflict, NotFound, Overtaken

from .models import Reservation
from .titles import Title, lock_title


class ReservationEnded(Conflict):
    """The reservation is fulfilled, cancelled or expired."""

    code = "reservation_ended"


def lock_reservation(reservation_id: UUID) -> tuple[Title, Reservation]:
    """An open reservation and its title, for this transaction alone.

    Raises NotFound, ReservationEnded, and Overtaken when it has just become one of another title.
    """
    reservations = Reservation.objects.select_related("book", "user")
    book_id = reservations.filter(pk=reservation_id).values_list("book", flat=True).first()
    if book_id is None:
        raise NotFound("The library has no reservation with this id.", reservation_id=reservation_id)
    title = lock_title(book_id)
    reservation = reservations.get(pk=reservation_id)
    if reservation.book_id not in {copy.pk for copy in title.copies}:
        raise Overtaken
    if reservation.status != Reservation.Status.OPEN:
        state = reservation.get_status_display().lower()
        raise ReservationEnded(
            f"The reservation of “{reservation.book.title}” for {reservation.user.name} has ended: it is {state}.",
            reservation_status=reservation.status,
        )
    return title, reservation
