"""GetBooksByAuthor: the books of an author, by title."""

from uuid import UUID, uuid4

import pytest

from catalog.models import Book
from catalog.queries import GetBooksByAuthor
from catalog.queries.get_books_by_author import BookOfAuthor
from library_site.cqrs import Page, dispatch
from tests.library import add_book, borrow, context, register, report_missing

pytestmark = pytest.mark.django_db


def books_of(author_id: UUID) -> Page[BookOfAuthor]:
    return dispatch(GetBooksByAuthor(author_id=author_id), context())


def author_of(book_id: UUID) -> UUID:
    return Book.objects.get(pk=book_id).author_id


def test_a_row_says_what_and_where_the_book_is() -> None:
    emma = add_book("Emma", isbn="9780141439587")

    assert books_of(author_of(emma)).rows == [
        BookOfAuthor(id=emma, title="Emma", isbn="9780141439587", status="AVAILABLE")
    ]


def test_books_come_by_title_whatever_case_and_accents() -> None:
    for title in ("persuasion", "Émma", "Sanditon", "Northanger Abbey", "“Lady Susan”"):
        book_id = add_book(title)

    titles = [row.title for row in books_of(author_of(book_id)).rows]

    assert titles == ["Émma", "“Lady Susan”", "Northanger Abbey", "persuasion", "Sanditon"]


def test_books_on_loan_and_missing_ones_are_listed_with_their_status() -> None:
    lent, lost, here = add_book("A"), add_book("B"), add_book("C")
    borrow(lent, register())
    report_missing(lost)

    assert [row.status for row in books_of(author_of(here)).rows] == ["BORROWED", "MISSING", "AVAILABLE"]


def test_of_an_author_without_books_or_unknown_there_is_an_empty_page() -> None:
    book_id = add_book()
    author_id = author_of(book_id)
    Book.objects.get(pk=book_id).delete()

    assert books_of(author_id) == books_of(uuid4()) == Page(rows=[], next=None, previous=None)
