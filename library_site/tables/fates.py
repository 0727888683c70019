"""What became of each row of a file, as CSV."""

import csv
from typing import TextIO

from .csv_lines import as_csv


class Fates:
    """A file, opened with `encoding="utf-8", newline=""`, of what became of each row, written as it is known."""

    HEADINGS = ("line", "fate", "taken for", "remark")

    def __init__(self, file: TextIO) -> None:
        self._writer = csv.writer(file)
        file.write("\ufeff")
        self._writer.writerow(self.HEADINGS)

    def add(self, line: int, fate: str, taken_for: str = "", remark: str = "") -> None:
        """`fate` is a word, as "added"; `taken_for` what the row was, as “Title / Author”; `remark` are sentences."""
        self._writer.writerow([line, *map(as_csv, (fate, taken_for, remark))])
