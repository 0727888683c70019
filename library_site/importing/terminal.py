"""What an import says on a terminal: what a file was taken for, a bar, and what became of the rows; and Ctrl-C."""

import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from os import W_OK, access
from pathlib import Path
from typing import TextIO

from django.core.management.base import CommandError
from tqdm import tqdm

from library_site.tables import Column, Table
from library_site.tables.header import printable

from .fates import Fate
from .imports import Numbered, Source

NAMED = 20
"""Rows that are named, of each kind; the report has them all."""

Figures = Mapping[str, str]
"""What a row may become, or what else may be done with it, and the words for it beside the number."""

_CALLED = {"utf-8": "UTF-8", ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


class Said:
    """What became of the rows: how many, and the first of each kind that somebody should look at.

    What else was done with a row (`also`) is counted below those that were added. `unit` is what the file numbers.
    """

    def __init__(self, figures: Figures, headings: Mapping[str, str], unit: str = "line") -> None:
        self.figures, self.headings, self.unit = figures, headings, unit
        self.rows: Counter[str] = Counter()
        self._also: Counter[str] = Counter()
        self._named: dict[str, list[str]] = {became: [] for became in headings}
        self._more: Counter[str] = Counter()

    def count(self, fates: Iterable[Fate]) -> None:
        for fate in fates:
            self.rows[fate.became] += 1
            self._also.update(fate.also)
            if fate.became in self._named:
                self._name(fate, self._named[fate.became])

    def _name(self, fate: Fate, named: list[str]) -> None:
        shown = fate.remarks[: NAMED - len(named)]
        place = f"{self.unit} {fate.line}"
        if self.unit != "line" and fate.taken_for:
            place += f", {printable(fate.taken_for[:60])}"
        named += [f"  {place}: {printable(remark)}" for remark in shown]
        self._more[fate.became] += len(fate.remarks) - len(shown)

    def __str__(self) -> str:
        counted = self.rows | self._also
        figures = [("Rows read", self.rows.total()), *((text, counted[name]) for name, text in self.figures.items())]
        lines = [f"{what:<36}{number:>9}" for what, number in figures]
        for became, heading in self.headings.items():
            if named := self._named[became]:
                more = [f"  … and {count} more"] if (count := self._more[became]) else []
                lines += ["", f"{heading}:", *named, *more]
        return "\n".join([*lines, ""])


def recognised(table: Table, rows: int, called: Mapping[str, str], notes: Mapping[Column, str]) -> Iterator[str]:
    """What a file was taken for, in lines. `called`: names of meanings; `notes`: how the cells of a column are read."""
    export = f"{table.export.name} export, " if table.export else ""
    encoding, delimiter = (_CALLED.get(each, each) for each in (table.encoding, table.delimiter))
    where = f"the columns are named on line {line}" if (line := table.header.line) else "no line names the columns"
    yield f"{export}{rows:,} rows, {encoding}, {delimiter} between cells, {where}."
    found: dict[str, list[str]] = {}
    for meaning, columns in table.columns.items():
        names = [f"{column}{notes.get(column, '')}" for column in columns]
        found.setdefault(called.get(meaning, meaning.replace("_", " ")), []).extend(names)
    for what, names in (found | ({"not used": [*map(str, table.ignored)]} if table.ignored else {})).items():
        yield f"  {what:<12} {printable(', '.join(names))}"
    yield from table.remarks


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


def until(caught: list[int], rows: Iterable[Numbered]) -> Iterator[Numbered]:
    for row in rows:
        yield row
        if caught:
            return


def with_progress(source: Source) -> Iterator[Numbered]:
    """The rows, with a bar on standard error, if that is a terminal, of how much of the file is done."""
    bar = "{l_bar}{bar}| {elapsed}<{remaining}"
    with tqdm(total=source.size, bar_format=bar, disable=None, file=sys.stderr) as progress:
        for number, row in enumerate(source, 1):
            yield row
            progress.set_description(f"{number:,} rows", refresh=False)
            progress.update(source.position - progress.n)


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Ctrl-C within is noted in the list, so that the rows in hand are finished; a second one breaks off."""
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
