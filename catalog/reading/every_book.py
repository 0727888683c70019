"""Every book of the catalogue, one after the other, however many there are."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from catalog.models import Book, Code
from catalog.models.search import SORT_KEY
from library_site.cqrs import read_database, streamed

AT_ONCE = 500
"""Records of other catalogues, which may be long."""


def every_book(*, withdrawn: bool = False) -> Iterator[Book]:
    """With its author, in the order in which they were added; those that are withdrawn only if they are asked for."""
    return streamed(_books(withdrawn=withdrawn), "pk")


def every_title(*, withdrawn: bool = False) -> Iterator[list[Book]]:
    """The same, but copies together, of which one record tells: first those that came with one, in their order.

    Copies that are described differently, as one of them was corrected, are different titles.
    """
    books = _books(withdrawn=withdrawn)
    for copies in _of_records(books.filter(source_record__isnull=False)):
        yield from _titles(copies)
    others = streamed(books.filter(source_record=None).annotate(sort_key=SORT_KEY), "sort_key", "pk")
    for _, some in groupby(others, attrgetter("sort_key")):
        yield from _titles(some)


def _of_records(books: "QuerySet[Book]") -> Iterator[list[Book]]:
    """The copies that came with each record; the record is read once."""
    earlier = books.filter(source_record=OuterRef("source_record"), pk__lt=OuterRef("pk")).order_by()
    firsts = streamed(books.exclude(Exists(earlier)).select_related("author", "source_record"), "pk", at_once=AT_ONCE)
    while page := {book.source_record_id: book for book in islice(firsts, AT_ONCE)}:
        copies: dict[Any, list[Book]] = {record_id: [] for record_id in page}
        for book in books.using(read_database()).filter(source_record__in=page).order_by("pk"):
            book.source_record = page[book.source_record_id].source_record
            copies[book.source_record_id].append(book)
        yield from copies.values()


def _titles(books: Iterable[Book]) -> Iterator[list[Book]]:
    titles: dict[Any, list[Book]] = {}
    for book in books:
        titles.setdefault(_description(book), []).append(book)
    yield from titles.values()


_description = attrgetter("title", "author_id", "isbn", "statement_of_responsibility")


def how_many_books(*, withdrawn: bool = False) -> int:
    return _books(withdrawn=withdrawn).using(read_database()).count()


def former_labels(keys: Iterable[str], books: Iterable[Book]) -> dict[str, Book]:
    """Which of these books had the labels with these keys, before they got others."""
    found = {book.pk: book for book in books}
    codes = Code.objects.using(read_database()).filter(pk__in=[*keys], book__in=found)
    return {key: found[book_id] for key, book_id in codes.values_list("key", "book_id")}


def _books(*, withdrawn: bool) -> "QuerySet[Book]":
    books = Book.objects.select_related("author")
    return books if withdrawn else books.exclude(status=Book.Status.WITHDRAWN)
