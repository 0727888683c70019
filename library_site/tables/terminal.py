"""What an import says on a terminal: what a file was taken for, a bar, and what became of the rows; and Ctrl-C."""

import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader
from os import W_OK, access
from pathlib import Path
from typing import Protocol, TextIO

from django.core.management.base import CommandError
from tqdm import tqdm

from .header import printable
from .table import Row, Table

NAMED = 20
"""Rows that are named, of each kind; the report has them all."""

Figures = Mapping[str, str]
"""What a row may become, or what else may be done with it, and the words for it beside the number."""

_CALLED = {"utf-8": "UTF-8", ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class Fate(Protocol):
    """What became of the row that starts on `line`; `also` is what else was done with it."""

    @property
    def line(self) -> int: ...
    @property
    def became(self) -> str: ...
    @property
    def taken_for(self) -> str: ...
    @property
    def remarks(self) -> Sequence[str]: ...
    @property
    def also(self) -> str: ...


class Said:
    """What became of the rows: how many, and the first of each kind that somebody should look at.

    What else was done with a row (`also`) is counted below those that were added.
    """

    def __init__(self, figures: Figures, headings: Mapping[str, str]) -> None:
        self.figures, self.headings = figures, headings
        self.rows: Counter[str] = Counter()
        self._also: Counter[str] = Counter()
        self._lines: dict[str, list[str]] = {became: [] for became in headings}

    def count(self, fates: Iterable[Fate]) -> None:
        for fate in fates:
            self.rows[fate.became] += 1
            self._also[fate.also] += 1
            if fate.became in self._lines:
                self._lines[fate.became] += [f"  line {fate.line}: {printable(remark)}" for remark in fate.remarks]

    def __str__(self) -> str:
        counted = self.rows | self._also
        figures = [("Rows read", self.rows.total()), *((text, counted[name]) for name, text in self.figures.items())]
        lines = [f"{what:<36}{number:>9}" for what, number in figures]
        for became, heading in self.headings.items():
            if named := self._lines[became]:
                more = [f"  … and {len(named) - NAMED} more"] if len(named) > NAMED else []
                lines += ["", f"{heading}:", *named[:NAMED], *more]
        return "\n".join([*lines, ""])


def recognised(table: Table, rows: int) -> Iterator[str]:
    """What a file was taken for, in lines."""
    export = f"{table.export.name} export, " if table.export else ""
    encoding, delimiter = (_CALLED.get(each, each) for each in (table.encoding, table.delimiter))
    where = f"the columns are named on line {line}" if (line := table.header.line) else "no line names the columns"
    yield f"{export}{rows:,} rows, {encoding}, {delimiter} between cells, {where}."
    columns = {meaning.replace("_", " "): [*map(str, found)] for meaning, found in table.columns.items()}
    for what, names in (columns | ({"not used": [*map(str, table.ignored)]} if table.ignored else {})).items():
        yield f"  {what:<12} {printable(', '.join(names))}"
    yield from table.remarks


def sentence(remark: str) -> str:
    return f"{remark[:1].upper()}{remark[1:].rstrip('.')}."


def opened(path: Path) -> BufferedReader:
    try:
        return path.open("rb")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error


def report_path(path: Path, given: Path | None) -> Path:
    """Beside the file, or in the current folder, where nobody may write there."""
    name = f"{path.stem}-report.csv" if path.is_file() else "import-report.csv"
    beside = path.parent / name
    report = given or (beside if path.is_file() and access(path.parent, W_OK) else Path(name))
    if report.exists() and path.exists() and report.samefile(path):
        raise CommandError(f"{report} is the file itself: name another one with --report.", returncode=2)
    return report


def written(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}. Name another file with --report."
        raise CommandError(message, returncode=2) from error


def until(caught: list[int], rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        if caught:
            return


def with_progress(table: Table) -> Iterator[Row]:
    """The rows, with a bar on standard error, if that is a terminal, of how much of the file is done."""
    bar = "{l_bar}{bar}| {elapsed}<{remaining}"
    with tqdm(total=table.size, bar_format=bar, disable=None, file=sys.stderr) as progress:
        for number, row in enumerate(table, 1):
            yield row
            progress.set_description(f"{number:,} rows", refresh=False)
            progress.update(table.position - progress.n)


@contextmanager
def interrupts() -> Iterator[list[int]]:
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
