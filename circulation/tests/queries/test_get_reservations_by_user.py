"""GetReservationsByUser: what somebody waits for."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from circulation.queries import GetReservationsByUser
from circulation.queries.get_reservations_by_user import ReservationOfUser
from tests.library import add_book, borrow, cancel, lend, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"


def reservations(user_id: UUID) -> list[ReservationOfUser]:
    return there_and_back(GetReservationsByUser(user_id=user_id))


def test_a_row_says_which_copy_waits_and_until_when() -> None:
    named, other, ann = add_book("Emma", isbn=ISBN), add_book("Emma", isbn=ISBN), register("Ann Lee")
    borrow(named, register(), now=NOW)
    reservation = reserve(named, ann, now=NOW)

    assert reservations(ann) == [
        ReservationOfUser(
            id=reservation,
            book_id=named,
            title="Emma",
            isbn=ISBN,
            author_name="Jane Austen",
            state="WAITING",
            position=0,
            placed_at=NOW,
            waiting_book_id=other,
            held_until=date(2026, 11, 30),
        )
    ]


def test_or_the_place_in_the_queue_of_the_title_by_whichever_copy_it_was_named() -> None:
    first, second, manuscript = add_book(isbn=ISBN), add_book(isbn=ISBN), add_book()
    for book_id in (first, second, manuscript):
        borrow(book_id, register())
    reserve(first, register())
    ann = register("Ann Lee")
    reserve(second, ann)
    reserve(manuscript, ann)

    assert [(row.state, row.position, row.waiting_book_id) for row in reservations(ann)] == [
        ("QUEUED", 2, None),
        ("QUEUED", 1, None),
    ]


def test_the_oldest_is_at_the_top_and_neither_others_nor_what_has_ended_is_listed() -> None:
    ann, books = register("Ann Lee"), [lend() for _ in range(5)]
    reserve(books[0], register())
    for book_id in books:
        reserve(book_id, ann)
    borrow(waiting := add_book(), register())
    cancel(reserve(waiting, ann))

    assert [row.book_id for row in reservations(ann)] == books


def test_nobody_waits_for_nothing() -> None:
    assert reservations(uuid4()) == []
