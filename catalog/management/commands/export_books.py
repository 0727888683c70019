"""The catalogue as a file. Adapter: it translates, nothing else."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from catalog.exporting.as_rows import csv_of
from catalog.reading.every_book import every_book, how_many_books
from library_site.exporting.command import ExportCommand


class Command(ExportCommand):
    help = (
        "Writes the books of the catalogue into a file: as CSV, of which import_books makes the same books again. "
        "A book that is missing is among them, as it may be found; one that is withdrawn is not, unless "
        f"--withdrawn is said. {ExportCommand.exit_status}"
    )
    things = "books"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--format", choices=("csv",), default="csv", help="Of the file (csv).")
        parser.add_argument(
            "--withdrawn",
            action="store_true",
            help="Books that are withdrawn, too. In CSV their status says so; an import adds them as available.",
        )

    def pieces(self, options: dict[str, Any]) -> Iterator[bytes]:
        which = {"withdrawn": options["withdrawn"]}
        return csv_of(self.with_progress(every_book(**which), how_many_books(**which)))
