"""GetOverdueLoans: what should be back by now."""

from datetime import UTC, date, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.queries import GetOverdueLoans
from circulation.reading.open_loans import OpenLoan
from tests.library import add_book, give_back, lend, register, renew
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)


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


def test_what_was_due_first_is_at_the_top_and_what_is_back_or_due_today_is_not_listed() -> None:
    late = [lend(now=LONG_AGO + timedelta(days=days)) for days in (3, 0, 2, 0, 1)]
    lend("Due today", now=NOW - timedelta(days=28))
    give_back(lend("Back", now=LONG_AGO), now=NOW)

    assert [row.id for row in overdue()] == [late[1], late[3], late[4], late[2], late[0]]


def test_a_loan_made_by_crud_has_no_due_date_and_is_never_overdue(api: APIClient) -> None:
    emma, ann = add_book("Emma"), register()
    assert api.patch(f"/api/book/{emma}", {"status": "BORROWED", "borrower": str(ann)}).status_code == 200

    assert overdue() == []
