"""AddCopies: more copies of a book that the library has."""

from uuid import UUID

import pytest
from django.db import connection

from catalog.commands import AddCopies
from catalog.commands.add_copies import CopiesAdded
from catalog.models import Book
from catalog.queries import SearchBooks
from library_site.cqrs import InvalidInput, dispatch
from tests.declared import declared, refused
from tests.library import add_book, context

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"

DECLARED = declared(
    AddCopies,
    good=lambda it: {"book_id": it.book(isbn=ISBN), "copies": 2},
    # the book, its author (locked), the ISBN (locked, on PostgreSQL), its copies (locked); for each new one a barcode
    # (3) and the book; the queue; the book again
    statements=17 + (connection.vendor == "postgresql"),
    refusals=[
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 0}),
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 51}),
    ],
    moves=[lambda it: {"book_id": it.queue_of(1, isbn=ISBN)}],
)


def add(book_id: UUID, copies: int = 1, key: str | None = None) -> CopiesAdded:
    return dispatch(AddCopies(book_id=book_id, copies=copies), context(idempotency_key=key))


def test_each_copy_is_like_the_first_but_for_its_barcode_and_can_be_found_and_lent() -> None:
    emma = Book.objects.get(pk=add_book("Emma", isbn=ISBN))

    answer = add(emma.pk, 3)

    copies = Book.objects.exclude(pk=emma.pk).order_by("pk")
    assert answer == CopiesAdded(
        book_ids=tuple(copy.pk for copy in copies), barcodes=tuple(copy.barcode for copy in copies), on_hold=0
    )
    assert {(copy.title, copy.isbn, copy.author_id, copy.status) for copy in copies} == {
        ("Emma", ISBN, emma.author_id, "AVAILABLE")
    }
    numbers = [int(copy.barcode[5:13]) for copy in (emma, *copies)]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert len(dispatch(SearchBooks(q="emma austen"), context()).rows) == 4
