"""Who waits for a title, and the copies that wait for them on the hold shelf.

No copy of a title is available while somebody is in its queue: whatever brings a copy back serves the queue.
"""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from circulation.policies import LibraryNeverOpens
from circulation.states import FULFILLED, NEW, QUEUED, RESERVATION, WAITING, moves
from library_site.cqrs import Command, Conflict, Context, NotFound, Overtaken, became
from library_site.cqrs.texts import long_date

from .books import Undo, move
from .losses import Losses
from .policy_in_force import policy_from
from .titles import Title, lock_title

_ENDS = {
    Reservation.Status.FULFILLED: pgettext_lazy("a reservation is", "fulfilled"),
    Reservation.Status.CANCELLED: pgettext_lazy("a reservation is", "cancelled"),
    Reservation.Status.EXPIRED: pgettext_lazy("a reservation is", "not collected"),
}


class BookReserved(Conflict):
    """Somebody else waits for the book."""

    code = "book_reserved"
    short = gettext_lazy("Somebody else waits for the book")


class ReservationEnded(Conflict):
    """The reservation is fulfilled, cancelled or expired."""

    code = "reservation_ended"
    short = gettext_lazy("The reservation has ended")


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
        message = _("The reservation of “{title}” for {name} has ended: it is {state}.")
        state = _ENDS[Reservation.Status(reservation.status)]
        raise ReservationEnded(
            message.format(title=reservation.book.title, name=reservation.user.name, state=state),
            reservation_status=reservation.status,
        )
    return title, reservation


@moves(reservation="NEW > QUEUED")
def queue_up(title: Title, user: LibraryUser, command: Command[Any], context: Context) -> Reservation:
    """Let a user wait for a title, behind all who do."""
    RESERVATION.check(NEW, QUEUED, command)
    last = title.reservations.aggregate(last=Max("rank"))["last"] or 0
    reservation = Reservation.objects.create(book=title.book, user=user, rank=last + 1, placed_at=context.now)
    became(reservation)
    return reservation


@moves(book="AVAILABLE > ON_HOLD", reservation="QUEUED > WAITING")
def serve_queue(title: Title, command: Command[Any], context: Context, *, undo: Undo | None = None) -> None:
    """Put the copies that are available on the hold shelf for those whose turn it is.

    `undo` is what undoes the return that this is a part of: of its book, it then says who is left in the queue.
    """
    free = [copy for copy in title.copies if copy.status == Book.Status.AVAILABLE]
    if not free:
        return
    queue = list(title.queue if undo else title.queue[: len(free)])
    served = list(zip(free, queue, strict=False))
    day = held_until(context) if served else None
    for copy, reservation in served:
        RESERVATION.check(QUEUED, WAITING, command)
        left = {"reservation_id": str(reservation.pk), "queue": [str(each.pk) for each in queue[len(served) :]]}
        kept = undo | left if undo and copy is title.book else None
        move(copy, Book.Status.ON_HOLD, command, reservation=reservation, held_until=day, undo=kept)


def held_until(context: Context) -> date:
    """The last day of a copy that is put on the hold shelf now."""
    policy = policy_from(context.today)
    try:
        return policy.held_until(context.today)
    except LibraryNeverOpens:  # a book comes back even so
        return context.today


@moves(reservation="WAITING > QUEUED")
def release(title: Title, copy: Book, command: Command[Any]) -> None:
    """Let a reservation no longer wait for this copy: it goes back to the head of the queue.

    The copy is then to be moved from the hold shelf.
    """
    RESERVATION.check(WAITING, QUEUED, command)
    reservation = cast(Reservation, copy.reservation)
    first = title.reservations.aggregate(first=Min("rank"))["first"] or 0
    rank(reservation, first - 1)


def end(
    title: Title, reservation: Reservation, status: Reservation.Status, command: Command[Any], context: Context
) -> Book | None:
    """End an open reservation; the copy that waits for it, which is then to be moved from the hold shelf."""
    copy = title.copy_for(reservation)
    RESERVATION.check(WAITING if copy else QUEUED, status, command)
    reservation.status, reservation.ended_at = status, context.now
    reservation.save(update_fields=["status", "ended_at"])
    became(reservation)
    return copy


@moves(reservation="FULFILLED > WAITING")
def reopen(reservation: Reservation, command: Command[Any]) -> None:
    """Let a copy wait again for somebody, whose reservation was fulfilled by a loan that is undone."""
    RESERVATION.check(FULFILLED, WAITING, command)
    reservation.status, reservation.ended_at = Reservation.Status.OPEN, None
    reservation.save(update_fields=["status", "ended_at"])
    became(reservation)


def rank(reservation: Reservation, place: int) -> None:
    """Give an open reservation of a locked title another place in the queue: lower comes first."""
    if reservation.rank != place:
        reservation.rank = place
        reservation.save(update_fields=["rank"])
        became(reservation)


def reserved_for(copy: Book) -> UUID | None:
    """For whom a copy waits on the hold shelf; None when it is not there."""
    return copy.reservation.user_id if copy.reservation else None


def waits_for(book: Book) -> dict[str, str]:
    """For whom a copy waits (`name`), and until when (`day`), for a sentence."""
    if book.reservation is None or book.held_until is None:
        raise TypeError("The book is not on the hold shelf.")
    return {"name": book.reservation.user.name, "day": long_date(book.held_until)}


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
