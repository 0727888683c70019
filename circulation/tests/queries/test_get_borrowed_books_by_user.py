"""GetBorrowedBooksByUser: what somebody has, and until when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from circulation.queries import GetBorrowedBooksByUser
from circulation.queries.get_borrowed_books_by_user import BorrowedBook
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.library import add_book, borrow, context, register

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def who_has(it: Arranger, books: int) -> Arguments:
    person = it.person(verified=True)
    for _ in range(books):
        it.lent_book(person=person)
    return {"user_id": person}


DECLARED = declared(GetBorrowedBooksByUser, rows=who_has, statements=1, large=lambda it: [{"user_id": it.reader_id}])


def borrowed(user_id: UUID) -> list[BorrowedBook]:
    return dispatch(GetBorrowedBooksByUser(user_id=user_id), context()).rows


def test_what_is_due_first_is_at_the_top_and_loans_without_a_due_date_last(api: APIClient) -> None:
    ann, by_crud = register(verified=True), add_book("By CRUD")
    api.patch(f"/api/book/{by_crud}", {"status": "BORROWED", "borrower": str(ann)})
    for days in (3, 1, 2):
        borrow(add_book(f"In {days}"), ann, now=NOW + timedelta(days=days))

    assert [row.title for row in borrowed(ann)] == ["In 1", "In 2", "In 3", "By CRUD"]
    assert borrowed(ann)[-1].due_on is None
