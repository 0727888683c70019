"""What the database itself keeps to, whoever writes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan
from tests.library import add_book, borrow, register, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def refused(rows: Any, **values: Any) -> None:
    """The database refuses this update of `rows`."""

    @transaction.atomic
    def update() -> None:
        rows.update(**values)
        connection.check_constraints()

    with pytest.raises(IntegrityError):
        update()


@pytest.mark.parametrize(
    "values",
    [
        {"status": "BORROWED"},
        {"status": "LOST"},
        {"status": ""},
        {"borrowed_at": NOW},
        {"due_on": date(2026, 1, 1)},
        {"renewals": 1},
        {"status": "MISSING", "due_on": date(2026, 1, 1)},
        {"isbn": "0141439580"},
        {"isbn": "978014143958x"},
        {"isbn": "9770141439587"},
    ],
)
def test_a_book_that_is_not_on_loan_has_nothing_of_a_loan_and_a_known_status(values: dict[str, Any]) -> None:
    refused(Book.objects.filter(pk=add_book()), **values)


@pytest.mark.parametrize(
    "values", [{"status": "AVAILABLE"}, {"status": "MISSING"}, {"borrower": None}, {"renewals": -1}]
)
def test_a_book_on_loan_has_a_borrower_and_one_that_has_a_borrower_is_on_loan(values: dict[str, Any]) -> None:
    book_id = add_book()
    borrow(book_id, register())

    refused(Book.objects.filter(pk=book_id), **values)


@pytest.mark.parametrize("values", [{"status": "BANNED"}, {"suspended_for_loss": True}, {"status_before": "VERIFIED"}])
def test_a_user_has_a_known_status_and_only_a_suspended_one_what_undoes_it(values: dict[str, Any]) -> None:
    refused(LibraryUser.objects.filter(pk=register()), **values)


def test_only_a_loss_is_resolved() -> None:
    suspend_by_loss(register())

    refused(PastLoan.objects.all(), ending="RETURNED", resolved_at=NOW)


def test_ids_sort_by_age() -> None:
    ids = [add_book() for _ in range(20)]

    assert ids == sorted(ids)
    assert {id_.version for id_ in ids} == {7}
