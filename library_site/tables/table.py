"""A file of rows, recognised."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import BinaryIO, ClassVar, NamedTuple
from weakref import finalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from .cells import clean
from .csv_lines import as_written
from .header import Header, Options, columns_of, find_header, listed, printable
from .layout import Layout, has_quotes
from .not_tables import HEAD, NotATable, refuse_formats, refuse_no_text
from .rows import raw_rows
from .text import copied, encoding_of, known_encoding, lines_of
from .vocabulary import Column, Export, Vocabulary

__all__ = ["Options", "Row", "Table", "open_table"]

_MARKS = re.compile("[&=']")
"""What, of ASCII, `clean` may have something to do with."""

_END_OF_FILE = "\x1a"
"""As DOS wrote it."""

_AGAIN = gettext_lazy("It is the header once more.")
_HEADER_WITHIN = 100
_QUOTES_WITHIN = 20_000
"""Lines of the beginning by which the header, and the use of quotation marks, are known."""


class Row(NamedTuple):
    """A row; `line` is where it starts. With a `problem` it has no cells.

    `cells`: for each meaning that the file has, a cell for each of its columns. `given`: all, as the file has them.
    """

    line: int
    cells: Mapping[str, list[str]]
    problem: str = ""
    given: Sequence[str] = ()

    def one(self, meaning: str) -> str:
        """What the row says of it first; "" is nothing."""
        return next(filter(None, self.cells.get(meaning, ())), "")

    def all(self, meaning: str) -> list[str]:
        """All that it says of it, without empty cells."""
        return [cell for cell in self.cells.get(meaning, ()) if cell]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What was recognised of a file; going through it gives every row that is not blank."""

    unit: ClassVar[str] = gettext_noop("line")

    file: BinaryIO
    size: int
    encoding: str
    delimiter: str
    quoted: bool
    header: Header
    columns: Mapping[str, tuple[Column, ...]]
    export: Export | None
    remarks: tuple[str, ...]

    @property
    def ignored(self) -> tuple[Column, ...]:
        used = {column.index for columns in self.columns.values() for column in columns}
        named = (Column(index, name) for index, name in enumerate(self.header.names) if name)
        return tuple(column for column in named if column.index not in used)

    @property
    def position(self) -> int:
        """How many of the `size` bytes are read, for a progress bar."""
        return self.file.tell()

    def sample(self, rows: int) -> list[Row]:
        """The first rows that have no problem."""
        return [*islice((row for row in self if not row.problem), rows)]

    def __iter__(self) -> Iterator[Row]:
        with closing(lines_of(self.file, self.encoding)) as lines:
            yield from self._rows(lines)

    def _rows(self, lines: Iterator[str]) -> Iterator[Row]:
        header, start = self.header, max(self.header.line, 1)
        layout = Layout(self.delimiter, self.quoted, len(header.names))
        for line, cells, problem in raw_rows(islice(lines, start - 1, None), layout, start):
            if problem:
                yield Row(line, {}, problem)
            elif line != header.line and (row := self._row(line, cells)):
                yield row

    def _row(self, line: int, given: list[str]) -> Row | None:
        """What the cells of a row say; None for one that is blank."""
        cells = [*map(self._tidy("".join(given)), given)]
        if not any(cells) or cells == [_END_OF_FILE]:
            return None
        if cells[0] == self.header.names[0] and tuple(cells) == self.header.names:
            return Row(line, {}, str(_AGAIN), given)
        if (missing := len(self.header.names) - len(cells)) > 0:
            cells += [""] * missing
        return Row(line, {meaning: [cells[index] for index in indexes] for meaning, indexes in self._wanted}, "", given)

    def _tidy(self, text: str) -> Callable[[str], str]:
        """What the cells of a row are made tidy by, that have this text."""
        if self.is_ours:
            return as_written
        return clean if not text.isascii() or _MARKS.search(text) else str.strip

    @property
    def is_ours(self) -> bool:
        """Whether this library has written it."""
        return self.export is not None and self.export.is_ours

    @cached_property
    def _wanted(self) -> list[tuple[str, list[int]]]:
        return [(meaning, [column.index for column in columns]) for meaning, columns in self.columns.items()]


def open_table(file: BinaryIO, vocabulary: Vocabulary, options: Options | None = None) -> Table:
    """Recognise a file, which stays open. Raises NotATable."""
    options = options or Options()
    if file.seekable():
        return _recognised(file, vocabulary, options)
    copy = copied(file)
    try:
        table = _recognised(copy, vocabulary, options)
    except NotATable:
        copy.close()
        raise
    finalize(table, copy.close)
    return table


def _recognised(file: BinaryIO, vocabulary: Vocabulary, options: Options) -> Table:
    file.seek(0)
    head = file.read(HEAD)
    refuse_formats(head)
    encoding = known_encoding(options.encoding) if options.encoding else encoding_of(file, head)
    if not encoding.startswith("utf-16"):
        refuse_no_text(head)
    lines = _first_lines(file, encoding, _HEADER_WITHIN)
    header = find_header(lines, vocabulary, options)
    columns = columns_of(header.names, vocabulary, options)
    if not vocabulary.is_header(columns):
        raise NotATable(_lacks(header, vocabulary))
    quoted = header.delimiter != "\t" or has_quotes(_first_lines(file, encoding, _QUOTES_WITHIN), "\t")
    return Table(
        file=file,
        size=file.seek(0, 2),
        encoding=encoding,
        delimiter=header.delimiter,
        quoted=quoted,
        header=header,
        columns=columns,
        export=vocabulary.export(header.names),
        remarks=(*_remarks(encoding, options, header), *_remark_on_quotes(quoted)),
    )


def _first_lines(file: BinaryIO, encoding: str, count: int) -> list[str]:
    with closing(lines_of(file, encoding)) as lines:
        return [*islice(lines, count)]


def _lacks(header: Header, vocabulary: Vocabulary) -> str:
    if header.line:
        message = _("The columns of the file are: {names}. Say which is which, with {options}.")
        return message.format(names=listed(header.names), options=vocabulary.ways(_("NAME")))
    message = _("Say which of the {number} columns is which, with {options}.")
    return message.format(number=len(header.names), options=vocabulary.ways(_("NUMBER")))


def _remarks(encoding: str, options: Options, header: Header) -> Iterator[str]:
    if encoding == "cp1252" and not options.encoding:
        yield _(
            "The file is not UTF-8: it was read as cp1252, which is what Windows writes in Western Europe. "
            "If letters with accents look wrong, say what they are in (--encoding)."
        )
    if encoding.startswith("utf-16") and not options.encoding:
        yield _("The file is UTF-16, as Excel writes “Unicode text”.")
    if header.above:
        skipped = [
            _("line {number}: {text}").format(number=number, text=printable(text[:60]))
            for number, text in header.above.items()
        ]
        more = [_("and {number} more lines").format(number=len(skipped) - 5)] if len(skipped) > 5 else []
        message = _("Line {line} names the columns. What is above it was skipped: {lines}.")
        yield message.format(line=header.line, lines="; ".join([*skipped[:5], *more]))


def _remark_on_quotes(quoted: bool) -> Iterator[str]:
    if not quoted:
        yield _("Quotation marks were taken for text, as the cells of this file have no marks around them.")
