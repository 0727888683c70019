"""GetMostBorrowedBooks: titles by the loans of all their copies."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from circulation.queries import GetMostBorrowedBooks
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import after
from tests.declared import declared
from tests.large_library import TODAY
from tests.library import add_book, borrow, context, give_back, lend, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
DUNE = "9780441013593"


DECLARED = declared(
    GetMostBorrowedBooks,
    rows=lambda it, books: after([it.lent_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}, {"first": TODAY}],
    not_in_model="what has a period is asked below",
)


def lent(book_id: UUID, times: int) -> UUID:
    """Lent so many times, and out the last time."""
    for left in reversed(range(times)):
        borrow(book_id, register(), now=NOW - left * DAY)
        if left:
            give_back(book_id, now=NOW - left * DAY)
    return book_id


def ranked(first: date | None = None, last: date | None = None) -> list[tuple[int, str, int]]:
    rows = there_and_back(GetMostBorrowedBooks(first=first, last=last), now=NOW)
    return [(row.rank, row.title, row.loans) for row in rows]


def test_copies_with_one_isbn_are_counted_together_and_those_with_as_many_loans_have_one_rank() -> None:
    dune = {lent(add_book("Dune", isbn=DUNE, author="Frank Herbert"), times) for times in (3, 1)}
    for title, times in (("Emma", 2), ("Sanditon", 2), ("Persuasion", 1)):
        lent(add_book(title), times)
    add_book("Lady Susan")

    (first, *_) = dispatch(GetMostBorrowedBooks(), context(now=NOW)).rows
    assert sorted(ranked()) == [(1, "Dune", 4), (2, "Emma", 2), (2, "Sanditon", 2), (4, "Persuasion", 1)]
    assert (first.isbn, first.author_name) == (DUNE, "Frank Herbert")
    assert first.id in dune


def test_books_without_isbn_are_titles_of_their_own() -> None:
    for times in (2, 1):
        lent(add_book("Diary"), times)
    assert ranked() == [(1, "Diary", 2), (2, "Diary", 1)]


def test_only_loans_that_were_made_in_the_span_count() -> None:
    lend("Emma", now=NOW - 30 * DAY)
    lent(add_book("Dune"), 3)
    assert ranked() == [(1, "Dune", 3)]
    assert ranked(first=(NOW - DAY).date()) == [(1, "Dune", 2)]
    assert sorted(ranked(last=(NOW - 2 * DAY).date())) == [(1, "Dune", 1), (1, "Emma", 1)]


def test_the_last_day_is_not_before_the_first() -> None:
    with pytest.raises(InvalidInput, match="Exchange them"):
        dispatch(GetMostBorrowedBooks(first=NOW.date(), last=NOW.date() - DAY), context(now=NOW))
