"""The rows of a CSV file, each with the line of the file on which it starts."""

import csv
import re
from collections.abc import Iterable, Iterator

# NUL, and what the error handler `surrogateescape` makes of bytes that are not in the file's encoding.
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
_WHAT_TO_DO = "The file is damaged, or in another encoding: give that one with --encoding."


class Malformed(ValueError):
    """The file cannot be read from `line` on."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"Line {line}: {reason}")
        self.line = line


def rows(lines: Iterable[str], *, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not a blank line, with the line it starts on (the first is 1); cells may span lines.

    `lines` are a file's, opened with `newline=""` and `errors="surrogateescape"`.

    Raises Malformed for wrong quoting and for what is no text, after the rows before it.
    """
    reader = csv.reader(_readable(lines), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise Malformed(line, f"the row that starts here is not CSV ({error}).") from error
        if row is None:
            return
        if row:
            yield line, row


def _readable(lines: Iterable[str]) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if _UNREADABLE.search(line):
                raise Malformed(number, f"there are bytes here that are no text. {_WHAT_TO_DO}")
            yield line
    except UnicodeError as error:
        raise Malformed(number + 1, f"from here on it cannot be read ({error}). {_WHAT_TO_DO}") from error
