from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.domain.books import BookWithdrawn, refuse_withdrawn
from circulation.domain.people import RESERVE, UserSuspended, lock_user, suspended
from circulation.domain.reservations import queue_up, serve_queue, waits_for
from circulation.domain.titles import Title, lock_title
from circulation.states import moves
from library_site.cqrs import (
    Conflict,
    Context,
    Data,
    InvalidInput,
    NotFound,
    Overriding,
    Remedy,
    handles,
    refuse_unless_overridden,
)


class ReservationPlaced(Data):
    """`position` is the place in the queue, from 1; 0 when a copy waits already: which, and until when."""

    reservation_id: UUID
    user_id: UUID
    position: int
    waiting_book_id: UUID | None
    held_until: date | None


class PlaceReservation(Overriding[ReservationPlaced]):
    """`book_id` is any copy of the title."""

    book_id: UUID
    user_id: UUID


class TitleAlreadyBorrowed(Conflict):
    """The user has a copy of the title."""

    code = "title_already_borrowed"
    short = gettext_lazy("The person has a copy of the title")


class TitleAlreadyReserved(Conflict):
    """The user waits for the title already."""

    code = "title_already_reserved"
    short = gettext_lazy("The person waits for the title already")


@handles(
    PlaceReservation,
    title=gettext_lazy("Place reservation"),
    refuses=(NotFound, InvalidInput, BookWithdrawn, TitleAlreadyBorrowed, TitleAlreadyReserved, UserSuspended),
    overridable=(UserSuspended,),
)
@moves(by=(queue_up, serve_queue))
def place_reservation(command: PlaceReservation, context: Context) -> ReservationPlaced:
    """Let a user wait for a title: for the first copy that comes back, or for the book itself if it has no ISBN.

    First come, first served. If a copy is available, it goes to the hold shelf at once. A suspended user cannot
    reserve, nor somebody who has a copy of the title.
    """
    title = lock_title(command.book_id)
    if all(copy.status == Book.Status.WITHDRAWN for copy in title.copies):
        refuse_withdrawn(title.book)
    user = lock_user(command.user_id)
    blocked = suspended(user, RESERVE) if user.is_suspended_on(context.today) else None
    refuse_unless_overridden([_has_a_copy(title, command), _waits(title, command), blocked], command, context)
    reservation = queue_up(title, user, command, context)
    serve_queue(title, command, context)
    waiting = title.copy_for(reservation)
    return ReservationPlaced(
        reservation_id=reservation.pk,
        user_id=user.pk,
        position=0 if waiting else title.queue.count(),
        waiting_book_id=waiting.pk if waiting else None,
        held_until=waiting.held_until if waiting else None,
    )


def _has_a_copy(title: Title, command: PlaceReservation) -> TitleAlreadyBorrowed | None:
    copy = next((copy for copy in title.copies if copy.borrower_id == command.user_id), None)
    if copy is None:
        return None
    message = _("This person has “{title}” on loan. Renew the loan, if it is to be kept for longer.")
    return TitleAlreadyBorrowed(message.format(title=copy.title), remedy=Remedy("RenewLoan", {"book_id": copy.pk}))


def _waits(title: Title, command: PlaceReservation) -> TitleAlreadyReserved | None:
    if (reservation := title.reservation_of(command.user_id)) is None:
        return None
    message = _("This person waits for “{title}” already: no copy has come back yet.")
    if copy := title.copy_for(reservation):
        message = _("This person waits for “{title}” already: it waits on the hold shelf for {name}, until {day}.")
    theirs = Remedy("GetReservationsByUser", {"user_id": command.user_id})
    text = message.format(title=title.book.title, **(waits_for(copy) if copy else {}))
    return TitleAlreadyReserved(text, see_also=[theirs], reservation_id=reservation.pk)
