"""A file of books, whatever it is: what goes through it, and what reads what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from catalog.text import search_words
from library_site.tables import Options, Table, open_table
from library_site.tables.names import ORDERS

from .people import Authors
from .rows import BookReader
from .vocabulary import VOCABULARY


@dataclass(frozen=True, kw_only=True)
class BookOptions(Options):
    """What somebody says of a file of books, too. `author_order`: one of ORDERS. `media` are imported as books."""

    author_order: str | None = None
    author_separator: str | None = None
    media: Sequence[str] = ()


def open_books(file: BinaryIO, options: BookOptions | None = None) -> tuple[Table, BookReader]:
    """Recognise a file, which stays open. Raises NotATable."""
    options = options or BookOptions()
    table = open_table(file, VOCABULARY, options)
    order = ORDERS.get(options.author_order or "")
    authors = Authors(table.columns.get("author", ()), order, options.author_separator)
    return table, BookReader(table.columns, authors, frozenset("".join(search_words(word)) for word in options.media))
