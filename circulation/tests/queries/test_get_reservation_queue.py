"""GetReservationQueue: who waits for a title."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from circulation.queries import GetReservationQueue
from circulation.queries.get_reservation_queue import ReservationInQueue
from tests.library import add_book, borrow, cancel, give_back, lend, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"


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


def test_whose_copies_wait_come_first_then_the_queue_in_order_by_whichever_copy() -> None:
    copies = [add_book(isbn=ISBN) for _ in range(3)]
    borrow(copies[0], register())
    for name in ("Ann", "Bob", "Cora", "Dan", "Eva"):
        reserve(copies[0], register(name))

    for copy in copies:
        assert [(row.user_name, row.position) for row in queue(copy)] == [
            ("Ann", 0),
            ("Bob", 0),
            ("Cora", 1),
            ("Dan", 2),
            ("Eva", 3),
        ]


def test_who_waits_for_something_else_or_no_longer_is_not_listed() -> None:
    manuscript, other = lend(), lend()
    reserve(other, register())
    cancel(reserve(manuscript, register()))

    assert queue(manuscript) == []
    assert queue(uuid4()) == []
