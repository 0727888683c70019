"""How the cells of a file are told apart."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DELIMITERS = (",", ";", "\t", "|")

_MOST_DELIMITERS_IN_CELLS = 200


@dataclass(frozen=True)
class Layout:
    """`width` is how many cells a row has; 0 is not known yet."""

    delimiter: str
    quoted: bool = True
    width: int = 0

    def reader(self, lines: Iterable[str]) -> Any:
        quoting: Any = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        return csv.reader(lines, delimiter=self.delimiter, quoting=quoting, strict=True, skipinitialspace=True)

    def split(self, line: str) -> list[str]:
        """The cells of one line; none when it is not CSV by itself."""
        try:
            return next(self.reader([line]), [])
        except csv.Error:
            return []

    def mended(self, line: str) -> list[str]:
        """The cells of a line with damaged quotes, if they are then as many as a row has; else none.

        A quotation mark closes a cell only where one can end: `"The "Big" Two",Bo`. Where none closes it, those in it
        are text, and come in pairs.
        """
        pieces = line.rstrip("\r\n").split(self.delimiter)
        if not self.quoted or len(pieces) > self.width + _MOST_DELIMITERS_IN_CELLS:
            return []
        cells: list[str] = []
        while pieces:
            count = _length_of_quoted(pieces)
            cell = self.delimiter.join(pieces[: count or 1]).strip(" ")
            if not count and cell.startswith('"') and cell.count('"') % 2:
                return []
            cells.append(re.sub(r'""|\\"', '"', cell[1:-1]) if count else cell)
            del pieces[: count or 1]
        return cells if len(cells) == self.width else []


def _length_of_quoted(pieces: list[str]) -> int:
    """Of how many pieces the cell in quotation marks is that begins here; 0 when none does, or nothing closes it."""
    first = pieces[0].strip(" ")
    if not first.startswith('"'):
        return 0
    if len(first) > 1 and first.endswith('"'):
        return 1
    return next((count for count, piece in enumerate(pieces[1:], 2) if piece.rstrip(" ").endswith('"')), 0)


def has_quotes(lines: Iterable[str], delimiter: str) -> bool:
    """Whether quotation marks stand around cells, not in them, as these lines show.

    Where they are text, a cell goes on behind the second one: `"Yes," she said`; or there is none.
    """
    edge = re.escape(delimiter)
    start, end = f"(?:^|{edge})", f"(?={edge}|[\r\n]|$)"
    around = re.compile(f'{start}"(?:[^"{edge}]|"")*"{end}')
    goes_on = re.compile(f'{start}"[^"{edge}]*"(?!["{edge}\r\n]|$)')
    opens, closes = re.compile(f'{start}"[^"{edge}\r\n]*{end}'), re.compile(f'[^"{edge}]*[^"{edge}]"{end}')
    marked = [line for line in lines if '"' in line]

    def count(kind: re.Pattern[str]) -> int:
        return sum(1 for line in marked if kind.search(line))

    closing = sum(1 for line in marked if closes.match(line))
    as_text = count(goes_on) + max(0, count(opens) - closing)
    return not as_text or count(around) > as_text
