"""The ISBN in the cells of a row: none is invented, and none is lost that is there."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from catalog.policies import canonical_isbn
from library_site.cqrs.validation import in_keys

from .numbers import isbn_of_a_book, says_something, what_it_is

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_WORD_ISBN = re.compile(r"(?i)\be?isbn(?:[-_ ]?1[03](?!\d))?|isbn(?=\d)")
_POINT_ZERO = re.compile(r"(?<=\d)[.,]0+(?![\d.,])")
_FLOATING_POINT = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+?(\d+)")
_WHOLE = re.compile(r"(?<![^\W_])(97[89](?:[- ]?\d){10}|\d(?:[- ]?\d){8}[- ]?[\dXx])(?![^\W_])")
_NINE = re.compile(r"\W*(?:S?BN\W+)?(\d(?:[- ]?\d){7}[- ]?[\dXx])(?![^\W_])")
_SHORT = re.compile(r"\D?(\d{6,7}[\dXx])\D?")


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


@dataclass(frozen=True)
class _Cell:
    """What a cell holds: the ISBNs of so many books; else what may be one without its zeros; else what it is."""

    isbns: tuple[str, ...] = ()
    repaired: bool = False
    short: str = ""
    floating: str = ""
    what: str = ""


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
            text = _POINT_ZERO.sub("", _seen(cells.get(name, "")))
            if re.fullmatch(r"\d{6,9}[\dXx]", text):
                seen[0] += 1
                seen[1] += len(text) == 10 and canonical_isbn(text) is not None
                seen[2] += len(text) == 9 and _padded(text) is not None
                seen[3] += text[0] == "0" and text.isdigit()
            elif not _FLOATING_POINT.fullmatch(text) and says_something(text):
                seen[0] += 1

    def lost_zeros(self, name: str) -> bool:
        filled, whole, nine, with_zero = self._seen[name]
        return filled >= self.ENOUGH and bool(whole and nine) and not with_zero and whole + nine >= 0.8 * filled

    def read(self, cells: Mapping[str, str]) -> Isbn:
        """The ISBN of a row. One that stands whole in its cell goes before one that was repaired.

        Of two alike the first column's is taken, with a remark. There is a remark for every cell that was left out,
        but none for one that says that there is none, nor of floating point beside an ISBN.
        """
        read = {name: _read(cells.get(name, ""), says) for name, says in self.says_isbn.items()}
        found = {name: cell for name, cell in read.items() if len(cell.isbns) == 1}
        if found:
            return _chosen(found, read, cells)
        restored = (_restored(name, cell.short, read, self.lost_zeros(name)) for name, cell in read.items())
        return next(filter(None, restored), None) or Isbn(remarks=_left_out(read, cells))


def _chosen(found: Mapping[str, _Cell], read: Mapping[str, _Cell], cells: Mapping[str, str]) -> Isbn:
    chosen = min(found.values(), key=lambda cell: cell.repaired)
    number = chosen.isbns[0]
    others = {name: cell for name, cell in read.items() if number not in {*cell.isbns, _padded(cell.short)}}
    remarks = _left_out({name: cell for name, cell in others.items() if name not in found and not cell.floating}, cells)
    if others.keys() & found.keys():
        both = " and ".join(f"{name} {cell.isbns[0]}" for name, cell in found.items())
        remarks += (f"{both} differ: {number} was taken",)
    return Isbn(number=number, repaired=chosen.repaired, remarks=remarks)


def _restored(name: str, short: str, read: Mapping[str, _Cell], lost_zeros: bool) -> Isbn | None:
    """With its zeros: certain where another cell has its first digits, in floating point; not where that differs."""
    number = _padded(short)
    if number is None:
        return None
    agree = [_agree(cell.floating, number) for cell in read.values() if cell.floating]
    if any(agree):
        return Isbn(number=number, repaired=True)
    if False in agree or not lost_zeros:
        return None
    remark = f"{name} “{short}” was taken for {number}: its column has lost its zeros"
    return Isbn(number=number, repaired=True, certain=False, remarks=(remark,))


def _agree(floating: str, number: str) -> bool | None:
    """Whether a number is as large as one that was rounded; None where too few of its digits are left to say."""
    found = _FLOATING_POINT.fullmatch(floating)
    digits = f"{found[1]}{found[2] or ''}" if found else ""
    if len(digits) < 10 or not found or found[3] != "12":
        return None
    return bool(abs(int(digits.ljust(13, "0")[:13]) - int(number)) <= 10 ** (13 - min(13, len(digits))))


def _left_out(read: Mapping[str, _Cell], cells: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name} “{_short_of(cells.get(name, ''))}” was left out: {what}"
        for name, cell in read.items()
        if (what := _what(cell))
    )


def _what(cell: _Cell) -> str:
    if len(cell.isbns) > 1:
        count = "two" if len(cell.isbns) == 2 else str(len(cell.isbns))
        return f"ISBNs of {count} books: {', '.join(cell.isbns)}"
    return cell.what


def _short_of(text: str) -> str:
    plain = " ".join(in_keys(text).split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"


@lru_cache(1000)
def _read(cell: str, says_isbn: bool) -> _Cell:
    """What is in a cell, under a header that says ISBN or does not."""
    text = _POINT_ZERO.sub("", _seen(cell))
    if floating := _FLOATING_POINT.fullmatch(text):
        exact = f"{floating[1]}{floating[2] or ''}"
        if len(exact) == 13 and floating[3] == "12" and (number := isbn_of_a_book(exact)):
            return _Cell((number,), repaired=True)
        return _Cell(floating=text, what="in floating point: its last digits are gone")
    text = _WORD_ISBN.sub(" ", text)
    if numbers := tuple(dict.fromkeys(filter(None, map(isbn_of_a_book, _WHOLE.findall(text))))):
        return _Cell(numbers, repaired=text != _WORD_ISBN.sub(" ", _seen(cell)))
    if says_isbn and (nine := _NINE.match(text)) and (number := _padded(nine[1])):
        return _Cell((number,), repaired=True)
    short = _SHORT.fullmatch(text.strip())
    return _Cell(short=short[1] if short else "", what=what_it_is(text) if says_something(text) else "")


def _seen(cell: str) -> str:
    """The text of a cell, without what nobody sees and a formula's frame; its digits ASCII's, its dashes hyphens."""
    text = cell if cell.isascii() else _plain(cell)
    return text.strip().removeprefix("=").strip("\"' \t")


def _plain(cell: str) -> str:
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", in_keys(cell)))
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def _padded(short: str) -> str | None:
    digits = re.sub("[- ]", "", short)
    return isbn_of_a_book(digits.zfill(10)) if digits else None
