"""GetPastLoansByUser: what somebody has had."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from circulation.models import PastLoan
from circulation.queries import GetPastLoansByUser
from circulation.queries.get_past_loans_by_user import PastLoanOfUser
from tests.library import give_back, lend, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def past(user_id: UUID) -> list[PastLoanOfUser]:
    return there_and_back(GetPastLoansByUser(user_id=user_id))


def test_a_row_says_what_it_was_and_how_that_ended() -> None:
    ann = register("Ann Lee")
    emma = lend("Emma", ann, now=NOW)
    give_back(emma, now=NOW + timedelta(days=3))

    assert past(ann) == [
        PastLoanOfUser(
            id=PastLoan.objects.get().pk,
            book_id=emma,
            title="Emma",
            author_name="Jane Austen",
            borrowed_at=NOW,
            due_on=date(2026, 12, 21),
            ended_at=NOW + timedelta(days=3),
            ending="RETURNED",
            resolved_at=None,
        )
    ]


def test_what_came_back_last_is_at_the_top_and_neither_others_nor_what_is_out_is_listed() -> None:
    ann = register("Ann Lee", verified=True)
    books = [lend(f"Book {number}", ann) for number in range(5)]
    lend("Out", ann)
    give_back(lend("Of another"))
    for book_id in books:
        give_back(book_id)

    assert [row.book_id for row in past(ann)] == books[::-1]


def test_nobody_has_had_nothing() -> None:
    assert past(uuid4()) == []
