"""GetPastLoansByUser: what somebody has had."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from circulation.models import PastLoan
from circulation.queries import GetPastLoansByUser
from circulation.queries.get_past_loans_by_user import PastLoanOfUser
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.library import give_back, lend, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def who_had(it: Arranger, books: int) -> Arguments:
    person = it.person()
    for _ in range(books):
        it.past_loan(person=person)
    return {"user_id": person}


DECLARED = declared(GetPastLoansByUser, rows=who_had, statements=1, large=lambda it: [{"user_id": it.reader_id}])


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
