"""Every book of a file of rows into the catalogue, by AddNewBook. Adapter: it translates, nothing else."""

import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from os import W_OK, access
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from catalog.importing.fates import Became, Fate, Summary
from catalog.importing.first_look import FirstLook, first_look
from catalog.importing.imports import BookImport
from catalog.importing.rows import BookRow
from catalog.importing.vocabulary import VOCABULARY
from catalog.text import search_words
from library_site.cqrs import Actor, Context, dispatch_all, rehearse_all
from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.tables import NotATable, Options, Row, Table, open_table
from library_site.tables.fates import Fates
from library_site.tables.names import Order

_COLUMNS = ("title", "author", "isbn", "isbn13", "barcode", "shelf_mark", "condition", "copies", "medium")
_ORDERS = {"first-last": Order.FIRST_LAST, "last-first": Order.LAST_FIRST}
_NAMED = 20
"""Rows that are named on the terminal, of each kind; the report has them all."""


class Command(BaseCommand):
    help = (
        "Adds every book of a file of rows (CSV, TSV) that the library does not have yet. It says first what it took "
        "the file for, and reports on every row in a CSV file. It may be run again at any time. Exit status: 0 when "
        "every row was added or was there already, or is no book; 1 when rows were rejected (the others are imported), "
        "or the database fails (what comes before is imported); 2 for a usage error, and a file that is no table; 130 "
        "when it was interrupted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="A CSV or TSV file, as programs export it.")
        parser.add_argument("--dry-run", action="store_true", help="Say what an import would do, and do nothing.")
        parser.add_argument(
            "--report", metavar="FILE", type=Path, help="Of every row, CSV (beside FILE, FILE-report.csv)."
        )
        columns = parser.add_argument_group(
            "columns, by name or number; all are recognised, unless they are named here"
        )
        for meaning in _COLUMNS:
            columns.add_argument(VOCABULARY.option_for(meaning), metavar="NAME")
        told = parser.add_argument_group("what else is recognised, unless it is said here")
        told.add_argument(
            "--header", type=int, metavar="LINE", help="The line that names the columns; 0 when none does."
        )
        told.add_argument("--delimiter", metavar="CHARACTER", help="Between cells; \\t is a tab.")
        told.add_argument("--encoding", metavar="NAME", help="Of the file: utf-8, cp1252 …")
        told.add_argument("--author-order", choices=_ORDERS, help="Of the parts of an author's name.")
        told.add_argument(
            "--author-separator",
            metavar="TEXT",
            help="Between several authors in a cell; empty: the cell is one author.",
        )
        told.add_argument(
            "--media", metavar="WORD", action="append", default=[], help="A medium that is imported as a book, as DVD."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _opened(options["file"]) as file:
            try:
                table = open_table(file, VOCABULARY, _options(options))
            except NotATable as error:
                raise CommandError(str(error), returncode=2) from error
            look = first_look(
                table,
                order=_ORDERS.get(options["author_order"]),
                separator=options["author_separator"],
                also_books=frozenset("".join(search_words(word)) for word in options["media"]),
            )
            self.stdout.write("\n".join(_recognised(look)))
            self._import(look, _report_path(options["file"], options["report"]), dry_run=options["dry_run"])

    def _import(self, look: FirstLook, path: Path, *, dry_run: bool) -> None:
        """Import batch by batch until the end or Ctrl-C, and say what became of the rows, come what may."""
        named, summary = _Named(), Summary()
        with _written(path) as report, _interrupts() as caught:
            fates = Fates(report)
            rows = _until(caught, _with_progress(look.table))
            books = BookImport(look.reader, rehearse_all if dry_run else dispatch_all, _context)
            try:
                for some in books.fates(rows):
                    summary.count(some)
                    named.note(some)
                    for fate in some:
                        fates.add(fate.line, fate.became, _taken_for(fate.book), " ".join(map(_sentence, fate.remarks)))
            except DATABASE_OUTAGES as error:
                words = "The database does not answer, or somebody holds what this waits for. Run it again to go on."
                raise CommandError(words) from error
            finally:
                heading = "Nothing was imported: this is what an import would do.\n" if dry_run else ""
                self.stdout.write(f"\n{heading}{summary}\n{named}\nEvery row is in {path}")
        if caught:
            raise CommandError("Interrupted. Run it again to go on: it adds what is not there yet.", returncode=130)
        if rejected := summary.rows[Became.REJECTED]:
            others = "" if dry_run else " The others are in the library."
            raise CommandError(f"Rows that {'would be' if dry_run else 'were'} rejected: {rejected}.{others}")


class _Named:
    """The first rows of each kind that somebody should look at."""

    _HEADINGS = {
        Became.REJECTED: "Rejected",
        Became.NOT_A_BOOK: "Not books",
        Became.ADDED: "Remarks on rows that were added",
    }

    def __init__(self) -> None:
        self.lines: dict[Became, list[str]] = {became: [] for became in self._HEADINGS}
        self.more = dict.fromkeys(self._HEADINGS, 0)

    def note(self, fates: Iterable[Fate]) -> None:
        for fate in fates:
            for remark in fate.remarks:
                if len(self.lines[fate.became]) < _NAMED:
                    self.lines[fate.became].append(f"  line {fate.line}: {_printable(remark)}")
                else:
                    self.more[fate.became] += 1

    def __str__(self) -> str:
        said = []
        for became, heading in self._HEADINGS.items():
            if lines := self.lines[became]:
                more = [f"  … and {self.more[became]} more"] if self.more[became] else []
                said += ["", f"{heading}:", *lines, *more]
        return "\n".join([*said, ""])


def _recognised(look: FirstLook) -> Iterator[str]:
    """What a file was taken for, in lines, with its first books."""
    yield look.file
    for what, columns in look.columns.items():
        yield f"  {what:<12} {_printable(', '.join(columns))}"
    yield from look.table.remarks
    yield "The first books:" if look.samples else "There is no book in it."
    for book in look.samples:
        yield f"  {_printable(_in_short(book))}"


def _in_short(book: BookRow) -> str:
    more = (book.isbn.number, book.barcode and f"barcode {book.barcode}", book.shelf_mark and f"at {book.shelf_mark}")
    return " · ".join(filter(None, (_taken_for(book), *more)))


def _taken_for(book: BookRow | None) -> str:
    return " / ".join(filter(None, (book.title, book.author))) if book else ""


def _sentence(remark: str) -> str:
    return f"{remark[:1].upper()}{remark[1:].rstrip('.')}."


def _printable(text: str) -> str:
    """What a terminal would obey instead of showing is left out."""
    return "".join(character if character.isprintable() else " " for character in text)


def _options(options: dict[str, Any]) -> Options:
    return Options(
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        header=options["header"],
        columns={meaning: name for meaning in _COLUMNS if (name := options[f"{meaning}_column"]) is not None},
    )


def _context() -> Context:
    return Context(actor=Actor.system("cli"), source="cli")


def _opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error


def _report_path(path: Path, given: Path | None) -> Path:
    """Beside the file, or in the current folder, where nobody may write there."""
    name = f"{path.stem}-report.csv" if path.is_file() else "import-report.csv"
    beside = path.parent / name
    report = given or (beside if path.is_file() and access(path.parent, W_OK) else Path(name))
    if report.exists() and path.exists() and report.samefile(path):
        raise CommandError(f"{report} is the file itself: name another one with --report.", returncode=2)
    return report


def _written(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Name another file with --report."
        raise CommandError(message, returncode=2) from error


def _until(caught: list[int], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        if caught:
            return


def _with_progress(table: Table) -> Iterator[Row]:
    """The rows, with a bar on standard error, if that is a terminal, of how much of the file is done."""
    bar = "{l_bar}{bar}| {elapsed}<{remaining}"
    with tqdm(total=table.size, bar_format=bar, disable=None, file=sys.stderr) as progress:
        for number, row in enumerate(table, 1):
            yield row
            progress.set_description(f"{number:,} rows", refresh=False)
            progress.update(table.position - progress.n)


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Ctrl-C within is noted in the list, so that the books in hand are finished; a second one breaks off."""
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
