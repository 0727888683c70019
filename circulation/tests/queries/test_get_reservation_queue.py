"""GetReservationQueue: who waits for a title."""

from circulation.queries import GetReservationQueue
from tests.declared import declared

DECLARED = declared(
    GetReservationQueue,
    rows=lambda it, people: {"book_id": it.queue_of(people)},
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)
