from dataclasses import dataclass
from uuid import UUID

from catalog.models import Book
from circulation.loans import move
from circulation.models import Reservation
from circulation.titles import end, lock_titles, serve_queue
from library_site.cqrs import Command, Context, handles


@dataclass(frozen=True, kw_only=True)
class ReservationsExpired:
    """The reservations that ended, and the copies that they gave free."""

    reservation_ids: tuple[UUID, ...]
    book_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ExpireReservations(Command[ReservationsExpired]):
    pass


@handles(ExpireReservations)
def expire_reservations(command: ExpireReservations, context: Context) -> ReservationsExpired:
    """End the reservations whose copy was not collected in time; it is the next person's turn.

    To be done every day: a copy waits until the end of its last day.
    """
    late = Book.objects.filter(status=Book.Status.ON_HOLD, held_until__lt=context.today)
    expired: list[UUID] = []
    freed: list[UUID] = []
    for title in lock_titles(late):
        for copy in title.copies:
            if copy.reservation is None or copy.held_until is None or copy.held_until >= context.today:
                continue
            expired.append(copy.reservation.pk)
            freed.append(copy.pk)
            end(copy.reservation, Reservation.Status.EXPIRED, command, context)
            move(copy, Book.Status.AVAILABLE, command)
        serve_queue(title, command, context)
    return ReservationsExpired(reservation_ids=tuple(expired), book_ids=tuple(freed))
