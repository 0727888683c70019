"""MoveReservation: another place in the queue, for a reason."""

from uuid import UUID

import pytest

from circulation.commands import MoveReservation
from circulation.models import Reservation
from circulation.queries import GetReservationQueue
from library_site.cqrs import dispatch
from tests.library import context, lend, register, reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def book_id() -> UUID:
    """A book on loan, for which Ann, Bob, Cora and Dan wait."""
    book_id = lend("Emma")
    for name in ("Ann", "Bob", "Cora", "Dan"):
        reserve(book_id, register(name))
    return book_id


def order(book_id: UUID) -> str:
    return " ".join(row.user_name for row in dispatch(GetReservationQueue(book_id=book_id), context()).rows)


@pytest.mark.parametrize(
    ("name", "position", "answered", "expected"),
    [
        ("Cora", 1, 1, "Cora Ann Bob Dan"),
        ("Ann", 2, 2, "Bob Ann Cora Dan"),
        ("Bob", 2, 2, "Ann Bob Cora Dan"),
        ("Bob", 99, 4, "Ann Cora Dan Bob"),
    ],
)
def test_the_others_keep_their_order(book_id: UUID, name: str, position: int, answered: int, expected: str) -> None:
    reservation = Reservation.objects.get(user__name=name).pk

    answer = dispatch(MoveReservation(reservation_id=reservation, position=position, reason="Exam."), context())

    assert answer.position == answered
    assert order(book_id) == expected


def test_who_comes_later_comes_last_still(book_id: UUID) -> None:
    last = Reservation.objects.get(user__name="Dan").pk
    dispatch(MoveReservation(reservation_id=last, position=1, reason="Exam."), context())

    reserve(book_id, register("Eva"))

    assert order(book_id) == "Dan Ann Bob Cora Eva"
