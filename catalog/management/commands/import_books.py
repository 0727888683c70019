"""Every book of a CSV file into the catalogue, each by AddNewBook. Adapter: it translates, nothing else."""

import os
import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAlreadyInCatalogue
from catalog.management.book_rows import BookRow, Sheet, Unusable
from catalog.management.csv_rows import Malformed, rows
from catalog.management.import_report import ImportReport
from library_site.cqrs import Actor, Context, DomainError, dispatch

Row = tuple[int, list[str]]


class Command(BaseCommand):
    help = (
        "Adds every book of a CSV file that the library does not have yet, and reports on every row. It may be run "
        "again at any time. Exit status: 0 when every row was added or was there already; 1 when rows were rejected "
        "(the others are imported) or the file is malformed (what comes before is imported); 2 for a usage error; "
        "130 when it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="A CSV file; its first row names the columns.")
        columns = parser.add_argument_group("columns, by name")
        columns.add_argument("--title-column", metavar="NAME", default="title", help="(%(default)s)")
        columns.add_argument("--author-column", metavar="NAME", default="authors", help="(%(default)s)")
        columns.add_argument("--isbn-column", metavar="NAME", help="(isbn, if there is one)")
        columns.add_argument("--isbn13-column", metavar="NAME", help="(isbn13, if there is one)")
        parser.add_argument("--delimiter", type=_delimiter, default=",", help="Between cells; \\t is a tab (,).")
        parser.add_argument("--encoding", type=_encoding, default="utf-8-sig", help="Of the file (%(default)s).")
        parser.add_argument(
            "--author-separator",
            metavar="TEXT",
            default=",",
            help="Between several authors in a cell, of whom the first is taken (%(default)s); "
            "empty: the cell is one author.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _opened(options["file"]) as file:
            text = TextIOWrapper(file, encoding=options["encoding"], errors="surrogateescape", newline="")
            try:
                lines = rows(text, delimiter=options["delimiter"])
                sheet = _sheet(next(lines, (1, []))[1], options)
                interrupted, report = self._import(_with_progress(lines, file), sheet)
            except Unusable as error:
                raise CommandError(str(error), returncode=2) from error
            except Malformed as error:
                raise CommandError(str(error)) from error
        if interrupted:
            raise CommandError("Interrupted. Run it again to go on: it adds what is not there yet.", returncode=130)
        if report.rejected:
            raise CommandError(f"Rows that were rejected: {len(report.rejected)}. The others are in the library.")

    def _import(self, lines: Iterator[Row], sheet: Sheet) -> tuple[bool, ImportReport]:
        """Import row by row until the end or Ctrl-C (then it is True), and print the report, come what may."""
        report = ImportReport()
        try:
            with _interrupts() as caught:
                for line, row in lines:
                    _import_row(line, row, sheet, report)
                    if caught:
                        break
            return bool(caught), report
        finally:
            self.stdout.write(str(report))


def _import_row(line: int, row: list[str], sheet: Sheet, report: ImportReport) -> None:
    try:
        book = sheet.read(row)
        _add(book)
    except BookAlreadyInCatalogue:
        report.already_there += 1
    except DomainError as refusal:
        report.reject(line, refusal.message)
    except Unusable as error:
        report.reject(line, str(error))
    else:
        report.add(line, book.isbn)


def _add(book: BookRow) -> None:
    command = AddNewBook(title=book.title, author_name=book.author, isbn=book.isbn.number, only_if_new=True)
    dispatch(command, Context(actor=Actor.system("cli"), source="cli"))


def _sheet(header: list[str], options: dict[str, Any]) -> Sheet:
    """The columns as the header names them. Raises Unusable when it lacks one that is needed or was asked for."""
    if not header:
        raise Unusable("The file is empty: its first row is to name the columns.")
    names = [name.strip() for name in header]
    isbns = [
        options[option] or default
        for option, default in (("isbn_column", "isbn"), ("isbn13_column", "isbn13"))
        if options[option] or default in names
    ]
    return Sheet(
        header=names,
        title=options["title_column"],
        author=options["author_column"],
        isbns=tuple(isbns),
        author_separator=options["author_separator"],
    )


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error


def _with_progress(lines: Iterator[Row], file: BufferedReader) -> Iterator[Row]:
    """The rows, with a bar on standard error, if that is a terminal, of how much of the file is done."""
    size = os.fstat(file.fileno()).st_size if file.seekable() else None
    bar = "{l_bar}{bar}| {elapsed}<{remaining}" if size else None
    with tqdm(total=size, bar_format=bar, disable=None, file=sys.stderr) as progress:
        for number, row in enumerate(lines, 1):
            yield row
            progress.set_description(f"{number:,} rows", refresh=False)
            progress.update(file.tell() - progress.n if size else 1)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Ctrl-C within is noted in the list, so that the book in hand is finished; a second one breaks off."""
    caught: list[int] = []
    former = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: object) -> None:
        caught.append(number)
        signal.signal(signal.SIGINT, former)

    signal.signal(signal.SIGINT, note)
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, former)


def _delimiter(text: str) -> str:
    delimiter = text.replace("\\t", "\t")
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise ArgumentTypeError(f"{text!r} is not one character that can stand between cells.")
    return delimiter


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise ArgumentTypeError(f"{name!r} is not an encoding of text.") from error
    return name
