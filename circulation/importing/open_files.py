"""A file that came whole, and how far its import is. Adapter: what it does is done by an Import."""

import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from catalog.domain.known_books import BookAlreadyInCatalogue
from library_site.cqrs import Actor, Context, DomainError, carry_out_all
from library_site.cqrs.texts import grouped
from library_site.importing.fates import Became, Fate
from library_site.importing.imports import Import, Numbered, Reader, Source
from library_site.tables import NotATable, Table

_FATES: dict[str, str] = {Became.ADDED: "ADDED", Became.THERE: "THERE", Became.REJECTED: "REJECTED"}
_EXAMPLES = 3
_LONGEST_EXAMPLE, _LONGEST_TEXT = 60, 1000
"""Characters of a cell, and of what a report says of a row: a damaged file may have a title of a million."""

MOST_ROWS = 100_000
"""Of a file that comes whole: each request goes through all of them, and has to be answered in time."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)(?: ([A-Z]{2,}|0|dmy|mdy)\b)?")


class OpenFile:
    """`position` rows of the file are done. What the import knows of them (copies of titles, lines of barcodes, who
    has a name) it knows from the file, and from the library: they are taken to be done when it goes on elsewhere.
    """

    def __init__(
        self,
        source: Source,
        reader: Reader[Any],
        importer: type[Import[Any]],
        meanings: Sequence[str],
        replayed: int,
    ) -> None:
        """Raises NotATable."""
        self.position, self._replayed = 0, replayed
        self.rows, first = _looked_at(source, reader)
        self.recognised = _of_table(source, first, meanings) if isinstance(source, Table) else _of_records(source)
        self.recognised["remarks"] = [as_said_here(remark) for remark in source.remarks]
        self._importer = importer(reader, carry_out_all, _nobody, source.unit)
        self._importer.attempts = 1  # whoever asked for the step asks again: it holds what others wait for
        self._rest: Iterator[Numbered] = iter(source)

    def done(self, number: int, context: Context) -> list[tuple[int, str, str, str]]:
        """Import so many rows more, or those that there are, as parts of what is carried out."""
        self._importer.context = lambda: context
        return [_plain(fate) for fate in self._importer.done(self._next(number))]

    def go_on_from(self, position: int, rejected: Set[int]) -> None:
        """Take so many rows to be done, as they are, but for those with these numbers."""
        former, self._importer.way = self._importer.way, _were_carried_out
        while self.position < position:
            rows = self._next(min(self._replayed or position, position - self.position))
            if self._replayed and not (self._replayed == 1 and self.position in rejected):
                self._importer.done(rows)
        self._importer.way = former

    def _next(self, number: int) -> list[Any]:
        rows = [*islice(self._rest, number)]
        self.position += len(rows)
        return rows


def as_said_here(sentence: str) -> str:
    """An option as it is given with the file: what the shell has as --header 0 is header=0."""
    return _OPTION.sub(lambda found: f"{found[1]}={found[2]}" if found[2] else str(found[1]), sentence)


def _nobody() -> Context:
    """While nothing is carried out."""
    return Context(actor=Actor.anonymous(), source="cli")


def _were_carried_out(commands: Sequence[Any], context: Context) -> list[DomainError]:
    return [BookAlreadyInCatalogue("")] * len(commands)


def _looked_at(source: Source, reader: Reader[Any]) -> tuple[int, list[Any]]:
    """How many rows there are, and the first of them. Raises NotATable for more than one import may have."""
    number, first = 0, list[Any]()
    for row in source:
        number += 1
        if number > MOST_ROWS:
            message = _("The file has more than {number} rows. The shell takes it; or divide it.")
            raise NotATable(message.format(number=grouped(MOST_ROWS)))
        reader.look_at(row)
        if len(first) < _EXAMPLES and not getattr(row, "problem", ""):
            first.append(row)
    reader.decide()
    return number, first


def _of_records(source: Any) -> dict[str, Any]:
    """What a file of MARC was taken for."""
    return {"format": " · ".join(filter(None, (source.form, source.encoding)))}


def _of_table(table: Table, first: Sequence[Any], meanings: Sequence[str]) -> dict[str, Any]:
    """What it was taken for, with all of its columns."""
    meaning_of = {column.index: meaning for meaning, columns in table.columns.items() for column in columns}
    columns = [
        {
            "number": index + 1,
            "name": _shown(name, _LONGEST_EXAMPLE),
            "meaning": meaning_of.get(index, ""),
            "cells": [_shown(row.given[index], _LONGEST_EXAMPLE) for row in first if index < len(row.given)],
        }
        for index, name in enumerate(table.header.names)
    ]
    known = (table.export.name if table.export else "", "CSV", table.encoding, table.delimiter)
    return {
        "format": " · ".join(filter(None, known)),
        "columns": columns,
        "meanings": [*meanings],
    }


def _plain(fate: Fate) -> tuple[int, str, str, str]:
    return fate.line, _FATES.get(fate.became, "OTHER"), _shown(fate.taken_for), _shown(fate.said)


def _shown(text: str, longest: int = _LONGEST_TEXT) -> str:
    """As much of a text as is shown, without what a database cannot keep."""
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return _UNSTORABLE.sub("\ufffd", text)
