"""CancelReservation: somebody waits for a title no longer."""

from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import CancelReservation
from circulation.commands.cancel_reservation import ReservationCancelled
from circulation.models import Reservation
from library_site.cqrs import dispatch
from tests.library import add_book, context, lend, register, reserve

pytestmark = pytest.mark.django_db


def cancel(reservation_id: UUID) -> ReservationCancelled:
    return dispatch(CancelReservation(reservation_id=reservation_id), context())


def test_the_copy_that_waited_goes_to_the_next_in_the_queue() -> None:
    emma, ann, bob = add_book("Emma"), register("Ann Lee"), register("Bob")
    reservation = reserve(emma, ann)
    reserve(emma, bob)

    assert cancel(reservation) == ReservationCancelled(
        reservation_id=reservation, user_id=ann, released_book_id=emma, reserved_for_user_id=bob, book_id=emma
    )
    assert Reservation.objects.get(pk=reservation).status == "CANCELLED"
    assert Book.objects.get(pk=emma).status == "ON_HOLD"


def test_when_nobody_else_waits_the_copy_goes_back_to_its_shelf() -> None:
    emma = add_book("Emma")

    answer = cancel(reserve(emma, register()))

    assert (answer.released_book_id, answer.reserved_for_user_id) == (emma, None)
    book = Book.objects.get(pk=emma)
    assert (book.status, book.reservation_id, book.held_until) == ("AVAILABLE", None, None)


def test_who_leaves_the_queue_leaves_the_loan_as_it_is() -> None:
    emma = lend("Emma")

    assert cancel(reserve(emma, register())).released_book_id is None
    assert Book.objects.get(pk=emma).status == "BORROWED"
