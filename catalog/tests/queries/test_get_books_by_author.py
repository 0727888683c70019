"""GetBooksByAuthor: the books of an author, by title."""

from uuid import UUID, uuid4

import pytest

from catalog.models import Book
from catalog.queries import GetBooksByAuthor
from catalog.queries.get_books_by_author import BookOfAuthor
from library_site.cqrs import Page, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.library import add_book, context

pytestmark = pytest.mark.django_db


def books_of_one(it: Arranger, books: int) -> Arguments:
    name = it.unique("Austen")
    added = [it.added(author=name)["author_id"] for _ in range(books)]
    return {"author_id": added[0] if added else uuid4()}


DECLARED = declared(
    GetBooksByAuthor,
    rows=books_of_one,
    statements=1,
    large=lambda it: [{"author_id": it.author_id}],
    not_in_model="it finds the books of an author by SearchBooks",
)


def books_of(author_id: UUID) -> Page[BookOfAuthor]:
    return dispatch(GetBooksByAuthor(author_id=author_id), context())


def author_of(book_id: UUID) -> UUID:
    author_id = Book.objects.get(pk=book_id).author_id
    assert author_id
    return author_id


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
