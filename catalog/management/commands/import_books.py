"""Every book of a CSV file into the catalogue, by AddNewBook, many at once. Adapter: it translates, nothing else."""

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
from django.db import OperationalError, reset_queries
from tqdm import tqdm

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded, BookAlreadyInCatalogue
from catalog.management.book_rows import BookRow, Sheet, Unusable
from catalog.management.csv_rows import Malformed, rows
from catalog.management.import_report import ImportReport
from library_site.cqrs import Actor, Context, DomainError, dispatch_all
from library_site.cqrs.answers import DATABASE_OUTAGES, is_locked

Row = tuple[int, list[str]]

BATCH = 500
"""Rows that are imported in one transaction: what a desk may have to wait for."""

ATTEMPTS = 8
"""How often they wait for what others hold, as long as the shell does: another import may be as long at work."""


class Command(BaseCommand):
    help = (
        "Adds every book of a CSV file that the library does not have yet, and reports on every row. It may be run "
        "again at any time. Exit status: 0 when every row was added or was there already; 1 when rows were rejected "
        "(the others are imported), the file is malformed or the database fails (what comes before is imported); 2 for "
        "a usage error; 130 when it was interrupted."
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
            except DATABASE_OUTAGES as error:
                words = "The database does not answer, or somebody holds what this waits for. Run it again to go on."
                raise CommandError(words) from error
        if interrupted:
            raise CommandError("Interrupted. Run it again to go on: it adds what is not there yet.", returncode=130)
        if report.rejected:
            raise CommandError(f"Rows that were rejected: {len(report.rejected)}. The others are in the library.")

    def _import(self, lines: Iterator[Row], sheet: Sheet) -> tuple[bool, ImportReport]:
        """Import batch by batch until the end or Ctrl-C (then it is True), and print the report, come what may."""
        report = ImportReport()
        try:
            with _interrupts() as caught:
                for batch in _batches(lines, caught):
                    _import(batch, sheet, report)
                    if caught:
                        break
            return bool(caught), report
        finally:
            self.stdout.write(str(report))


def _batches(lines: Iterator[Row], caught: list[int]) -> Iterator[list[Row]]:
    """The rows, some at a time; those before the file is malformed, or before Ctrl-C, too."""
    batch: list[Row] = []
    try:
        for row in lines:
            batch.append(row)
            if len(batch) == BATCH or caught:
                yield batch
                batch = []
    except Malformed:
        yield batch
        raise
    yield batch


def _import(batch: list[Row], sheet: Sheet, report: ImportReport) -> None:
    """Add the books of some rows, and say of each row in its order what became of it."""
    read = [(line, _read(row, sheet)) for line, row in batch]
    commands = [_command(book) for _, book in read if isinstance(book, BookRow)]
    answers = iter(_carried_out(commands))
    for line, book in read:
        if isinstance(book, Unusable):
            report.reject(line, str(book))
        elif not isinstance(answer := next(answers), DomainError):
            report.add(line, book.isbn)
        elif isinstance(answer, BookAlreadyInCatalogue):
            report.already_there += 1
        else:
            report.reject(line, answer.message)
    reset_queries()  # which Django keeps where DEBUG is set


def _carried_out(commands: list[AddNewBook], attempts: int = ATTEMPTS) -> list[BookAdded | DomainError]:
    """What became of each. Nobody sits at a counter here: who holds what they wait for is waited for again."""
    try:
        return dispatch_all(commands, Context(actor=Actor.system("cli"), source="cli"))
    except OperationalError as error:
        if attempts == 1 or not is_locked(error):
            raise
    return _carried_out(commands, attempts - 1)


def _read(row: list[str], sheet: Sheet) -> BookRow | Unusable:
    try:
        return sheet.read(row)
    except Unusable as error:
        return error


def _command(book: BookRow) -> AddNewBook:
    return AddNewBook(title=book.title, author_name=book.author, isbn=book.isbn.number, only_if_new=True)


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
