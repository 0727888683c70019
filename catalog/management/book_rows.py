"""What the rows of a spreadsheet say of books: only what is certain is repaired, and nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.policies import canonical_isbn
from library_site.cqrs.validation import as_seen

_LOST_ZEROS = re.compile(r"[0-9]{6,8}[0-9Xx]")
_FLOATING_POINT = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]+")


class Unusable(ValueError):
    """The row, or the whole sheet, does not say what is needed; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Isbn:
    """13 digits, or empty: there is none. `remarks` tell of cells that were left out."""

    number: str = ""
    repaired: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BookRow:
    title: str
    author: str
    isbn: Isbn


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The names of a sheet's columns, and which of them say what."""

    header: list[str]
    title: str
    author: str
    isbns: tuple[str, ...]
    author_separator: str

    def __post_init__(self) -> None:
        """Raises Unusable unless there is exactly one column of each name."""
        for name in (self.title, self.author, *self.isbns):
            if (found := self.header.count(name)) != 1:
                there_is = "There is no column" if found == 0 else "There is more than one column"
                raise Unusable(f"{there_is} “{name}”. The columns of the file are: {', '.join(self.header)}.")

    def read(self, row: list[str]) -> BookRow:
        """What a row says of its book. Cells missing at the end of the row are empty.

        Raises Unusable for a row with no title or no author, and for one with more cells than there are columns:
        a comma that lacks its quotes has moved them, and nobody can say which.
        """
        if any(cell.strip() for cell in row[len(self.header) :]):
            raise Unusable(f"it has {len(row)} cells, for {len(self.header)} columns")
        cells = dict(zip(self.header, as_seen(row), strict=False))
        title = cells.get(self.title, "").strip()
        author = first_author(cells.get(self.author, ""), self.author_separator)
        if missing := [what for what, value in (("title", title), ("author", author)) if not value]:
            raise Unusable(f"it has no {' and no '.join(missing)}")
        return BookRow(title=title, author=author, isbn=choose_isbn({name: cells.get(name, "") for name in self.isbns}))


def first_author(cell: str, separator: str) -> str:
    """The first of the authors in a cell; empty when there is none. Without a separator the whole cell is one."""
    authors = cell.split(separator) if separator else [cell]
    return next((author.strip() for author in authors if author.strip()), "")


def choose_isbn(cells: Mapping[str, str]) -> Isbn:
    """The ISBN of a row, of the cells by name of column that may hold one.

    An ISBN that stands whole in its cell goes before one that had to be repaired; of two alike the first column's
    is taken. There is a remark when two differ, and for every cell that is no ISBN. One in floating point (as
    9.78e+12, useless: the last digits are gone) is remarked only when it leaves the book without an ISBN.
    """
    found = {name: isbn for name, cell in cells.items() if (isbn := read_isbn(cell)) is not None}
    remarks = [_left_out(name, cell) for name, cell in cells.items() if name not in found and _matters(cell, found)]
    if not found:
        return Isbn(remarks=tuple(remarks))
    chosen = min(found.values(), key=lambda isbn: isbn.repaired)
    if any(isbn.number != chosen.number for isbn in found.values()):
        both = " and ".join(f"{name} {isbn.number}" for name, isbn in found.items())
        remarks.append(f"{both} differ: {chosen.number} was taken")
    return Isbn(number=chosen.number, repaired=chosen.repaired, remarks=tuple(remarks))


def read_isbn(cell: str) -> Isbn | None:
    """The ISBN in a cell, or None when what is there is not certainly one.

    Two things that spreadsheets do to a number are undone, if the check digit then fits: the zeros that an ISBN-10
    of 7 to 9 characters has lost at its front, and the ".0" behind a number.
    """
    text = cell.strip()
    whole = text.removesuffix(".0")
    if _LOST_ZEROS.fullmatch(whole):
        whole = whole.zfill(10)
    number = canonical_isbn(whole)
    return None if number is None else Isbn(number=number, repaired=whole != text)


def _matters(cell: str, found: Mapping[str, Isbn]) -> bool:
    text = cell.strip()
    return bool(text) and not (found and _FLOATING_POINT.fullmatch(text))


def _left_out(column: str, cell: str) -> str:
    text = " ".join(cell.split())
    if _FLOATING_POINT.fullmatch(text):
        return f"{column} “{text}” was left out: it is in floating point, its last digits are gone"
    return f"{column} “{text}” was left out: it is not a valid ISBN"
