"""The record of books that came without one: what the library knows of them, and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from pymarc import Field, Indicators, Record, Subfield

from catalog.marc.subfields import bare
from catalog.models import Book

_LEADER = "00000nam a2200000uu 4500"
"""New, of text, a monograph, in UTF-8; how full it is, and in what form it is described, is not known."""

_FIXED = "nuuuuuuuuxx |||||||||||||||||und|d"
"""Of field 008, behind the day: that neither the year nor the place nor the language is known."""


def fresh_record(books: Sequence[Book]) -> Record:
    """`books` are copies of one title, those of which a record is."""
    return Record(fields=[*_described(books[0]), *map(item_field, books)], leader=_LEADER)


def _described(book: Book) -> Iterator[Field]:
    """Names are as they are spoken: the first indicator says so."""
    yield Field("001", data=str(book.pk))
    yield Field("008", data=f"{_day(book.pk):%y%m%d}{_FIXED}")
    if book.isbn:
        yield Field("020", Indicators(" ", " "), [Subfield("a", book.isbn)])
    if book.author:
        yield author_field(book.author.name)
    said = [Subfield("c", kept(statement))] if (statement := book.statement_of_responsibility) else []
    yield Field("245", Indicators("1" if book.author else "0", "0"), [Subfield("a", kept(book.title)), *said])


def author_field(name: str) -> Field:
    return Field("100", Indicators("0", " "), [Subfield("a", kept(name))])


def kept(text: str) -> str:
    """With a mark behind it, where an import would take the last of its own for one that cataloguers put there."""
    return next((marked for mark in ("", " .", " /") if bare(marked := f"{text}{mark}") == text), text)


def item_field(book: Book) -> Field:
    mark = [Subfield("o", book.shelf_mark)] if book.shelf_mark else []
    return Field("952", Indicators(" ", " "), [Subfield("p", book.barcode), *mark])


def _day(book_id: UUID) -> datetime:
    """When it was added, which its id says (RFC 9562, version 7); the first of all days, if it says nothing."""
    milliseconds = book_id.int >> 80 if book_id.version == 7 else 0
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
