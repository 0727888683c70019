"""What the legacy CRUD may do to books that people wait for, and how the tasks make it good."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import ExpireReservations, PlaceReservation
from circulation.queries import GetHoldShelf, GetReservationQueue
from library_site.cqrs import dispatch
from tests.library import add_book, borrow, context, give_back, register

pytestmark = pytest.mark.django_db

EMMA, PERSUASION = "9780141439587", "9780141439686"


def reserve(book_id: UUID, user_id: UUID) -> None:
    dispatch(PlaceReservation(book_id=book_id, user_id=user_id), context())


def queue(book_id: UUID) -> list[tuple[UUID, str, int]]:
    rows = dispatch(GetReservationQueue(book_id=book_id), context()).rows
    return [(row.user_id, row.state, row.position) for row in rows]


def test_a_copy_that_crud_takes_off_the_hold_shelf_leaves_its_reservation_in_the_queue(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    reserve(book_id, ann)
    assert queue(book_id) == [(ann, "WAITING", 0)]

    response = api.patch(f"/api/book/{book_id}", {"status": "MISSING"})

    assert response.status_code == 200
    assert queue(book_id) == [(ann, "QUEUED", 1)]
    assert dispatch(GetHoldShelf(), context()).rows == []


@pytest.mark.parametrize("heal", ["return", "every night"])
def test_a_copy_that_crud_makes_available_while_somebody_waits_goes_to_the_hold_shelf_again(
    api: APIClient, heal: str
) -> None:
    book_id, ann = add_book(), register()
    reserve(book_id, ann)
    api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    assert queue(book_id) == [(ann, "QUEUED", 1)]

    if heal == "return":
        give_back(book_id)
    else:
        dispatch(ExpireReservations(), context())

    assert queue(book_id) == [(ann, "WAITING", 0)]


def test_crud_puts_nothing_on_the_hold_shelf(api: APIClient) -> None:
    book_id = add_book()

    response = api.patch(f"/api/book/{book_id}", {"status": "ON_HOLD"})

    assert response.status_code == 400
    assert "by a reservation only" in response.content.decode()
    assert Book.objects.get().status == Book.Status.AVAILABLE


def test_a_loan_that_crud_makes_of_a_held_copy_is_a_loan_and_the_reservation_waits_on(api: APIClient) -> None:
    book_id, ann, bob = add_book(), register(), register()
    reserve(book_id, ann)

    response = api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(bob)})

    assert response.status_code == 200
    assert queue(book_id) == [(ann, "QUEUED", 1)]
    give_back(book_id, now=timezone.now() + timedelta(days=1))
    assert queue(book_id) == [(ann, "WAITING", 0)]


@pytest.mark.parametrize("task", ["missing", "withdraw", "borrow"])
def test_a_held_copy_whose_isbn_crud_changes_leaves_the_hold_shelf_and_its_queue(api: APIClient, task: str) -> None:
    held, other, ann, bob = add_book(isbn=EMMA), add_book(isbn=EMMA), register(), register(verified=True)
    for book_id in (held, other):
        borrow(book_id, bob)
    reserve(other, ann)
    give_back(held)
    assert queue(other) == [(ann, "WAITING", 0)]

    assert api.patch(f"/api/book/{held}", {"isbn": "978-0-14-143958-7"}).json()["status"] == "ON_HOLD"
    assert api.patch(f"/api/book/{held}", {"isbn": PERSUASION}).json()["status"] == "AVAILABLE"

    assert (queue(held), queue(other)) == ([], [(ann, "QUEUED", 1)])
    assert api.post(f"/api/book/{held}/{task}", {"reason": "Worn out.", "user_id": str(ann)}).status_code == 200
