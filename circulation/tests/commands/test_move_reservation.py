"""MoveReservation: another place in the queue, for a reason."""

from typing import Any

from circulation.commands import MoveReservation
from circulation.commands.move_reservation import ReservationWaits
from circulation.domain.reservations import ReservationEnded
from library_site.cqrs import InvalidInput
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused


def first(reservation: Any, position: int = 1) -> Arguments:
    return {"reservation_id": reservation, "position": position, "reason": "An exam."}


def ended(it: Arranger) -> Any:
    reservation = it.reserve(it.lent_book("Emma"), it.person("Ann Lee"))
    it("CancelReservation", reservation_id=reservation)
    return reservation


DECLARED = declared(
    MoveReservation,
    good=lambda it: first(it.reserve(it.queue_of(2))),
    step=about("QUEUED"),
    statements=11,  # the reservation's book, the title, the reservation, the queue, each reservation in it (3)
    refusals=[
        refused(InvalidInput, "The first place in the queue is 1.", lambda it: first(it.reservation()[0], 0)),
        refused(
            ReservationEnded,
            "The reservation of “Emma” for Ann Lee has ended: it is cancelled.",
            lambda it: first(ended(it)),
            details="reservation_status",
        ),
        refused(
            ReservationWaits,
            "A copy waits for Ann Lee already: there is no place to change.",
            lambda it: first(it.reserve(it.book(), it.person("Ann Lee"))),
        ),
    ],
)
