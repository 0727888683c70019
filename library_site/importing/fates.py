"""What became of each row of a file, and the same as CSV."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from library_site.tables.csv_lines import as_csv


class Became(StrEnum):
    """What a row became; one of something else is "not a book", or what it was to be."""

    ADDED = "added"
    THERE = "already there"
    REJECTED = "rejected"


class Unusable(ValueError):
    """The row does not say what is needed; the message says what is missing."""


class SomethingElse(ValueError):
    """The row is of something else; the message says of what."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """Of the row that starts on `line`, or of the record with this number; `taken_for` is what it was.

    `remarks` say why, and what was left out; `also` is what else was done with it.
    """

    line: int
    became: str
    taken_for: str = ""
    remarks: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """Its remarks as sentences."""
        return " ".join(map(_sentence, self.remarks))


class Report:
    """A file, opened with `encoding="utf-8", newline=""`, of what became of each row, written as it is known."""

    HEADINGS = ("fate", "taken for", "remark")

    def __init__(self, file: TextIO, unit: str = "line") -> None:
        """`unit` is what the file numbers."""
        self._writer = csv.writer(file)
        file.write("\ufeff")
        self._writer.writerow((unit, *self.HEADINGS))

    def add(self, fate: Fate) -> None:
        """Its remarks are sentences then."""
        said = (fate.became, fate.taken_for, fate.said)
        self._writer.writerow([fate.line, *map(as_csv, said)])


def _sentence(remark: str) -> str:
    return f"{remark[:1].upper()}{remark[1:].rstrip('.')}."
