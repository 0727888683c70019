"""GetMissingBooks: what to look for on the shelves."""

import pytest

from catalog.models import Book
from circulation.queries import GetMissingBooks
from circulation.queries.get_missing_books import MissingBook
from library_site.cqrs import dispatch
from tests.arranger import after
from tests.declared import declared
from tests.library import add_book, context, report_missing

pytestmark = pytest.mark.django_db


DECLARED = declared(
    GetMissingBooks,
    rows=lambda it, books: after([it.missing_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)


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
