"""GetStockByState: where the books are."""

from datetime import UTC, datetime, timedelta

import pytest

from circulation.policies import POLICY
from circulation.queries import GetStockByState
from tests.library import add_book, lend, register, report_missing, reserve, withdraw
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def stock() -> list[tuple[str, int, int]]:
    return [(row.status, row.books, row.overdue) for row in there_and_back(GetStockByState(), now=NOW)]


def test_every_state_is_counted_and_what_is_overdue_of_the_books_on_loan() -> None:
    assert {row[1:] for row in stock()} == {(0, 0)}
    for days in (0, POLICY.loan_days, POLICY.loan_days + 1):
        lend(now=NOW - timedelta(days=days))
    for _ in range(2):
        add_book()
    reserve(add_book(), register())
    report_missing(add_book())
    withdraw(add_book())
    assert stock() == [
        ("AVAILABLE", 2, 0),
        ("BORROWED", 3, 1),
        ("ON_HOLD", 1, 0),
        ("MISSING", 1, 0),
        ("WITHDRAWN", 1, 0),
    ]
