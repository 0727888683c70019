"""GetBorrowedBooksByUser: what somebody has, and until when."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.queries import GetBorrowedBooksByUser
from circulation.queries.get_borrowed_books_by_user import BorrowedBook
from library_site.cqrs import Page, dispatch
from tests.library import add_book, borrow, context, give_back, register, report_missing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def borrowed(user_id: UUID) -> list[BorrowedBook]:
    return dispatch(GetBorrowedBooksByUser(user_id=user_id), context()).rows


def test_a_row_says_what_it_is_and_when_it_is_due() -> None:
    emma, ann = add_book("Emma", isbn="9780141439587"), register()
    borrow(emma, ann, now=NOW)

    assert borrowed(ann) == [
        BorrowedBook(
            id=emma,
            title="Emma",
            isbn="9780141439587",
            author_id=Book.objects.get(pk=emma).author_id,
            author_name="Jane Austen",
            borrowed_at=NOW,
            due_on=date(2026, 12, 21),
        )
    ]


def test_what_is_due_first_is_at_the_top_and_loans_without_a_due_date_last(api: APIClient) -> None:
    ann, by_crud = register(verified=True), add_book("By CRUD")
    api.patch(f"/api/book/{by_crud}", {"status": "BORROWED", "borrower": str(ann)})
    for days in (3, 1, 2):
        borrow(add_book(f"In {days}"), ann, now=NOW + timedelta(days=days))

    assert [row.title for row in borrowed(ann)] == ["In 1", "In 2", "In 3", "By CRUD"]
    assert borrowed(ann)[-1].due_on is None


def test_what_was_returned_or_lost_and_what_others_have_is_not_listed() -> None:
    ann, bob = register(verified=True), register()
    returned, lost, kept, of_bob = (add_book() for _ in range(4))
    for book_id in (returned, lost, kept):
        borrow(book_id, ann)
    borrow(of_bob, bob)
    give_back(returned)
    report_missing(lost)

    assert [row.id for row in borrowed(ann)] == [kept]


def test_nobody_has_nothing() -> None:
    assert dispatch(GetBorrowedBooksByUser(user_id=uuid4()), context()) == Page(rows=[], next=None, previous=None)
