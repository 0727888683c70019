"""Books as rows of a table, one for each, which import_books takes as they are."""

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.importing.vocabulary import HEADINGS
from catalog.models import Book
from library_site.tables.csv_lines import csv_lines


def csv_of(books: Iterable[Book]) -> Iterator[bytes]:
    return (line.encode() for line in csv_lines(HEADINGS, map(_row, books)))


def _row(book: Book) -> list[Any]:
    return [
        book.title,
        book.author.name if book.author else "",
        book.statement_of_responsibility,
        book.isbn,
        book.barcode,
        book.shelf_mark,
        book.condition,
        book.status,
    ]
