"""What the legacy CRUD may not do to books that people wait for, and how the tasks make good what it did."""

from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import ExpireReservations, ReturnBook
from circulation.queries import GetReservationQueue
from library_site.cqrs import dispatch
from tests.library import add_book, context, lend, register, reserve

pytestmark = pytest.mark.django_db

EMMA, PERSUASION = "9780141439587", "9780141439686"


def queue(book_id: UUID) -> list[tuple[UUID, str, int]]:
    rows = dispatch(GetReservationQueue(book_id=book_id), context()).rows
    return [(row.user_id, row.state, row.position) for row in rows]


@pytest.mark.parametrize("heal", [ReturnBook, ExpireReservations])
def test_a_copy_that_crud_makes_available_while_somebody_waits_goes_to_the_hold_shelf_again(
    api: APIClient, heal: Any
) -> None:
    book_id, ann = add_book(), register()
    reserve(book_id, ann)
    api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    assert queue(book_id) == [(ann, "QUEUED", 1)]

    dispatch(heal(book_id=book_id) if heal is ReturnBook else heal(), context())

    assert queue(book_id) == [(ann, "WAITING", 0)]


def test_a_held_copy_whose_isbn_crud_changes_leaves_the_hold_shelf_and_its_queue(api: APIClient) -> None:
    held, other, ann = add_book(isbn=EMMA), lend(isbn=EMMA), register()
    reserve(other, ann)

    assert api.patch(f"/api/book/{held}", {"isbn": "978-0-14-143958-7"}).json()["status"] == "ON_HOLD"
    assert api.patch(f"/api/book/{held}", {"isbn": PERSUASION}).json()["status"] == "AVAILABLE"

    assert (queue(held), queue(other)) == ([], [(ann, "QUEUED", 1)])


def test_crud_puts_nothing_on_the_hold_shelf(api: APIClient) -> None:
    book_id = add_book()

    response = api.patch(f"/api/book/{book_id}", {"status": "ON_HOLD"})

    assert response.status_code == 400
    assert "by a reservation only" in response.content.decode()
    assert Book.objects.get().status == Book.Status.AVAILABLE
