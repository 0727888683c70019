"""The catalogue as a file. Adapter: it translates, nothing else."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from catalog.exporting.as_marc import marc_of, marcxml_of
from catalog.exporting.as_rows import csv_of
from catalog.models import Book
from catalog.reading.every_book import every_book, every_title, how_many_books
from library_site.exporting.command import ExportCommand

NAMED = 20
"""Titles that are named, of those that are left out."""


class Command(ExportCommand):
    help = (
        "Writes the books of the catalogue into a file, of which import_books makes the same books again: as CSV, a "
        "row for each; or as MARC 21 or MARCXML, a record for each title, with an item (952) for each copy. Books that "
        "came with a record get that one, with what the library has changed since: title, author, statement of "
        "responsibility, ISBN, shelf mark, items. (What is said of the condition is in CSV alone.) A book that is "
        "missing is among them, as it may be found; one that is withdrawn is not, unless --withdrawn is said. "
        f"{ExportCommand.exit_status}"
    )
    things = "books"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=("csv", "marc", "marcxml"), default="csv", help="Of the file (csv).")
        parser.add_argument(
            "--withdrawn",
            action="store_true",
            help="Books that are withdrawn, too: CSV says so in the status, MARC not. An import makes them available.",
        )

    def pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        self._too_long: list[str] = []
        which = {"withdrawn": options["withdrawn"]}
        total = how_many_books(**which)
        if options["format"] == "csv":
            return csv_of(self.with_progress(every_book(**which), total))
        titles = self.with_progress(every_title(**which), total, of=len)
        return marcxml_of(titles) if options["format"] == "marcxml" else marc_of(titles, self._leave_out)

    def _leave_out(self, books: Sequence[Book]) -> None:
        self.written -= len(books)
        self._too_long.append(f"{books[0].title} ({books[0].barcode})")

    def left_out(self) -> str:
        if not self._too_long:
            return ""
        more = f" … and {len(self._too_long) - NAMED} more" if len(self._too_long) > NAMED else ""
        return (
            "Left out, as their records are longer than MARC 21 can say (99,999 bytes, 9,999 of them in a field): "
            f"{'; '.join(self._too_long[:NAMED])}{more}. --format marcxml has them."
        )
