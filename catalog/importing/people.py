"""Who a row says has written its book."""

from collections.abc import Sequence
from functools import cached_property

from catalog.text import collapse, search_words
from library_site.tables import Column, Row
from library_site.tables.names import Order, names_in, order_of, whole_name

from .numbers import says_something

_LOOKED_AT = 1000
"""Cells of a column by which the order of its names is told."""


class Authors:
    """The columns of a file that name authors, and in which order each has the parts of names.

    `order` and `separator` are what somebody says of them; a separator that is empty: a cell names one.
    """

    def __init__(self, columns: Sequence[Column], order: Order | None = None, separator: str | None = None) -> None:
        self.columns, self.order, self.separator = columns, order, separator
        self._cells: list[list[str]] = [[] for _ in columns]

    def look_at(self, row: Row) -> None:
        for seen, cell in zip(self._cells, row.cells.get("author", ()), strict=True):
            if len(seen) < _LOOKED_AT and says_something(cell):
                seen.append(cell)

    @cached_property
    def orders(self) -> list[Order]:
        """Of each column, once the rows were looked at."""
        pairs = zip(self.columns, self._cells, strict=True)
        return [self.order or order_of(column.name, cells) for column, cells in pairs]

    @property
    def notes(self) -> dict[Column, str]:
        return {
            column: f", with names as {order.value}" for column, order in zip(self.columns, self.orders, strict=True)
        }

    def of(self, row: Row) -> tuple[str, str]:
        """The first author, with the whole name, or ""; and the statement of responsibility, where it says more."""
        cells = zip(row.cells.get("author", ()), self.orders, strict=True)
        named = [(cell, order) for cell, order in cells if says_something(cell)]
        author = collapse(next((name for cell, order in named for name in self._names(cell, order)), ""))
        author = author or collapse(f"{row.one('first_name')} {row.one('last_name')}")
        printed = [*(cell for cell, _ in named), *filter(says_something, row.all("others"))]
        said = row.one("statement") or " ; ".join(dict.fromkeys(printed))
        return author, "" if is_same(said, author) else collapse(said)

    def _names(self, cell: str, order: Order) -> list[str]:
        if self.separator is None:
            return [cell] if _is_plainly_one(cell) else names_in(cell, order)
        parts = cell.split(self.separator) if self.separator else [cell]
        return [name for name in map(whole_name, parts) if name]


def _is_plainly_one(cell: str) -> bool:
    """Whether a cell is one name as it is spoken, as most are: words that begin with a capital, and nothing else."""
    return cell.replace(" ", "").isalnum() and all(word[0].isupper() or word.isdecimal() for word in cell.split())


def is_same(said: str, author: str) -> bool:
    """Whether a statement of responsibility says no more than who the author is."""
    return said == author or sorted(search_words(said)) == sorted(search_words(author))
