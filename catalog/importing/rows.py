"""What a row says of its book: only what is certain is repaired, and nothing is guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models.rules import MAX_NAME, MAX_STATEMENT, MAX_TITLE
from catalog.text import collapse, name_key, search_words
from library_site.cqrs.barcodes import is_barcode_like
from library_site.cqrs.validation import is_plain
from library_site.importing.fates import SomethingElse, Unusable
from library_site.tables import Column, Row

from .isbns import NO_ISBN, Isbn, IsbnColumns
from .media import is_a_book
from .not_books import is_total
from .numbers import isbn_of_a_book, says_something
from .people import Authors

MOST_COPIES = 100
"""That one row may be of: more are a number that stands in the wrong column."""

LIMITS = {
    "title": MAX_TITLE,
    "author": MAX_NAME,
    "statement": MAX_STATEMENT,
    "shelf_mark": 100,
    "condition": 200,
}

_MARKS = frozenset("/:;=,+")
_ISBD = re.compile(r"\s+[/:;=,+]+$|\s*/$")
_OF_THE_MATERIAL = re.compile(r"\[([^\[\]]+)\]$")
_FLOATING_POINT = re.compile(r"\d[.,]\d+[eE]\+?\d+")


@dataclass(frozen=True, kw_only=True)
class BookRow:
    """`author` is the first, with the whole name, or empty; `statement` has all names, as printed.

    `source_record` is as AddNewBook takes it.
    """

    title: str
    author: str = ""
    statement: str = ""
    isbn: Isbn = NO_ISBN
    barcode: str = ""
    shelf_mark: str = ""
    condition: str = ""
    copies: int = 1
    amiss: tuple[str, ...] = ()
    source_record: str = ""

    @property
    def called(self) -> str:
        return " / ".join(filter(None, (self.title, self.author)))

    @property
    def in_short(self) -> str:
        label, mark = self.barcode and f"barcode {self.barcode}", self.shelf_mark and f"at {self.shelf_mark}"
        return " · ".join(filter(None, (self.called, self.isbn.number, label, mark)))

    @property
    def remarks(self) -> tuple[str, ...]:
        return (*self.amiss, *self.isbn.remarks)

    @property
    def of_title(self) -> tuple[str, str]:
        """By which rows are copies of one title, as AddNewBook counts them."""
        return self.title, name_key(self.author)


class BookReader:
    """How the rows of a file are read: by the columns that it has, and by what these are like as a whole."""

    def __init__(
        self,
        columns: Mapping[str, Sequence[Column]],
        authors: Authors,
        also_books: frozenset[str] = frozenset(),
    ) -> None:
        """`also_books` are media that are imported, too, as a search compares words."""
        self.columns, self.authors, self.also_books = columns, authors, also_books
        self._labels = {meaning: _labels(columns.get(meaning, ())) for meaning in ("isbn", "isbn13", "barcode")}
        self.isbns = IsbnColumns(
            dict.fromkeys(self._labels["isbn"], True)
            | {label: "sbn" in label.casefold() for label in self._labels["isbn13"]}
            | dict.fromkeys(self._labels["barcode"], False)
        )

    def look_at(self, row: Row) -> None:
        """For what can only be said of all rows; before any is read."""
        if not row.problem:
            self.isbns.look_at(self._isbn_cells(row))
            self.authors.look_at(row)

    def decide(self) -> None:
        """Once all rows were looked at."""

    def read(self, row: Row) -> BookRow:
        """Raises SomethingElse for what is something else, Unusable for what does not say what is needed."""
        if row.problem:
            raise (SomethingElse if row.given else Unusable)(row.problem)
        isbn = self.isbns.read(self._isbn_cells(row))
        self._refuse_others(row, isbn)
        title = _title(row, has_series="series" in self.columns)
        if not title:
            raise Unusable(_("it has no title"))
        author, statement = self.authors.of(row)
        barcode, unlike = barcode_of(row.one("barcode"))
        copies, remarks = _copies(row, barcode)
        book = BookRow(
            title=title,
            author=author,
            statement=statement,
            isbn=isbn,
            barcode=barcode,
            shelf_mark=_said(row, "shelf_mark"),
            condition=_said(row, "condition"),
            copies=copies,
            amiss=unlike + remarks,
        )
        refuse_what_cannot_be_stored(book)
        return book

    def _isbn_cells(self, row: Row) -> dict[str, str]:
        """By column. A barcode is looked at if it is the ISBN that is printed on the book."""
        cells: dict[str, str] = {}
        for meaning in ("isbn", "isbn13"):
            cells |= dict(zip(self._labels[meaning], row.cells.get(meaning, ()), strict=False))
        for label, cell in zip(self._labels["barcode"], row.cells.get("barcode", ()), strict=False):
            cells[label] = cell if _is_printed_isbn(cell) else ""
        return cells

    def _refuse_others(self, row: Row, isbn: Isbn) -> None:
        for medium in row.all("medium"):
            if medium and not is_a_book(medium, self.also_books):
                raise SomethingElse(_("not a book, but “{what}”").format(what=collapse(medium)))
        title = row.one("title")
        material = _OF_THE_MATERIAL.search(_without_isbd(title)) if "[" in title else None
        if material and not is_a_book(material[1], self.also_books):
            raise SomethingElse(_("not a book, but “{what}”").format(what=material[1]))
        if not isbn.number and is_total(row.given):
            raise SomethingElse(_("not a book, but a total"))


def _said(row: Row, meaning: str) -> str:
    said = row.one(meaning) if meaning in row.cells else ""
    return collapse(said) if said else ""


def _title(row: Row, *, has_series: bool) -> str:
    """With its subtitle, and its volume, unless that is its place in a series; without what ISBD puts behind it."""
    title = _without_isbd(_said(row, "title"))
    if title and "subtitle" in row.cells:
        title = _with(title, " : ", _without_isbd(_said(row, "subtitle")))
    if title and "volume" in row.cells and not has_series:
        title = _with(title, ". ", _said(row, "volume"))
    return title


def _without_isbd(text: str) -> str:
    """Without the punctuation that ISBD has between a title and what follows it elsewhere."""
    return _ISBD.sub("", text) if text[-1:] in _MARKS else text


def _with(title: str, between: str, more: str) -> str:
    """The title and what belongs to it, unless that is nothing, or stands in it."""
    is_new = says_something(more) and not set(search_words(more)) <= set(search_words(title))
    return f"{title}{between}{more}" if is_new else title


def barcode_of(text: str) -> tuple[str, tuple[str, ...]]:
    """Without spaces, and the asterisks of a font; empty where there is none, or none that can be one, which is said.

    Raises Unusable for one of which a spreadsheet has taken the last digits.
    """
    barcode = re.sub(r"\s+|(?<=\d)\.0+$", "", text).strip("*")
    if _FLOATING_POINT.fullmatch(barcode):
        raise Unusable(
            _("its barcode “{barcode}” is in floating point, its last digits are gone").format(barcode=barcode)
        )
    if not barcode or not says_something(barcode) or _is_printed_isbn(barcode):
        return "", ()
    if is_barcode_like(barcode):
        return barcode, ()
    remark = _("“{barcode}” cannot be a barcode, which has 4 to 32 letters and digits: the book has a new one")
    return "", (remark.format(barcode=barcode[:40]),)


def _is_printed_isbn(barcode: str) -> bool:
    return barcode.startswith(("978", "979")) and isbn_of_a_book(barcode) is not None


def _copies(row: Row, barcode: str) -> tuple[int, tuple[str, ...]]:
    """How many books a row is of, and what is to be said of that; none at all is one, since there is a row of it."""
    said = row.one("copies")
    found = re.match(r"[x×]?\s*(\d{1,9})", said, re.IGNORECASE)
    copies = int(found[1]) if found else 1
    if copies > MOST_COPIES:
        return 1, (_("{number} copies are too many to be believed: one was taken").format(number=said),)
    if barcode and copies > 1:
        remark = _("the barcode is on the first of {number} copies, the others have new ones")
        return copies, (remark.format(number=copies),)
    return max(1, copies), ()


def refuse_what_cannot_be_stored(book: BookRow) -> None:
    for name, limit in LIMITS.items():
        value = getattr(book, name)
        what = name.replace("_", " ")
        if len(value) > limit:
            raise Unusable(
                _("its {what} has more than {limit} characters ({number})").format(
                    what=_(what), limit=limit, number=len(value)
                )
            )
        if not is_plain(value):
            raise Unusable(_("its {what} holds characters that cannot be stored").format(what=_(what)))


def _labels(columns: Sequence[Column]) -> list[str]:
    names = [column.name for column in columns]
    return [
        column.name if names.count(column.name) == 1 else f"{column.name} (column {column.index + 1})"
        for column in columns
    ]
