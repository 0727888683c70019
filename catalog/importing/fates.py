"""What became of each row of a file, in figures that add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .rows import BookRow


class Became(StrEnum):
    """What a row became. Each becomes one of these."""

    ADDED = "added"
    THERE = "already there"
    NOT_A_BOOK = "not a book"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """Of the row that starts on `line`: `books` is how many were added, `remarks` say why, and what was left out."""

    line: int
    became: Became
    book: BookRow | None = None
    books: int = 0
    remarks: tuple[str, ...] = ()


@dataclass
class Summary:
    """How many rows became what."""

    rows: Counter[Became] = field(default_factory=Counter)
    books: int = 0
    isbns: Counter[str] = field(default_factory=Counter)

    def count(self, fates: Iterable[Fate]) -> None:
        for fate in fates:
            self.rows[fate.became] += 1
            self.books += fate.books
            if fate.became == Became.ADDED and fate.book:
                isbn = fate.book.isbn
                self.isbns["without"] += not isbn.number
                self.isbns["repaired"] += isbn.repaired
                self.isbns["uncertain"] += not isbn.certain

    def __str__(self) -> str:
        figures = [
            ("Rows read", self.rows.total()),
            ("  added", self.rows[Became.ADDED]),
            *self._of_those_added(),
            ("  already there", self.rows[Became.THERE]),
            ("  not a book", self.rows[Became.NOT_A_BOOK]),
            ("  rejected", self.rows[Became.REJECTED]),
        ]
        return "\n".join(f"{what:<36}{number:>9}" for what, number in figures)

    def _of_those_added(self) -> list[tuple[str, int]]:
        figures = [
            ("    with a repaired ISBN", self.isbns["repaired"]),
            ("      which is not certain", self.isbns["uncertain"]),
            ("    without an ISBN", self.isbns["without"]),
        ]
        copies = [("    books, with all copies", self.books)] if self.books != self.rows[Became.ADDED] else []
        return copies + figures
