"""The ISBN in a cell, whatever stands around it."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from operator import mul

from django.utils.translation import gettext as _

from catalog.policies import check_digit_13
from library_site.cqrs.validation import in_keys

from .numbers import fills_a_field, isbn_of_a_book, says_something, what_it_is

FLOATING_POINT = re.compile(r"\s*(\d)(?:[.,](\d+))?[eE]\+?(\d+)\s*", re.ASCII)
ISBN_10 = re.compile(r"\d{6,9}[\dXx]", re.ASCII)
"""All of it, or without the zeros at its front."""

_WEIGHTS = range(2, 11)
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_WORD_ISBN = re.compile(r"(?i)\be?isbn(?:[-_ ]?1[03](?!\d))?|isbn(?=\d)")
_POINT_ZERO = re.compile(r"(?<=\d)[.,]0+(?![\d.,])")
_WHOLE = re.compile(r"(?<![^\W_])(97[89](?:[- ]?\d){10}|\d(?:[- ]?\d){8}[- ]?[\dXx])(?![^\W_])")
_NINE = re.compile(r"\W*(?:S?BN\W+)?(\d(?:[- ]?\d){7}[- ]?[\dXx])(?![^\W_])")
_SHORT = re.compile(r"\D?(\d{6,7}[\dXx])\D?")


@dataclass(frozen=True)
class Cell:
    """The ISBNs of so many books; else what may be one without its zeros; else what it is. `floating`: its number."""

    isbns: tuple[str, ...] = ()
    repaired: bool = False
    short: str = ""
    floating: str = ""
    what: str = ""

    def may_be(self, number: str) -> bool:
        """Whether it says the same as this ISBN."""
        return number in self.isbns or (self.short != "" and padded(self.short) == number)


@lru_cache(1000)
def read_cell(cell: str, says_isbn: bool) -> Cell | None:
    """What is in a cell, under a header that says ISBN or does not; None when it is empty."""
    if not cell:
        return None
    if floating := FLOATING_POINT.fullmatch(cell):
        return _of_floating_point(cell, floating)
    if ISBN_10.fullmatch(cell):
        return _of_digits(cell, says_isbn)
    whole = isbn_of_a_book(cell) if len(cell) == 13 else None
    return Cell((whole,)) if whole else _of_text(cell, says_isbn)


def _of_text(cell: str, says_isbn: bool) -> Cell:
    seen = _seen(cell)
    undone = _POINT_ZERO.sub("", seen)
    text = _WORD_ISBN.sub(" ", undone)
    if numbers := dict.fromkeys(filter(None, map(isbn_of_a_book, _WHOLE.findall(text)))):
        return Cell(tuple(numbers), repaired=undone != seen)
    nine = _NINE.match(text)
    if nine and (found := _of_digits(re.sub("[- ]", "", nine[1]), says_isbn)).isbns:
        return found
    return _of_digits(text.strip(), says_isbn)


def _of_floating_point(cell: str, found: re.Match[str]) -> Cell:
    """One that has all of its 13 digits is undone."""
    digits = f"{found[1]}{found[2] or ''}"
    if len(digits) == 13 and found[3] == "12" and (number := isbn_of_a_book(digits)):
        return Cell((number,), repaired=True)
    return Cell(floating=cell.strip(), what=_("in floating point: its last digits are gone"))


def _of_digits(text: str, says_isbn: bool) -> Cell:
    """An ISBN-10; nine digits that pass as an SBN, which is one under a header that says ISBN; or none."""
    counts = len(text) == 10 or (says_isbn and len(text) == 9)
    if counts and ISBN_10.fullmatch(text) and (number := padded(text)):
        return Cell((number,), repaired=len(text) == 9)
    short = _SHORT.fullmatch(text)
    return Cell(short=short[1] if short else "", what=what_it_is(text) if says_something(text) else "")


def padded(short: str) -> str | None:
    """The ISBN-13 of the book that an ISBN-10 is of, with the zeros that it has lost.

    As isbn_of_a_book(), in a tenth of the time: most cells of a spreadsheet are so.
    """
    if not short or not passes(short) or fills_a_field(nine := short[:-1].zfill(9)):
        return None
    return f"978{nine}{check_digit_13(f'978{nine}')}"


def passes(isbn_10: str) -> bool:
    """Whether the check digit is right, with the zeros that are lost. Source: ISO 2108:1992, modulus 11."""
    last = 10 if isbn_10[-1] in "Xx" else int(isbn_10[-1])
    weighed: int = sum(map(mul, _WEIGHTS, map(int, isbn_10[-2::-1])))
    return (last + weighed) % 11 == 0


def _seen(cell: str) -> str:
    """The text of a cell, without what nobody sees and a formula's frame; its digits ASCII's, its dashes hyphens."""
    text = cell if cell.isascii() else _plain(cell)
    return text.strip().removeprefix("=").strip("\"' \t")


def _plain(cell: str) -> str:
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", in_keys(cell)))
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)
