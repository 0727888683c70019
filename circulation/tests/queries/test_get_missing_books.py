"""GetMissingBooks: what to look for on the shelves."""

import pytest

from catalog.models import Book
from circulation.queries import GetMissingBooks
from circulation.queries.get_missing_books import MissingBook
from library_site.cqrs import dispatch
from tests.library import add_book, borrow, context, register, report_found, report_missing, suspend_by_loss

pytestmark = pytest.mark.django_db


def missing() -> list[str]:
    return [row.title for row in dispatch(GetMissingBooks(), context()).rows]


def test_a_row_says_what_to_look_for() -> None:
    emma = add_book("Emma", isbn="9780141439587")
    report_missing(emma)

    assert dispatch(GetMissingBooks(), context()).rows == [
        MissingBook(
            id=emma,
            title="Emma",
            isbn="9780141439587",
            author_id=Book.objects.get(pk=emma).author_id,
            author_name="Jane Austen",
        )
    ]


def test_books_lost_on_loan_or_from_the_shelf_are_listed_by_title_until_they_are_found() -> None:
    suspend_by_loss(register(), "Persuasion")
    emma = add_book("emma")
    report_missing(emma)
    borrow(add_book("Sanditon"), register())
    add_book("Lady Susan")

    assert missing() == ["emma", "Persuasion"]
    report_found(emma)
    assert missing() == ["Persuasion"]


def test_a_library_that_misses_nothing_has_an_empty_list() -> None:
    add_book()

    assert missing() == []
