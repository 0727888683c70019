"""How the cells of a file are told apart."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

DELIMITERS = (",", ";", "\t", "|")

_LONGEST_MENDED = 20_000


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
        """The cells of a line whose quotes are damaged, if it then has as many as a row has; else none.

        A quotation mark closes a cell only where a cell can end: `"The "Big" Two",Bo`. Where it does not close one, it
        is text, and has a partner.
        """
        text = line.rstrip("\r\n")
        if not self.quoted or len(text) > _LONGEST_MENDED:
            return []
        found = [*self._loose.finditer(text)]
        if not text.endswith(self.delimiter):
            found.pop()  # the empty one behind the last cell
        if len(found) != self.width or any(_is_open(cell["plain"]) for cell in found):
            return []
        return [cell["plain"] or re.sub(r'""|\\"', '"', cell["quoted"] or "") for cell in found]

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        delimiter = re.escape(self.delimiter)
        return re.compile(rf'(?:[ ]*"(?P<quoted>.*?)"[ ]*|(?P<plain>[^{delimiter}]*))(?:{delimiter}|$)')


def _is_open(plain: str | None) -> bool:
    return plain is not None and plain.lstrip().startswith('"') and plain.count('"') % 2 == 1


def has_quotes(lines: Iterable[str], delimiter: str) -> bool:
    """Whether quotation marks stand around cells, not in them, as these lines show.

    Where they are text, a cell goes on behind the second one: `"Yes," she said`. Where they are not, it has them twice.
    """
    start = f"(?:^|{re.escape(delimiter)})"
    inside = f'[^"{re.escape(delimiter)}]'
    as_text = re.compile(f'{start}"{inside}*"{inside.replace("]", chr(92) + "r" + chr(92) + "n]")}')
    around = re.compile(f'{start}"(?:{inside}*""{inside}*)+"(?:{re.escape(delimiter)}|[\r\n]|$)')
    marks = [line for line in lines if '"' in line]
    texts = sum(1 for line in marks if as_text.search(line))
    return not texts or sum(1 for line in marks if around.search(line)) > texts
