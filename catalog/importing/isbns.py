"""The ISBN of a row: none is invented, and none is lost that is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from library_site.cqrs.validation import in_keys

from .isbn_cells import FLOATING_POINT, ISBN_10, Cell, padded, passes, read_cell
from .numbers import says_something


@dataclass(frozen=True, kw_only=True)
class Isbn:
    """13 digits, or empty: there is none. `remarks` tell of what was left out, and of what is not certain.

    `repaired` is what a spreadsheet had changed, `certain` whether it can have been nothing else.
    """

    number: str = ""
    repaired: bool = False
    certain: bool = True
    remarks: tuple[str, ...] = ()


NO_ISBN = Isbn()


class IsbnColumns:
    """The columns of a file that may hold its ISBNs, and what they are like as a whole.

    Zeros that a spreadsheet took from the front of an ISBN-10 of 7 or 8 characters come back only where nearly all
    of its column are ISBN-10s, some whole and some without one zero, and no number begins with a zero; or where the
    digits that floating point has left of an ISBN-13 in the same row agree. Every ISSN, and one in eleven of all other
    numbers, would pass otherwise.
    """

    ENOUGH = 10
    """Cells that a column must have, for anything to be said of it as a whole."""

    def __init__(self, says_isbn: Mapping[str, bool]) -> None:
        """By name of column, whether its header says ISBN."""
        self.says_isbn = says_isbn
        self._seen = {name: [0, 0, 0, 0] for name in says_isbn}

    def look_at(self, cells: Mapping[str, str]) -> None:
        """Count the cells of a row: all, whole ISBN-10s, those without one zero, those with a zero in front."""
        for name, seen in self._seen.items():
            text = cells.get(name, "")
            if ISBN_10.fullmatch(text):
                seen[0] += 1
                seen[1] += len(text) == 10 and passes(text)
                seen[2] += len(text) == 9 and passes(text)
                seen[3] += text[0] == "0" and text.isdigit()
            elif text and not FLOATING_POINT.fullmatch(text) and says_something(text):
                seen[0] += 1

    def lost_zeros(self, name: str) -> bool:
        filled, whole, nine, with_zero = self._seen[name]
        return filled >= self.ENOUGH and bool(whole and nine) and not with_zero and whole + nine >= 0.8 * filled

    def read(self, cells: Mapping[str, str]) -> Isbn:
        """The ISBN of a row. One that stands whole in its cell goes before one that was repaired.

        Of two alike the first column's is taken, with a remark. There is a remark for every cell that was left out,
        but none for one that says that there is none, nor of floating point beside an ISBN.
        """
        read = {name: cell for name, says in self.says_isbn.items() if (cell := read_cell(cells.get(name, ""), says))}
        found = {name: cell for name, cell in read.items() if len(cell.isbns) == 1}
        if found:
            return _chosen(found, read, cells)
        restored = (_restored(name, cell.short, read, self.lost_zeros(name)) for name, cell in read.items())
        return next(filter(None, restored), None) or Isbn(remarks=_left_out(read, cells))


def _chosen(found: Mapping[str, Cell], read: Mapping[str, Cell], cells: Mapping[str, str]) -> Isbn:
    chosen = min(found.values(), key=lambda cell: cell.repaired)
    number = chosen.isbns[0]
    others = {name: cell for name, cell in read.items() if not (cell.floating or cell.may_be(number))}
    if not others:
        return Isbn(number=number, repaired=chosen.repaired)
    remarks = _left_out({name: cell for name, cell in others.items() if name not in found}, cells)
    if others.keys() & found.keys():
        both = _(" and ").join(
            _("{isbn} in {column}").format(isbn=cell.isbns[0], column=name) for name, cell in found.items()
        )
        remarks += (_("two ISBNs, {both}: {isbn} was taken").format(both=both, isbn=number),)
    return Isbn(number=number, repaired=chosen.repaired, remarks=remarks)


def _restored(name: str, short: str, read: Mapping[str, Cell], lost_zeros: bool) -> Isbn | None:
    """With its zeros: certain where another cell has its first digits, in floating point; not where that differs."""
    number = padded(short)
    if number is None:
        return None
    agree = [_agree(cell.floating, number) for cell in read.values() if cell.floating]
    if any(agree):
        return Isbn(number=number, repaired=True)
    if False in agree or not lost_zeros:
        return None
    remark = _("“{short}” in {column} was taken for {isbn}, as the column has lost its zeros").format(
        short=short, column=name, isbn=number
    )
    return Isbn(number=number, repaired=True, certain=False, remarks=(remark,))


def _agree(floating: str, number: str) -> bool | None:
    """Whether a number is as large as one that was rounded; None where too few of its digits are left to say."""
    found = FLOATING_POINT.fullmatch(floating)
    digits = f"{found[1]}{found[2] or ''}" if found else ""
    if not found or len(digits) < 10 or found[3] != "12":
        return None
    return bool(abs(int(digits.ljust(13, "0")[:13]) - int(number)) <= 10 ** (13 - min(13, len(digits))))


def _left_out(read: Mapping[str, Cell], cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        _("“{cell}” in {column} was left out: {what}").format(
            cell=_short_of(cells.get(name, "")), column=name, what=what
        )
        for name, cell in read.items()
        if (what := _what(cell))
    )


def _what(cell: Cell) -> str:
    if len(cell.isbns) > 1:
        count = _("two") if len(cell.isbns) == 2 else str(len(cell.isbns))
        return _("ISBNs of {number} books: {isbns}").format(number=count, isbns=", ".join(cell.isbns))
    return cell.what


def _short_of(text: str) -> str:
    plain = " ".join(in_keys(text).split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
