"""PlaceReservation: waiting for a title."""

from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import PlaceReservation
from circulation.commands.place_reservation import ReservationPlaced
from circulation.domain.books import BookWithdrawn
from circulation.models import Reservation
from library_site.cqrs import dispatch
from tests.library import add_book, borrow, context, lend, register, report_missing, reserve, suspend, withdraw

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


def place(book_id: UUID, user_id: UUID, *, key: str | None = None) -> ReservationPlaced:
    return dispatch(PlaceReservation(book_id=book_id, user_id=user_id), context(idempotency_key=key))


def test_the_answer_says_the_place_in_the_queue() -> None:
    emma = lend("Emma")
    reserve(emma, register())

    answer = place(emma, register())

    assert (answer.position, answer.waiting_book_id, answer.held_until) == (2, None, None)


def test_another_copy_than_the_one_that_was_named_may_be_the_one_that_waits() -> None:
    named, other = add_book(isbn=ISBN), add_book(isbn=ISBN)
    borrow(named, register())

    assert place(named, register()).waiting_book_id == other


def test_a_missing_book_can_be_waited_for_and_a_withdrawn_copy_stands_for_the_others() -> None:
    missing, withdrawn, out = add_book(), add_book(isbn=ISBN), add_book(isbn=ISBN)
    report_missing(missing)
    withdraw(withdrawn)
    borrow(out, register())

    assert place(missing, register()).position == 1
    assert place(withdrawn, register()).position == 1
    withdraw(alone := add_book())
    with pytest.raises(BookWithdrawn):
        place(alone, register())


def test_a_suspension_may_be_overridden() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    suspend(ann)

    override = PlaceReservation(book_id=emma, user_id=ann, override=("user_suspended",), override_reason="Paid today.")
    dispatch(override, context())

    assert Book.objects.get(pk=emma).status == "ON_HOLD"


def test_sent_twice_with_one_key_it_is_one_reservation() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")

    assert place(emma, ann, key="emma") == place(emma, ann, key="emma")
    assert Reservation.objects.count() == 1
