"""CSV that spreadsheets read as it was written."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def as_csv(value: Any) -> Any:
    """A value as the file has it: dates are ISO's, and a text that a spreadsheet would calculate has an apostrophe.

    So has a text that looks as if it had been given one: `as_written` is then true of every text.
    """
    return f"'{value}" if isinstance(value, str) and _would_calculate(value) else value


def as_written(cell: str) -> str:
    """The text of which `as_csv` made this cell."""
    return cell[1:] if cell[:1] == "'" and _would_calculate(cell) else cell


def _would_calculate(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA)


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a file, to be written in UTF-8."""
    writer = csv.writer(SimpleNamespace(write=str))
    yield "\ufeff" + writer.writerow(headings)  # by which Excel knows that it is UTF-8
    for row in rows:
        yield writer.writerow([as_csv(value) for value in row])
