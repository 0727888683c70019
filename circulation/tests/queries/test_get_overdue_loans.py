"""GetOverdueLoans: what should be back by now."""

from datetime import UTC, datetime

import pytest
from rest_framework.test import APIClient

from circulation.queries import GetOverdueLoans
from circulation.reading.open_loans import OpenLoan
from tests.arranger import after
from tests.declared import declared
from tests.library import add_book, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


DECLARED = declared(
    GetOverdueLoans,
    rows=lambda it, books: after([it.overdue_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)


def overdue() -> list[OpenLoan]:
    return there_and_back(GetOverdueLoans(), now=NOW)


def test_a_loan_made_by_crud_has_no_due_date_and_is_never_overdue(api: APIClient) -> None:
    emma, ann = add_book("Emma"), register()
    assert api.patch(f"/api/book/{emma}", {"status": "BORROWED", "borrower": str(ann)}).status_code == 200

    assert overdue() == []
