"""The line of a file that names its columns, and what they mean."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from library_site.cqrs.texts import grouped

from .cells import clean
from .layout import DELIMITERS, Layout
from .not_tables import NotATable
from .rows import MOST_CELLS, raw_rows
from .vocabulary import Column, Vocabulary, plain

_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What somebody says of a file. What is None, or not among the columns, is recognised.

    `columns`: for a meaning the names of its columns, or their numbers, from 1; none, or "", is that no column has it.
    `header`: the number of the line that names the columns; 0 when none does.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header: int | None = None
    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """The names of the columns; `line` is 0 when no line has them. `above` are the lines skipped, with their texts."""

    line: int
    names: tuple[str, ...]
    delimiter: str
    above: Mapping[int, str] = field(default_factory=dict)


def find_header(lines: Sequence[str], vocabulary: Vocabulary, options: Options) -> Header:
    """The header in the first lines of a file: the one that says most. Raises NotATable when there is none."""
    sep = _SEP.fullmatch(lines[0]) if lines else None
    given = _delimiter(options.delimiter) if options.delimiter else sep and sep[1]
    tables = [_rows(lines, delimiter) for delimiter in ([given] if given else DELIMITERS)]
    if options.header == 0:
        return _without_names(tables)
    found = [
        header
        for table in tables
        for header in table
        if (given or len(header.names) > 1) and _may_be(header, vocabulary, options)
    ]
    if not found:
        is_too_wide = any(line.count(delimiter) >= MOST_CELLS for line in lines for delimiter in DELIMITERS)
        raise NotATable(_no_row() if is_too_wide else _no_header(tables, vocabulary, options))
    header = max(found, key=lambda header: _worth(header, vocabulary, options))
    above = {number: line.strip() for number, line in enumerate(lines[: header.line - 1], 1) if line.strip()}
    if sep:
        above.pop(1, None)
    return Header(header.line, header.names, header.delimiter, above)


def columns_of(names: Sequence[str], vocabulary: Vocabulary, options: Options) -> dict[str, tuple[Column, ...]]:
    """The columns that have each meaning. Raises NotATable for names that are not there, or not one column's."""
    columns = [Column(index, name) for index, name in enumerate(names)]
    asked = {meaning: _asked(given, columns) for meaning, given in options.columns.items()}
    taken = {column for found in asked.values() for column in found}
    meanings = vocabulary.meanings(names)
    found = {meaning: columns for meaning, columns in asked.items() if columns}
    for column, meaning in zip(columns, meanings, strict=True):
        if meaning and meaning not in asked and column not in taken:
            found[meaning] = (*found.get(meaning, ()), column)
    for meaning, same in found.items():
        if meaning not in asked:
            _refuse_doubles(same, vocabulary.option_for(meaning))
    return found


def _rows(lines: Sequence[str], delimiter: str) -> list[Header]:
    rows = raw_rows(lines, Layout(delimiter))
    return [Header(row.line, tuple(map(clean, row.cells)), delimiter) for row in rows if not row.problem]


def _may_be(header: Header, vocabulary: Vocabulary, options: Options) -> bool:
    if options.header:
        return header.line == options.header
    return vocabulary.is_header(_named(header, vocabulary, options))


def _named(header: Header, vocabulary: Vocabulary, options: Options) -> set[str]:
    """The meanings that a line names, in the vocabulary's words or in those of the options."""
    names = {plain(name) for name in header.names if name}
    asked = {
        meaning
        for meaning, given in options.columns.items()
        if any(plain(name) in names for name in _each(given) if plain(name))
    }
    return {*vocabulary.meanings(header.names), *asked} - {""}


def _worth(header: Header, vocabulary: Vocabulary, options: Options) -> tuple[int, int, int]:
    return len(_named(header, vocabulary, options)), len(header.names), -header.line


def _no_row() -> str:
    message = _(
        "No row in the beginning of the file can be read: it is no CSV file, damaged, of more than {number} columns, "
        "or in another encoding, which is to be given with --encoding."
    )
    return message.format(number=grouped(MOST_CELLS))


def _without_names(tables: list[list[Header]]) -> Header:
    """The delimiter by which most rows have as many cells as the most usual row, and the most of them."""

    def worth(table: list[Header]) -> tuple[bool, int, int]:
        widths = [len(row.names) for row in table]
        usual = max(set(widths), key=widths.count, default=0)
        return usual > 1, widths.count(usual), usual

    best = max(tables, key=worth)
    width = max((len(row.names) for row in best), default=0)
    if not width:
        raise NotATable(_no_row())
    return Header(0, ("",) * width, best[0].delimiter)


def _no_header(tables: list[list[Header]], vocabulary: Vocabulary, options: Options) -> str:
    if options.header:
        message = _("No row of several cells starts on line {line}, which --header gives.")
        return message.format(line=options.header)
    rows = [row for table in tables for row in table if any(row.names)]
    widest = max(rows, key=lambda row: (len(row.names), -row.line), default=None)
    if widest is None:
        return _no_row()
    if len(widest.names) < 2:
        return _(
            "The file has one column only, so far as can be seen. It is to be a table of rows with a comma, semicolon "
            "or tab between cells; say which character that is with --delimiter."
        )
    message = _(
        "No line names the columns in words that are known here. Line {line} has: {names}. Say which column is which, "
        "with {options}. Where no line names the columns, say so with --header 0, and give their numbers."
    )
    return message.format(line=widest.line, names=listed(widest.names), options=vocabulary.ways(_("NAME")))


def listed(names: Collection[str]) -> str:
    shown = [_("“{name}”").format(name=_shortened(name)) for name in [*names][:30] if name]
    return printable(", ".join(shown) + (" …" if len(names) > 30 else ""))


def _shortened(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"


def printable(text: str) -> str:
    """What a terminal would obey instead of showing is left out."""
    return "".join(character if character.isprintable() else " " for character in text)


def _each(given: str | Sequence[str]) -> Iterator[str]:
    yield from (name for name in ([given] if isinstance(given, str) else given) if name)


def _asked(given: str | Sequence[str], columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(_column(name, columns) for name in _each(given))


def _column(name: str, columns: Sequence[Column]) -> Column:
    exactly = [column for column in columns if column.name == name.strip()]
    found = exactly or [column for column in columns if plain(column.name) == plain(name) != ""]
    if len(found) > 1:
        numbers = " and ".join(str(column.index + 1) for column in found)
        message = _("The columns {numbers} are all called “{name}”: say which is meant by its number.")
        raise NotATable(message.format(numbers=numbers, name=name))
    if found:
        return found[0]
    if name.isascii() and name.isdigit() and 0 < int(name) <= len(columns):
        return columns[int(name) - 1]
    names = listed([column.name for column in columns])
    message = _("There is no column “{name}”. The columns of the file are: {names}.")
    raise NotATable(message.format(name=name, names=names or len(columns)))


def _refuse_doubles(columns: Sequence[Column], option: str) -> None:
    names = [plain(column.name) for column in columns]
    for column, name in zip(columns, names, strict=True):
        if names.count(name) > 1:
            numbers = _(" and ").join(str(other.index + 1) for other in columns if plain(other.name) == name)
            message = _("The columns {numbers} are all called “{name}”: say which is meant with {option} NUMBER.")
            raise NotATable(message.format(numbers=numbers, name=column.name, option=option))


def _delimiter(given: str) -> str:
    delimiter = "\t" if given.lower() in {"\\t", "tab"} else given
    if len(delimiter) != 1 or delimiter in '" \r\n\0':
        message = _("{given} is not one character that can stand between cells: a comma is, or a semicolon.")
        raise NotATable(message.format(given=repr(given)))
    return delimiter
