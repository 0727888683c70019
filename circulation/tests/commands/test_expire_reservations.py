"""ExpireReservations: what is to be done every day about copies that nobody collected."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import ExpireReservations
from circulation.commands.expire_reservations import ReservationsExpired
from circulation.domain.reservations import reserved_for
from library_site.cqrs import dispatch
from tests.library import add_book, context, register, reserve

pytestmark = pytest.mark.django_db

RESERVED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TOO_LATE = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)  # copies wait for seven days
ISBN = "9780141439587"


def expired() -> ReservationsExpired:
    return dispatch(ExpireReservations(), context(now=TOO_LATE))


def for_whom(book_id: UUID) -> UUID | None:
    return reserved_for(Book.objects.get(pk=book_id))


def test_a_copy_for_which_nobody_else_waits_goes_back_to_its_shelf() -> None:
    emma, persuasion = add_book("Emma"), add_book("Persuasion")
    late = [reserve(each, register(), now=RESERVED) for each in (emma, persuasion)]

    answer = expired()

    assert set(answer.reservation_ids) == set(late)
    assert set(answer.book_ids) == {emma, persuasion}
    assert set(Book.objects.values_list("status", flat=True)) == {"AVAILABLE"}
    assert expired() == ReservationsExpired(reservation_ids=(), book_ids=())


def test_copies_of_one_title_go_to_the_next_in_order_for_a_shelf_period_of_their_own() -> None:
    first, second = add_book(isbn=ISBN), add_book(isbn=ISBN)
    ann, bob, cora = register("Ann Lee"), register("Bob"), register("Cora")
    for who in (ann, bob, cora):
        reserve(first, who, now=RESERVED)

    expired()

    assert {for_whom(first), for_whom(second)} == {cora, None}
    assert Book.objects.get(status="ON_HOLD").held_until == date(2026, 12, 8)


def test_a_copy_that_may_wait_longer_waits() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    reserve(emma, ann, now=datetime(2026, 11, 24, tzinfo=UTC))

    assert expired().book_ids == ()
    assert for_whom(emma) == ann
