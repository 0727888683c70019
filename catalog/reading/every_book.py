"""Every book of the catalogue, one after the other, however many there are."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from catalog.models import Book, Code
from catalog.models.search import SORT_KEY
from library_site.cqrs import every_row, read_database


def every_book(*, withdrawn: bool = False) -> Iterator[Book]:
    """With its author, in the order in which they were added; those that are withdrawn only if they are asked for."""
    return every_row(_books(withdrawn=withdrawn), "pk")


def every_title(*, withdrawn: bool = False) -> Iterator[list[Book]]:
    """The same, but copies together, of which one record tells: first those that came with one.

    Copies that are described differently, as one of them was corrected, are different titles.
    """
    books = _books(withdrawn=withdrawn).select_related("author", "source_record")
    of_records, of_nothing = books.filter(source_record__isnull=False), books.filter(source_record=None)
    yield from _titles(every_row(of_records, "source_record_id", "pk", at_once=500), "source_record_id")
    yield from _titles(every_row(of_nothing.annotate(sort_key=SORT_KEY), "sort_key", "pk"), "sort_key")


def _titles(books: Iterable[Book], together: str) -> Iterator[list[Book]]:
    """Copies have this in common, by which they are sorted; so have some others."""
    for _, some in groupby(books, attrgetter(together)):
        titles: dict[Any, list[Book]] = {}
        for book in some:
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
