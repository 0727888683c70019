"""Reservations that a command names, with their title."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from circulation.models import Reservation
from library_site.cqrs import Conflict, NotFound, Overtaken

from .titles import Title, lock_title

_ENDS = {
    Reservation.Status.FULFILLED: pgettext_lazy("a reservation is", "fulfilled"),
    Reservation.Status.CANCELLED: pgettext_lazy("a reservation is", "cancelled"),
    Reservation.Status.EXPIRED: pgettext_lazy("a reservation is", "not collected"),
}


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
        raise NotFound(_("The library has no reservation with this id."), reservation_id=reservation_id)
    title = lock_title(book_id)
    reservation = reservations.get(pk=reservation_id)
    if reservation.book_id not in {copy.pk for copy in title.copies}:
        raise Overtaken
    if reservation.status != Reservation.Status.OPEN:
        said = _("The reservation of “{title}” for {name} has ended: it is {state}.")
        state = _ENDS[Reservation.Status(reservation.status)]
        raise ReservationEnded(
            said.format(title=reservation.book.title, name=reservation.user.name, state=state),
            reservation_status=reservation.status,
        )
    return title, reservation
