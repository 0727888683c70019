"""A file of books, whatever it is: what goes through it, and what reads what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO
from weakref import finalize

from django.utils.translation import gettext as _

from catalog.marc.form import form_of
from catalog.text import search_words
from library_site.importing.imports import Reader, Source
from library_site.tables import NotATable, Options, open_table
from library_site.tables.names import ORDERS
from library_site.tables.text import copied

from .ours import OurAuthors, OurBookReader
from .people import Authors
from .rows import BookReader, BookRow
from .vocabulary import VOCABULARY


@dataclass(frozen=True, kw_only=True)
class BookOptions(Options):
    """What somebody says of a file of books, too. `author_order`: one of ORDERS. `media` are imported as books."""

    author_order: str | None = None
    author_separator: str | None = None
    media: Sequence[str] = ()


def open_books(file: BinaryIO, options: BookOptions | None = None) -> tuple[Source, Reader[BookRow]]:
    """Recognise a file of rows (a `Table`) or of records (a `MarcFile`), which stays open. It may be a pipe.

    Raises NotATable.
    """
    options = options or BookOptions()
    if file.seekable():
        return _recognised(file, options)
    copy = copied(file)
    try:
        source, reader = _recognised(copy, options)
    except NotATable:
        copy.close()
        raise
    finalize(source, copy.close)
    return source, reader


def _recognised(file: BinaryIO, options: BookOptions) -> tuple[Source, Reader[BookRow]]:
    media = frozenset("".join(search_words(word)) for word in options.media)
    if form_of(file):
        return _opened_marc(file, options, media)
    table = open_table(file, VOCABULARY, options)
    if table.is_ours and options.author_order is options.author_separator is None:
        return table, OurBookReader(table.columns, OurAuthors(table.columns.get("author", ())))
    order = ORDERS.get(options.author_order or "")
    authors = Authors(table.columns.get("author", ()), order, options.author_separator)
    return table, BookReader(table.columns, authors, media)


def _opened_marc(file: BinaryIO, options: BookOptions, media: frozenset[str]) -> tuple[Source, Reader[BookRow]]:
    from catalog.marc.file import open_marc

    from .marc_reader import MarcReader

    if options.columns or options.header is not None or options.delimiter:
        raise NotATable(_("It is a MARC file, which has no columns: leave out what is said of them."))
    return open_marc(file, options.encoding), MarcReader(media)
