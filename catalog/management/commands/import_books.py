"""Every book of a file of rows or records into the catalogue, by AddNewBook. Adapter: it translates, nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from catalog.importing.files import BookOptions, open_books
from catalog.importing.imports import BOOKS, REPAIRED, UNCERTAIN, WITHOUT_ISBN, BookImport
from catalog.importing.rows import BookReader, BookRow
from catalog.importing.vocabulary import VOCABULARY
from library_site.importing.command import ImportCommand
from library_site.importing.fates import Became
from library_site.importing.imports import Reader, Source
from library_site.tables import Column, Table
from library_site.tables.names import ORDERS


class Command(ImportCommand):
    kind = "BOOKS"
    help = (
        "Adds every book of a file of rows (CSV, TSV) or of MARC records (MARC 21, MARCXML, UNIMARC) that the library "
        f"does not have yet. {ImportCommand.exit_status}"
    )
    vocabulary, things, importer = VOCABULARY, "books", BookImport
    columns = ("title", "author", "isbn", "isbn13", "barcode", "shelf_mark", "condition", "copies", "medium")
    called = {
        "isbn13": "ISBN",
        "isbn": "ISBN",
        "others": "other people",
        "statement": "statement of responsibility",
        "first_name": "author",
        "last_name": "author",
    }
    figures = {
        Became.ADDED: "  added",
        BOOKS: "    books, with all copies",
        REPAIRED: "    with a repaired ISBN",
        UNCERTAIN: "      which is not certain",
        WITHOUT_ISBN: "    without an ISBN",
        Became.THERE: "  already there",
        BookImport.other: "  not a book",
        Became.REJECTED: "  rejected",
    }
    headings = {
        Became.REJECTED: "Rejected",
        BookImport.other: "Not books",
        Became.ADDED: "Remarks on rows that were added",
    }

    def add_more_arguments(self, told: Any) -> None:
        told.add_argument("--author-order", choices=ORDERS, help="Of the parts of an author's name.")
        told.add_argument(
            "--author-separator",
            metavar="TEXT",
            help="Between several authors in a cell; empty: the cell is one author.",
        )
        told.add_argument(
            "--media", metavar="WORD", action="append", default=[], help="A medium that is imported as a book, as DVD."
        )

    def opened(self, file: BinaryIO, options: dict[str, Any]) -> tuple[Source, Reader[BookRow]]:
        more = {name: options[name] for name in ("author_order", "author_separator", "media")}
        return open_books(file, BookOptions(**self.said(options), **more))

    def recognised(self, source: Any, reader: Any, rows: int) -> Iterator[str]:
        if isinstance(source, Table):
            return super().recognised(source, reader, rows)
        return iter([source.in_words(rows), *source.remarks])

    def notes(self, reader: BookReader) -> Mapping[Column, str]:
        return reader.authors.notes
