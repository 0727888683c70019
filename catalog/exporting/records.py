"""The record of books: the one that they came with, with what the library says otherwise now; else a new one."""

from collections.abc import Sequence

from pymarc import Record

from catalog.marc.iso2709 import BadRecord
from catalog.marc.letters import UTF_8
from catalog.marc.records import record_of as record_in
from catalog.models import Book

from .changes import change_description
from .fresh import fresh_record
from .items import change_items
from .said import said_of


def record_of(books: Sequence[Book]) -> Record:
    """`books` are those that one record is of."""
    record = _source(books[0])
    if record is None:
        return fresh_record(books)
    change_description(record, said_of(record), books[0])
    change_items(record, books)
    return record


def _source(book: Book) -> Record | None:
    """None, too, for one that cannot be read, which only a program can have given."""
    try:
        return record_in(book.source_record.marc.removesuffix(b"\x1d"), UTF_8) if book.source_record else None
    except BadRecord:
        return None
