"""What a page, REST and events import: books, people and loans, from a file that came whole.

The commands find KINDS by its name (circulation/domain/imports/files.py).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from catalog.commands import AddNewBook
from catalog.importing.files import BookOptions, open_books
from catalog.importing.imports import BookImport
from circulation.commands import RegisterUser, SuspendUser, TakeOverLoan, VerifyUser
from circulation.models import FileImport
from library_site.cqrs import Command, InvalidInput
from library_site.cqrs.texts import sentences
from library_site.importing.imports import Import
from library_site.tables import NotATable, Options, open_table
from library_site.tables.names import ORDERS

from .days import DayOrder, Days
from .loans import LoanImport, LoanReader
from .open_files import OpenFile, as_said_here
from .ours import person_reader
from .people import PeopleImport
from .vocabulary import LOANS, PEOPLE

Said = Mapping[str, str]
"""What was said of a file, by the name of the option."""

COLUMN = "-column"
_AND = "\x1f"
"""Between columns that have one meaning, as those of two ISBNs."""

_OF_ALL = ("header", "delimiter", "encoding")


class _InMemory(BytesIO):
    """Whoever is in the middle of it lets it go in order, even when all of it is garbage."""

    def close(self) -> None:
        """It needs no closing."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`meanings` are those that a column may have, `choices` the other options, with what they may be (or anything).

    `replayed` is how many rows at a time are taken to be done, where an import goes on in another process; 0: they
    need not be looked at.
    """

    parts: Sequence[type[Command[Any]]]
    meanings: Sequence[str]
    choices: Mapping[str, Sequence[str]]
    opener: Callable[[BinaryIO, Said], tuple[Any, Any]]
    importer: type[Import[Any]]
    replayed: int

    def opened(self, content: bytes, options: Sequence[str]) -> OpenFile:
        """Raises InvalidInput."""
        said = self._read(options)
        try:
            source, reader = self.opener(_InMemory(content), said)
            return OpenFile(source, reader, self.importer, self.meanings, self.replayed)
        except NotATable as error:
            raise InvalidInput.of("content", self._said_of(content, said, error)) from error

    def _said_of(self, content: bytes, said: Said, error: NotATable) -> str:
        """With the kind that it seems to be, where nothing was said of it."""
        is_known = said or self.may_be(content)
        others = [str(FileImport.Kind(name).label) for name in KINDS if not is_known and KINDS[name].may_be(content)]
        hint = _("Its columns are those of another list: {kinds}. Choose that, if it is so.") if others else ""
        return sentences(hint.format(kinds=", ".join(others)), as_said_here(str(error)))

    def may_be(self, content: bytes) -> bool:
        """Whether it can be read as one of this kind."""
        with suppress(NotATable):
            self.opener(_InMemory(content), {})
            return True
        return False

    def _read(self, options: Sequence[str]) -> dict[str, str]:
        said = _by_name(options)
        for name, value in said.items():
            if name.endswith(COLUMN) and _meaning(name) in self.meanings:
                continue
            if name not in self.choices and name not in _OF_ALL:
                raise InvalidInput.of("options", _("There is no option “{name}”.").format(name=name))
            if (allowed := self.choices.get(name, ())) and value not in allowed:
                message = _("“{name}” is one of {values}.").format(name=name, values=", ".join(allowed))
                raise InvalidInput.of("options", message)
            if name == "header" and not (value.isascii() and value.isdigit() and len(value) < 7):
                raise InvalidInput.of("options", _("“{name}” must be a whole number.").format(name=name))
        return said


def _by_name(options: Sequence[str]) -> dict[str, str]:
    """Of options that are said twice the last counts, but for columns, which may be several."""
    said: dict[str, str] = {}
    for name, _equals, value in (each.partition("=") for each in options):
        said[name] = f"{said[name]}{_AND}{value}" if name in said and name.endswith(COLUMN) else value
    return said


def _given(said: Said) -> dict[str, Any]:
    """What was said of any file."""
    columns = {_meaning(name): value.split(_AND) for name, value in said.items() if name.endswith(COLUMN)}
    header = int(said["header"]) if "header" in said else None
    known = {name: said.get(name) or None for name in ("encoding", "delimiter")}
    return {"header": header, "columns": columns} | known


def _meaning(name: str) -> str:
    return name.removesuffix(COLUMN).replace("-", "_")


def _books(file: BinaryIO, said: Said) -> tuple[Any, Any]:
    media = [word for word in said.get("media", "").split(",") if word]
    order, separator = said.get("author-order"), said.get("author-separator")
    return open_books(file, BookOptions(author_order=order, author_separator=separator, media=media, **_given(said)))


def _people(file: BinaryIO, said: Said) -> tuple[Any, Any]:
    table, order = open_table(file, PEOPLE, Options(**_given(said))), ORDERS.get(said.get("name-order", ""))
    return table, person_reader(table, _days(said), order, verified=said.get("verified") == "true")


def _loans(file: BinaryIO, said: Said) -> tuple[Any, Any]:
    table = open_table(file, LOANS, Options(**_given(said)))
    return table, LoanReader(table.columns, _days(said))


def _days(said: Said) -> Days:
    return Days(DayOrder(said["day-order"]) if "day-order" in said else None)


_DAY_ORDERS = tuple(each.value for each in DayOrder)

KINDS = {
    "BOOKS": Kind(
        parts=(AddNewBook,),
        meanings=("title", "author", "isbn", "isbn13", "barcode", "shelf_mark", "condition", "copies", "medium"),
        choices={"author-order": tuple(ORDERS), "author-separator": (), "media": ()},
        opener=_books,
        importer=BookImport,
        replayed=1,
    ),
    "PEOPLE": Kind(
        parts=(RegisterUser, VerifyUser, SuspendUser),
        meanings=tuple(PEOPLE.words),
        choices={"name-order": tuple(ORDERS), "day-order": _DAY_ORDERS, "verified": ("true", "false")},
        opener=_people,
        importer=PeopleImport,
        replayed=100,
    ),
    "LOANS": Kind(
        parts=(TakeOverLoan,),
        meanings=tuple(LOANS.words),
        choices={"day-order": _DAY_ORDERS},
        opener=_loans,
        importer=LoanImport,
        replayed=0,
    ),
}
