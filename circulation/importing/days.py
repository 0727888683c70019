"""Days as files have them: which of two numbers is the month is told by all cells, or asked for."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

from django.utils.translation import gettext as _

from library_site.tables import NotATable


class DayOrder(Enum):
    """What comes first where days are written with strokes: 31/12/2026, or 12/31/2026."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class OrderUnknown(NotATable):
    """No cell tells whether days or months come first."""


_MONTHS = (
    *("jan ene", "feb fev", "mar mrz", "apr avr abr", "may mai", "jun juin"),
    *("jul juil", "aug aou ago", "sep set", "oct okt", "nov", "dec dez dic"),
)
_NUMBER_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_ISO_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")
_DOTS = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4}|\d\d)")
_STROKES = re.compile(r"(\d{1,2})\s*[/-]\s*(\d{1,2})\s*[/-]\s*(\d{4}|\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]+(?:de )?([^\W\d]+)\.?,?[\s-]+(?:de )?(\d{4})")
_MONTH_DAY = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_TIME = re.compile(r"[T ]\d{1,2}:\d\d.*$")
_SERIAL = re.compile(r"[1-9]\d{4}(?:[.,]0+)?")
_SERIAL_BEGINS = date(1899, 12, 30)
_ACCENTS = str.maketrans("äéèûó", "aeeuo")


class Days:
    """The cells of a file that have days. `order` is what somebody says of them."""

    def __init__(self, order: DayOrder | None = None) -> None:
        self.order = order
        self._says: set[DayOrder] = set()
        self._example = ""

    def look_at(self, cells: Iterable[str]) -> None:
        for cell in cells:
            if found := _STROKES.fullmatch(_TIME.sub("", cell)):
                self._note(int(found[1]), int(found[2]), cell)

    def _note(self, first: int, second: int, cell: str) -> None:
        if first > 12 or second > 12:
            self._says.add(DayOrder.DAY_FIRST if first > 12 else DayOrder.MONTH_FIRST)
        elif first != second:
            self._example = self._example or cell

    def decide(self) -> None:
        """Once all cells were looked at. Raises OrderUnknown."""
        if self.order is None and self._example and len(self._says) != 1:
            raise OrderUnknown(
                _(
                    "It cannot be told whether “{day}” begins with the day or with the month: say which, with "
                    "--day-order dmy or --day-order mdy."
                ).format(day=self._example)
            )
        self.order = self.order or next(iter(self._says), DayOrder.DAY_FIRST)

    def read(self, cell: str, latest: date) -> date | None:
        """The day; None for what is none. A year of two digits is the last such year up to `latest`."""
        try:
            return self._read(_TIME.sub("", cell.strip()), latest)
        except (ValueError, OverflowError):
            return None

    def _read(self, cell: str, latest: date) -> date | None:
        if found := _ISO.fullmatch(cell) or _ISO_DIGITS.fullmatch(cell):
            return date(*map(int, found.groups()))
        if found := _DOTS.fullmatch(cell) or _STROKES.fullmatch(cell):
            return self._of_numbers(found, latest, has_dots="." in cell)
        if found := _DAY_MONTH.fullmatch(cell):
            return _of_words(found[1], found[2], found[3])
        if found := _MONTH_DAY.fullmatch(cell):
            return _of_words(found[2], found[1], found[3])
        return _SERIAL_BEGINS + timedelta(days=int(float(cell))) if _SERIAL.fullmatch(cell) else None

    def _of_numbers(self, found: re.Match[str], latest: date, *, has_dots: bool) -> date:
        day, month, year = map(int, found.groups())
        if self.order is DayOrder.MONTH_FIRST and not has_dots:
            day, month = month, day
        if len(found[3]) == 2:
            year += latest.year // 100 * 100
            year -= 100 if year > latest.year else 0
        return date(year, month, day)


def _of_words(day: str, month: str, year: str) -> date | None:
    word = month.casefold().translate(_ACCENTS)
    number = _NUMBER_OF.get(word[:4]) or _NUMBER_OF.get(word[:3])
    return date(int(year), number, int(day)) if number else None
