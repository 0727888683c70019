"""GetBookHistory: who has had a book."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from circulation.models import PastLoan
from circulation.queries import GetBookHistory
from circulation.queries.get_book_history import PastLoanOfBook
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.library import give_back, lend, register, report_missing
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def that_was_lent(it: Arranger, times: int) -> Arguments:
    book = it.book()
    for _ in range(times):
        it.past_loan(book)
    return {"book_id": book}


DECLARED = declared(
    GetBookHistory,
    rows=that_was_lent,
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)


def history(book_id: UUID) -> list[PastLoanOfBook]:
    return there_and_back(GetBookHistory(book_id=book_id))


def test_a_row_says_who_had_it_and_how_that_ended() -> None:
    ann = register("Ann Lee")
    emma = lend("Emma", ann, now=NOW)
    report_missing(emma, now=NOW + timedelta(days=40))

    assert history(emma) == [
        PastLoanOfBook(
            id=PastLoan.objects.get().pk,
            user_id=ann,
            user_name="Ann Lee",
            borrowed_at=NOW,
            due_on=date(2026, 12, 21),
            ended_at=NOW + timedelta(days=40),
            ending="MISSING",
            resolved_at=None,
        )
    ]
    give_back(emma, now=NOW + timedelta(days=50))
    assert history(emma)[0].resolved_at == NOW + timedelta(days=50)
