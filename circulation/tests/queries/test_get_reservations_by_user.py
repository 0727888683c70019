"""GetReservationsByUser: what somebody waits for."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from circulation.queries import GetReservationsByUser
from circulation.queries.get_reservations_by_user import ReservationOfUser
from tests.declared import declared
from tests.library import add_book, borrow, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"

DECLARED = declared(
    GetReservationsByUser,
    rows=lambda it, titles: {"user_id": it.who_waits_for(titles)},
    statements=1,
    large=lambda it: [{"user_id": it.reader_id}],
)


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
