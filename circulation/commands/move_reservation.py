from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.reservations import ReservationEnded, lock_reservation, put_in_place
from circulation.states import QUEUED, RESERVATION, moves
from library_site.cqrs import Command, Conflict, Context, Data, FieldError, InvalidInput, NotFound, handles


class ReservationMoved(Data):
    """`book_id`: the copy by which the title was named."""

    reservation_id: UUID
    user_id: UUID
    position: int
    book_id: UUID | None = None


class MoveReservation(Command[ReservationMoved]):
    """`position` is the new place in the queue, from 1; beyond the end means the end. `reason` is for the journal."""

    reservation_id: UUID
    position: int
    reason: str


class ReservationWaits(Conflict):
    """A copy waits on the hold shelf: the reservation is in no queue."""

    code = "reservation_waits"
    short = gettext_lazy("A copy waits already")


@handles(
    MoveReservation,
    title=gettext_lazy("Move reservation"),
    refuses=(NotFound, InvalidInput, ReservationEnded, ReservationWaits),
)
@moves(reservation="QUEUED > QUEUED")
def move_reservation(command: MoveReservation, context: Context) -> ReservationMoved:
    """Give somebody another place in the queue of a title, for a reason that the journal keeps."""
    errors = []
    if command.position < 1:
        errors.append(FieldError("position", "min_value", _("The first place in the queue is 1.")))
    if not command.reason.strip():
        errors.append(FieldError("reason", "required", _("Say why: the journal keeps it.")))
    if errors:
        raise InvalidInput(*errors)
    title, reservation = lock_reservation(command.reservation_id)
    queue = list(title.queue)
    if reservation not in queue:
        message = _("A copy waits for {name} already: there is no place to change.")
        raise ReservationWaits(message.format(name=reservation.user.name))
    RESERVATION.check(QUEUED, QUEUED, command)
    put_in_place(queue, reservation, command.position - 1)
    return ReservationMoved(
        reservation_id=reservation.pk,
        user_id=reservation.user_id,
        position=queue.index(reservation) + 1,
        book_id=reservation.book_id,
    )
