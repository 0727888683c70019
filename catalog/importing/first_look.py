"""What a file was taken for: looked at from its beginning to its end, before anything is added."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from library_site.tables import Table
from library_site.tables.names import Order

from .people import Authors
from .rows import BookReader, BookRow, NotABook, Unusable

SAMPLES = 5

_SAID = {
    "isbn13": "ISBN",
    "isbn": "ISBN",
    "others": "other people",
    "statement": "statement of responsibility",
    "first_name": "author",
    "last_name": "author",
}
_CALLED = {"utf-8": "UTF-8", ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, kw_only=True)
class FirstLook:
    """`reader` reads the rows of this file; `samples` are its first books."""

    table: Table
    reader: BookReader
    rows: int
    samples: list[BookRow]

    @property
    def file(self) -> str:
        """In a sentence."""
        export = f"{self.table.export.name} export, " if self.table.export else ""
        encoding, delimiter = (_CALLED.get(each, each) for each in (self.table.encoding, self.table.delimiter))
        where = (
            f"the columns are named on line {line}" if (line := self.table.header.line) else "no line names the columns"
        )
        return f"{export}{self.rows:,} rows, {encoding}, {delimiter} between cells, {where}."

    @property
    def columns(self) -> dict[str, list[str]]:
        """What was found, and the names of the columns where it was."""
        found: dict[str, list[str]] = {}
        for meaning, columns in self.table.columns.items():
            found.setdefault(_SAID.get(meaning, meaning.replace("_", " ")), []).extend(map(str, columns))
        for column, order in zip(self.table.columns.get("author", ()), self.reader.authors.orders, strict=True):
            names = found["author"]
            names[names.index(str(column))] += f", with names as {order.value}"
        return found | ({"not used": [*map(str, self.table.ignored)]} if self.table.ignored else {})


def first_look(
    table: Table,
    *,
    order: Order | None = None,
    separator: str | None = None,
    also_books: frozenset[str] = frozenset(),
) -> FirstLook:
    """`order` and `separator` are of the authors' names in a cell; None is recognised."""
    authors = Authors(table.columns.get("author", ()), order, separator)
    reader = BookReader(table.columns, authors, also_books)
    rows = 0
    for rows, row in enumerate(table, 1):  # noqa: B007
        reader.look_at(row)
    return FirstLook(table=table, reader=reader, rows=rows, samples=[*islice(_books(table, reader), SAMPLES)])


def _books(table: Table, reader: BookReader) -> Iterator[BookRow]:
    for row in table:
        try:
            yield reader.read(row)
        except (NotABook, Unusable):
            continue
