"""CancelReservation: somebody waits for a title no longer."""

from circulation.commands import CancelReservation
from circulation.domain.reservations import ReservationEnded
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused


def ended(it: Arranger) -> Arguments:
    reservation = it.reserve(it.lent_book("Emma"), it.person("Ann Lee"))
    it("CancelReservation", reservation_id=reservation)
    return {"reservation_id": reservation}


def while_another_waits(it: Arranger) -> Arguments:
    book = it.book()
    reservation = it.reserve(book)
    it.reserve(book)
    return {"reservation_id": reservation}


DECLARED = declared(
    CancelReservation,
    good=lambda it: {"reservation_id": it.reserve(it.book())},
    step=about("QUEUED", "WAITING"),
    statements=10,  # the reservation's book, the title, the reservation, the reservation, the copy, the queue
    refusals=[
        refused(
            ReservationEnded,
            "The reservation of “Emma” for Ann Lee has ended: it is cancelled.",
            ended,
            details="reservation_status",
        ),
    ],
    moves=[lambda it: {"reservation_id": it.reservation()[0]}, while_another_waits],
)
