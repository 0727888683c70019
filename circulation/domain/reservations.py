"""Who waits for a title, and the copies that wait for them on the hold shelf.

No copy of a title is available while somebody is in its queue who is not suspended: whatever brings a copy back, or
ends a suspension, serves the queue. (A suspension that ends by its date is ended by the command of the next morning.)
"""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from circulation.policies import LibraryNeverOpens
from circulation.states import FULFILLED, NEW, QUEUED, RESERVATION, WAITING, moves
from library_site.cqrs import Command, Conflict, Context, NotFound, Overtaken, became
from library_site.cqrs.texts import long_date

from .books import Undo, move
from .people import suspended_on
from .policy_in_force import policy_from
from .titles import Title, lock_title, lock_titles

if TYPE_CHECKING:
    from .losses import Losses

MOSTLY_SUSPENDED = 10
"""At the head of a queue: it is read to its end only if there are more."""

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
def serve_queue(title: Title, command: Command[Any], context: Context, *, undo: Undo | None = None) -> tuple[UUID, ...]:
    """Put the copies that are available on the hold shelf for those whose turn it is.

    Who is suspended is passed over, and keeps the place in the queue. Returns who was passed over. `undo` is what
    undoes the return that this is a part of: of its book, it then says who is left in the queue, and how many of them
    had to be passed over.
    """
    free = [copy for copy in title.copies if copy.status == Book.Status.AVAILABLE]
    if not free:
        return ()
    queue, turns, passed_over = _turns(title, len(free), context.today, whole=bool(undo))
    day = held_until(context) if turns else None
    for copy, reservation in zip(free, turns, strict=False):
        RESERVATION.check(QUEUED, WAITING, command)
        left = [str(each.pk) for each in queue if each not in turns]
        place = sum(each not in turns for each in queue[: queue.index(reservation)])
        was = {"reservation_id": str(reservation.pk), "queue": left, "place": place}
        kept = undo | was if undo and copy is title.book else None
        move(copy, Book.Status.ON_HOLD, command, reservation=reservation, held_until=day, undo=kept)
    return passed_over


def _turns(
    title: Title, number: int, today: date, *, whole: bool
) -> tuple[list[Reservation], list[Reservation], tuple[UUID, ...]]:
    """The queue, the `whole` of it or its head; so many in it whose turn it is; who before them is suspended."""
    queue, turns, passed_over = list[Reservation](), list[Reservation](), list[UUID]()
    for some in (None if whole else number + MOSTLY_SUSPENDED, None):  # a queue may be long
        queue = list(title.queue.select_related("user")[:some])
        turns = [each for each in queue if not each.user.is_suspended_on(today)][:number]
        before = queue[: queue.index(turns[-1])] if len(turns) == number else queue
        passed_over = [each.user_id for each in before if each not in turns]
        if len(turns) == number or some is None or len(queue) < some:
            break
    return queue, turns, tuple(passed_over)


def next_in_turn(title: Title, context: Context) -> Reservation | None:
    """Who in the queue is the next to get a copy."""
    return title.queue.exclude(suspended_on(context.today)).first()


def wanted(queued: "QuerySet[Reservation]") -> "QuerySet[Book]":
    """The available copies of titles for which some wait: by itself each part is found by its index."""
    available = Book.objects.order_by().filter(status=Book.Status.AVAILABLE)
    named = available.filter(pk__in=queued.values("book"))
    return named.union(available.filter(isbn__in=queued.exclude(book__isbn="").values("book__isbn")))


def waited_for(queued: "QuerySet[Reservation]") -> "QuerySet[Book]":
    """A copy of each title for which some wait.

    Whoever ends a suspension locks all of them: with those alone of which a copy is available, another desk could bring
    one back meanwhile and pass over who is suspended until then, and the copy would be available, and wanted.
    """
    return Book.objects.order_by().filter(pk__in=queued.values("book"))


def lock_waited_for(user_id: UUID | None) -> None:
    """Lock the titles for which somebody waits whose suspension is to end: before people, as all books."""
    lock_titles(waited_for(in_queues().filter(user=user_id)))


def in_queues() -> "QuerySet[Reservation]":
    """All who are in a queue."""
    return Reservation.objects.order_by().filter(status=Reservation.Status.OPEN, waiting_book__isnull=True)


@moves(by=(serve_queue,))
def serve_freed(
    user_ids: Collection[UUID], command: Command[Any], context: Context, *, but: Book | None = None
) -> tuple[UUID, ...]:
    """Serve the queues of people whose suspension has just ended, `but` that of a title that is served anyway.

    They were passed over, so that a copy may be available. Returns the copies that are on the hold shelf now, and to be
    fetched from their shelves. As people are locked already, no lock of a book is waited for: raises Overtaken.
    """
    queued = in_queues().exclude(suspended_on(context.today)).filter(user__in=user_ids)
    if but:
        queued = queued.exclude(Q(book__isbn=but.isbn) if but.isbn else Q(book=but))
    titles = lock_titles(waited_for(queued), nowait=True)
    free = [copy for title in titles for copy in title.copies if copy.status == Book.Status.AVAILABLE]
    for title in titles:
        serve_queue(title, command, context)
    return tuple(copy.pk for copy in free if copy.status == Book.Status.ON_HOLD)


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
    reservation.save(update_fields=["book", "status", "ended_at"])
    became(reservation)


def rank(reservation: Reservation, place: int) -> None:
    """Give an open reservation of a locked title another place in the queue: lower comes first."""
    if reservation.rank != place:
        reservation.rank = place
        reservation.save(update_fields=["rank"])
        became(reservation)


def put_in_place(queue: list[Reservation], reservation: Reservation, place: int) -> None:
    """Put an open reservation of a locked title where so many of the others in its queue are before it."""
    if reservation in queue:
        queue.remove(reservation)
    queue.insert(min(place, len(queue)), reservation)
    for number, each in enumerate(queue, min(each.rank for each in queue)):
        rank(each, number)


def reserved_for(copy: Book) -> UUID | None:
    """For whom a copy waits on the hold shelf; None when it is not there."""
    return copy.reservation.user_id if copy.reservation else None


def waits_for(book: Book) -> dict[str, str]:
    """For whom a copy waits (`name`), and until when (`day`), for a sentence."""
    if book.reservation is None or book.held_until is None:
        raise TypeError("The book is not on the hold shelf.")
    return {"name": book.reservation.user.name, "day": long_date(book.held_until)}


def clear_the_way(
    title: Title, reservation: Reservation | None, found: "Losses | None", command: Command[Any], context: Context
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
