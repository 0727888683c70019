"""The rows of lines of text. A bad row costs itself alone: what comes after it is read as if it were not there."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from library_site.cqrs.texts import grouped

from .layout import Layout

LONGEST_CELL = 10_000
"""Characters. What is longer is no cell, but damage."""

MOST_CELLS = 1_000
"""Of a row. What has more is no table that anybody keeps of books or people, and each column is looked at."""

_MOST_LINES = 500
_MOST_CHARACTERS = 1 << 17
"""What one row may have: a quotation mark that nobody closes would take all that follows into one cell."""

_WHOLE = 5
"""Lines after which it is known whether the rows of a file have all their cells."""

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class RawRow(NamedTuple):
    """Cells as the file has them, and the line on which they start; or what is wrong with them."""

    line: int
    cells: list[str]
    problem: str = ""


class _Endless(Exception):
    """A row goes on for longer than rows do."""


class _Lines:
    """Lines that are handed out for a row, and taken back when it is bad."""

    def __init__(self, lines: Iterable[str], number: int) -> None:
        self.number = number
        self.taken: list[str] = []
        self.ragged = False
        self.doubtful = False
        self._lines = iter(lines)
        self._back: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        taken, back, lines = self.taken, self._back, self._lines
        while True:
            if taken and (len(taken) >= _MOST_LINES or sum(map(len, taken)) > _MOST_CHARACTERS):
                raise _Endless
            line = back.popleft() if back else next(lines, None)
            if line is None:
                return
            taken.append(line)
            yield line

    def done(self, count: int) -> int:
        """The row in hand has so many of the lines taken: give the number of its first; the others are taken back."""
        start = self.number
        self._back.extendleft(reversed(self.taken[count:]))
        self.taken.clear()
        self.number += count
        return start


def raw_rows(lines: Iterable[str], layout: Layout, number: int = 1) -> Iterator[RawRow]:
    """Every row that is not a blank line; cells may span lines. `number` is that of the first line."""
    source = _Lines(lines, number)
    damage = (csv.Error, _Endless)  # here: who ends with the process is asked when the module has gone already
    while True:
        try:
            yield from _rows_up_to_damage(source, layout)
        except damage:
            yield _damaged(source, layout)
        else:
            return


def _rows_up_to_damage(lines: _Lines, layout: Layout) -> Iterator[RawRow]:
    taken = lines.taken
    for cells in layout.reader(lines):
        if len(taken) > 1 and _swallowed_others(lines, cells, layout):
            raise csv.Error
        problem = _problem(taken, cells, layout.width)
        if len(cells) != layout.width or lines.doubtful:
            problem = problem or _doubt(lines, cells, layout.width)
        start = lines.done(len(taken))
        if cells:
            yield RawRow(start, cells, problem)


def _damaged(lines: _Lines, layout: Layout) -> RawRow:
    """The first of the lines taken, alone: whole, if it can be mended."""
    line = lines.taken[0]
    cells = layout.mended(line)
    problem = _problem([line], cells, layout.width) if cells else _why(line)
    if problem and not lines.ragged:
        lines.doubtful = line.count('"') % 2 == 1
    return RawRow(lines.done(1), cells, problem)


def _swallowed_others(lines: _Lines, cells: list[str], layout: Layout) -> bool:
    """Whether a cell that was not closed took whole rows: they are, each for itself, what this one is not."""
    between = lines.taken[1:-1]
    if not between or lines.ragged or len(cells) == layout.width or not layout.width:
        return False
    return all(len(layout.split(line)) == layout.width for line in between)


def _problem(taken: list[str], cells: list[str], width: int) -> str:
    text = taken[0] if len(taken) == 1 else "".join(taken)
    if "\0" in text or not (text.isascii() or _NO_TEXT.search(text) is None):
        return _("It has bytes that are no text in the file's encoding.")
    if len(text) > LONGEST_CELL and max(map(len, cells), default=0) > LONGEST_CELL:
        return _why(text)
    if len(cells) > MOST_CELLS:
        message = _("It has {number} cells, and no row has more than {most}.")
        return message.format(number=grouped(len(cells)), most=grouped(MOST_CELLS))
    if width and len(cells) > width and any(cell.strip() for cell in cells[width:]):
        return _("It has {number} cells, for {columns} columns.").format(number=len(cells), columns=width)
    return ""


def _doubt(lines: _Lines, cells: list[str], width: int) -> str:
    """What follows a bad row that was not closed is its rest, as long as it is no whole row."""
    if lines.doubtful and cells and (len(cells) != width or "".join(lines.taken).count('"') % 2):
        return _("It seems to be the rest of the bad row above.")
    if 1 < len(cells) < width and not lines.ragged and lines.number > _WHOLE and lines.taken[-1][-1] not in "\r\n":
        return _("The file ends in the middle of it.")
    if cells:
        lines.doubtful = False
        lines.ragged |= len(cells) < width
    return ""


def _why(line: str) -> str:
    if len(line) > LONGEST_CELL:
        return _("It has a cell of more than {number} characters.").format(number=grouped(LONGEST_CELL))
    return "A quotation mark in it stands where none may, or is not closed."
