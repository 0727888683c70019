"""GetBookLabels: what stands on the labels of books, by their barcodes."""

from uuid import UUID

import pytest

from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from catalog.queries import GetBookLabels
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.large_library import labels_of
from tests.library import add_book, context
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

ONE, TWO, THREE, FOUR = (barcode(BarcodeKind.BOOK, "0001", number) for number in range(1, 5))
CARD = barcode(BarcodeKind.CARD, "0001", 1)


def first_to_last(it: Arranger, books: int) -> Arguments:
    labels = [it.added()["barcode"] for _ in range(books)] or [ONE]
    return {"first": labels[0], "last": labels[-1]}


DECLARED = declared(
    GetBookLabels,
    rows=first_to_last,
    statements=1,
    refusals=[
        refused(InvalidInput, "The last barcode is before the first.", lambda it: {"first": TWO, "last": ONE}),
        refused(InvalidInput, "Choose up to 500 at a time.", lambda it: {"book_ids": f"{UUID(int=0)}," * 501}),
    ],
    large=lambda it: labels_of(BarcodeKind.BOOK),
    not_in_model="it has barcodes, and no labels",
)


@pytest.fixture(autouse=True)
def _books() -> None:
    for label in (FOUR, TWO, ONE, THREE):
        add_book(f"Book {label}", author="Jane Austen", barcode=label)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (TWO, FOUR, [TWO, THREE, FOUR]),
        (f" {TWO} ", f"{THREE}\n", [TWO, THREE]),
        (TWO, "", [TWO]),
        (TWO, TWO, [TWO]),
        (barcode(BarcodeKind.BOOK, "0001", 9), "", []),
    ],
)
def test_both_ends_are_meant_and_the_first_alone_where_there_is_no_last(
    first: str, last: str, expected: list[str]
) -> None:
    rows = there_and_back(GetBookLabels(first=first, last=last))
    assert [(row.barcode, row.title, row.author_name) for row in rows] == [
        (each, f"Book {each}", "Jane Austen") for each in expected
    ]


@pytest.mark.parametrize(
    ("first", "last", "fields", "words"),
    [
        ("30001000000011", "", ["first"], "check digit is wrong"),
        (CARD, TWO, ["first"], "is the barcode of a library card, not of a book."),
        (ONE, CARD, ["last"], "is the barcode of a library card, not of a book."),
        ("A-10", "B777", ["last"], "must be alike"),
        ("A-1\0", "words", ["first", "last"], "cannot be a barcode"),
        (TWO, ONE, ["last"], "Exchange them"),
    ],
)
def test_what_is_no_range_of_books_is_refused(first: str, last: str, fields: list[str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as refusal:
        dispatch(GetBookLabels(first=first, last=last), context())
    assert [error.field for error in refusal.value.errors] == fields


def test_books_that_were_chosen_come_by_barcode_whatever_lies_between() -> None:
    ids = tuple(Book.objects.get(barcode=label).pk for label in (FOUR, ONE))
    rows = there_and_back(GetBookLabels(book_ids=ids))
    assert [(row.barcode, row.author_name) for row in rows] == [(ONE, "Jane Austen"), (FOUR, "Jane Austen")]
