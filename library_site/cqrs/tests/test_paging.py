"""Pages by cursor, shown with a query of the catalogue."""

from typing import Any

import pytest

from catalog.models import Book
from catalog.queries import SearchAuthors, SearchBooks
from circulation.queries import GetBorrowedBooksByUser, GetJournal, GetMissingBooks
from library_site.cqrs import InvalidInput, Page, dispatch
from library_site.cqrs.messages import MAX_PAGE_SIZE
from tests.library import add_book, borrow, context, register, report_missing
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db


def books(cursor: str | None = None) -> Page[Any]:
    return dispatch(SearchBooks(q="austen", cursor=cursor, page_size=2), context())


def titles(page: Page[Any]) -> str:
    return " ".join(row.title for row in page.rows)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, MAX_PAGE_SIZE])
def test_every_row_is_on_exactly_one_page_forth_and_back(size: int) -> None:
    for title in "edcba":
        add_book(title)

    found = there_and_back(SearchBooks(q="austen"), size=size)

    assert [row.title for row in found] == ["a", "b", "c", "d", "e"]


def test_rows_that_sort_alike_are_told_apart_by_their_id() -> None:
    ids = sorted(add_book("Emma") for _ in range(5))

    assert [row.id for row in there_and_back(SearchBooks(q="austen"))] == ids


def test_a_book_added_before_the_page_shifts_nothing() -> None:
    for title in "bcde":
        add_book(title)
    first = books()
    add_book("a")

    assert titles(books(first.next)) == "d e"


def test_a_book_gone_from_under_the_cursor_loses_no_other() -> None:
    ids = [add_book(title) for title in "abcd"]
    first = books()
    Book.objects.filter(pk=ids[1]).delete()

    assert titles(books(first.next)) == "c d"


def test_a_cursor_of_another_query_is_bad_input() -> None:
    for name in ("Ann", "Anna"):
        add_book(author=name)
    of_authors = dispatch(SearchAuthors(q="ann", page_size=1), context()).next

    with pytest.raises(InvalidInput, match="not one of ours"):
        books(of_authors)


def test_a_cursor_that_was_tampered_with_is_bad_input() -> None:
    for title in "abc":
        add_book(title)
    cursor = books().next
    assert cursor

    with pytest.raises(InvalidInput, match="not one of ours"):
        books(cursor[:5] + ("A" if cursor[5] != "A" else "B") + cursor[6:])


def test_dates_and_no_dates_page_alike() -> None:
    """Loans that CRUD made before its writes were tasks have no due date: they come last."""
    user_id = register(verified=True)
    for _ in range(3):
        borrow(add_book(), user_id)
    for _ in range(3):
        borrow(book_id := add_book(), user_id)
        Book.objects.filter(pk=book_id).update(due_on=None)

    found = there_and_back(GetBorrowedBooksByUser(user_id=user_id))

    assert [row.due_on is None for row in found] == [False] * 3 + [True] * 3


def test_titles_in_any_script_page_alike() -> None:
    for title in ("こころ", "ثلاثية غرناطة", "Émile", "Zorba", "𝔘nicode", "", "“”", "a" * 400, "a" * 401):
        report_missing(add_book(title or "—"))

    assert len(there_and_back(GetMissingBooks())) == 9


def test_the_newest_come_first_where_the_order_falls_forth_and_back() -> None:
    for _ in range(5):
        add_book()

    found = [row.id for row in there_and_back(GetJournal())]

    assert found == sorted(found, reverse=True)
    assert len(found) == 5


def journal(cursor: str | None = None, *, size: int) -> Page[Any]:
    return dispatch(GetJournal(cursor=cursor, page_size=size), context())


def test_what_comes_on_top_of_a_falling_order_shifts_nothing() -> None:
    for _ in range(3):
        add_book()
    first = journal(size=2)
    add_book()

    second = journal(first.next, size=2)

    assert len(second.rows) == 1
    assert journal(second.previous, size=2).rows == first.rows
