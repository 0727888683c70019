"""GetBookHistory: who has had a book."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from circulation.models import PastLoan
from circulation.queries import GetBookHistory
from circulation.queries.get_book_history import PastLoanOfBook
from tests.library import add_book, borrow, give_back, lend, register, report_missing
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


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


def test_the_last_one_is_at_the_top_and_neither_other_books_nor_the_open_loan_are_listed() -> None:
    emma = add_book("Emma")
    give_back(lend("Persuasion"))
    for name in ("Ann", "Bob", "Cora", "Dan", "Eva"):
        borrow(emma, register(name))
        give_back(emma)
    borrow(emma, register("Finn"))

    assert [row.user_name for row in history(emma)] == ["Eva", "Dan", "Cora", "Bob", "Ann"]


def test_no_book_has_no_history() -> None:
    assert history(uuid4()) == []
