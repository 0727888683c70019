from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import move
from circulation.domain.imports.files import drop_forgotten
from circulation.domain.loans import forget_what_is_over
from circulation.domain.people import suspended_on
from circulation.domain.reservations import end, in_queues, serve_queue, wanted
from circulation.domain.titles import lock_titles
from circulation.models import Reservation
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, handles


class ReservationsExpired(Data):
    """The reservations that ended, and the copies that they gave free."""

    reservation_ids: tuple[UUID, ...]
    book_ids: tuple[UUID, ...]


class ExpireReservations(Command[ReservationsExpired]):
    pass


@handles(ExpireReservations, title=_("Expire reservations"))
@moves(book="ON_HOLD > AVAILABLE", reservation="WAITING > EXPIRED", by=(serve_queue,))
def expire_reservations(command: ExpireReservations, context: Context) -> ReservationsExpired:
    """End the reservations whose copy was not collected in time; it is the next person's turn.

    To be done every day: a copy waits until the end of its last day. Copies that are available while people wait for
    them whose suspension has ended by its date meanwhile go to the hold shelf, too. What could be undone before today
    is forgotten, and so are files of imports with which nobody went on for 14 days.
    """
    expired: dict[UUID, UUID] = {}
    for title in lock_titles(_late(context).union(wanted(in_queues().exclude(suspended_on(context.today))))):
        for copy in title.copies:
            if copy.reservation and copy.held_until and copy.held_until < context.today:
                expired[copy.pk] = copy.reservation.pk
                end(title, copy.reservation, Reservation.Status.EXPIRED, command, context)
                move(copy, Book.Status.AVAILABLE, command)
        serve_queue(title, command, context)
    forget_what_is_over(context.today)
    drop_forgotten(context)
    return ReservationsExpired(reservation_ids=tuple(expired.values()), book_ids=tuple(expired))


def _late(context: Context) -> "QuerySet[Book]":
    return Book.objects.order_by().filter(status=Book.Status.ON_HOLD, held_until__lt=context.today)
