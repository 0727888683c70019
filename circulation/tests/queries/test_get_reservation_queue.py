"""GetReservationQueue: who waits for a title."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from circulation.queries import GetReservationQueue
from circulation.queries.get_reservation_queue import ReservationInQueue
from tests.declared import declared
from tests.library import give_back, lend, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    GetReservationQueue,
    rows=lambda it, people: {"book_id": it.queue_of(people)},
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)


def queue(book_id: UUID) -> list[ReservationInQueue]:
    return there_and_back(GetReservationQueue(book_id=book_id))


def test_a_row_says_who_waits_where_and_since_when() -> None:
    emma, ann, bob = lend("Emma", now=NOW), register("Ann Lee"), register("Bob")
    first, second = (reserve(emma, who, now=NOW) for who in (ann, bob))
    give_back(emma, now=NOW)

    assert queue(emma) == [
        ReservationInQueue(
            id=first,
            user_id=ann,
            user_name="Ann Lee",
            state="WAITING",
            position=0,
            placed_at=NOW,
            waiting_book_id=emma,
            held_until=date(2026, 11, 30),
        ),
        ReservationInQueue(
            id=second,
            user_id=bob,
            user_name="Bob",
            state="QUEUED",
            position=1,
            placed_at=NOW,
            waiting_book_id=None,
            held_until=None,
        ),
    ]
