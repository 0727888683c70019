"""GetOverdueLoans: what should be back by now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.queries import GetOverdueLoans
from circulation.reading.open_loans import OpenLoan
from tests.arranger import after
from tests.declared import declared
from tests.library import add_book, lend, register, renew
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)


DECLARED = declared(
    GetOverdueLoans,
    rows=lambda it, books: after([it.overdue_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)


def overdue() -> list[OpenLoan]:
    return there_and_back(GetOverdueLoans(), now=NOW)


def test_a_row_says_what_to_ask_for_and_whom() -> None:
    ann = register("Ann Lee", "ann@example.org")
    emma = lend("Emma", ann, now=LONG_AGO)
    renew(emma, now=LONG_AGO)

    assert overdue() == [
        OpenLoan(
            id=emma,
            title="Emma",
            barcode=Book.objects.get().barcode,
            author_name="Jane Austen",
            user_id=ann,
            user_name="Ann Lee",
            user_email="ann@example.org",
            due_on=date(2026, 10, 10),
            renewals=1,
        )
    ]


def test_a_loan_made_by_crud_has_no_due_date_and_is_never_overdue(api: APIClient) -> None:
    emma, ann = add_book("Emma"), register()
    assert api.patch(f"/api/book/{emma}", {"status": "BORROWED", "borrower": str(ann)}).status_code == 200

    assert overdue() == []
