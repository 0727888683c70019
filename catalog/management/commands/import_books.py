"""Every book of a file of rows into the catalogue, by AddNewBook. Adapter: it translates, nothing else."""

from collections.abc import Mapping
from typing import Any

from catalog.importing.imports import BOOKS, REPAIRED, UNCERTAIN, WITHOUT_ISBN, BookImport
from catalog.importing.ours import OurAuthors, OurBookReader
from catalog.importing.people import Authors
from catalog.importing.rows import BookReader
from catalog.importing.vocabulary import VOCABULARY
from catalog.text import search_words
from library_site.importing.command import ImportCommand
from library_site.importing.fates import Became
from library_site.tables import Column, Table
from library_site.tables.names import ORDERS


class Command(ImportCommand):
    help = (
        f"Adds every book of a file of rows (CSV, TSV) that the library does not have yet. {ImportCommand.exit_status}"
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

    def reader_of(self, table: Table, options: dict[str, Any]) -> BookReader:
        order, separator = ORDERS.get(options["author_order"]), options["author_separator"]
        if table.is_ours and order is separator is None:
            return OurBookReader(table.columns, OurAuthors(table.columns.get("author", ())))
        authors = Authors(table.columns.get("author", ()), order, separator)
        return BookReader(table.columns, authors, frozenset("".join(search_words(word)) for word in options["media"]))

    def notes(self, reader: BookReader) -> Mapping[Column, str]:
        return reader.authors.notes
