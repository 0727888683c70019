"""What is kept of a loan that ends."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circulation.models import PastLoan
from tests.library import give_back, lend, register, renew, report_missing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


def test_a_loan_is_kept_as_it_was() -> None:
    book_id = lend(user_id=(ann := register()), now=NOW)
    renew(book_id, now=NOW)
    renew(book_id, now=NOW)

    give_back(book_id, now=LATER)

    assert PastLoan.objects.values().get() == {
        "id": PastLoan.objects.get().pk,
        "book_id": book_id,
        "borrower_id": ann,
        "borrowed_at": NOW,
        "due_on": date(2027, 2, 15),
        "renewals": 2,
        "ended_at": LATER,
        "ending": "RETURNED",
        "comment": "",
        "resolved_at": None,
    }


def test_of_a_loss_it_is_kept_what_it_leaves_in_the_comment_of_the_person() -> None:
    report_missing(lend("Emma", now=NOW), now=LATER)

    kept = PastLoan.objects.get()
    assert (kept.ending, kept.comment) == ("MISSING", "“Emma” was reported missing on 26 November 2026.")
    assert kept.borrower.status_comment == kept.comment
