"""What a page, REST and events import: books, people and loans, from a file that came whole.

The commands find KINDS by its name (circulation/domain/file_imports.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from catalog.commands import AddNewBook
from catalog.importing.imports import BookImport
from catalog.importing.people import Authors
from catalog.importing.rows import BookReader
from catalog.importing.vocabulary import VOCABULARY
from catalog.text import search_words
from circulation.commands import RegisterUser, SuspendUser, TakeOverLoan, VerifyUser
from library_site.cqrs import Command, InvalidInput
from library_site.importing.imports import Import, Reader
from library_site.tables import NotATable, Options, Table, open_table
from library_site.tables.names import ORDERS
from library_site.tables.vocabulary import Vocabulary

from .days import DayOrder, Days
from .loans import LoanImport, LoanReader
from .open_files import OpenRows
from .people import PeopleImport
from .person_rows import PersonReader
from .vocabulary import LOANS, PEOPLE

Said = Mapping[str, str]
"""What was said of a file, by the name of the option."""

COLUMN = "-column"
_OF_ALL = ("header", "delimiter", "encoding")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`meanings` are those that a column may have, `choices` the other options, with what they may be (or anything).

    `replayed` is how many rows at a time are taken to be done, where an import goes on in another process; 0: they
    need not be looked at.
    """

    parts: Sequence[type[Command[Any]]]
    vocabulary: Vocabulary
    meanings: Sequence[str]
    choices: Mapping[str, Sequence[str]]
    reader: Callable[[Table, Said], Reader[Any]]
    importer: type[Import[Any]]
    replayed: int

    def opened(self, content: bytes, options: Sequence[str]) -> OpenRows:
        """Raises InvalidInput."""
        said = self._read(options)
        try:
            table = open_table(BytesIO(content), replace(self.vocabulary, option="{}-column"), self._options(said))
            return OpenRows(table, self.reader(table, said), self.importer, self.meanings, self.replayed)
        except NotATable as error:
            raise InvalidInput.of("content", str(error)) from error

    def _read(self, options: Sequence[str]) -> dict[str, str]:
        said = {name: value for name, _equals, value in (each.partition("=") for each in options)}
        for name, value in said.items():
            meaning = name.removesuffix(COLUMN).replace("-", "_")
            if name.endswith(COLUMN) and meaning in self.meanings:
                continue
            if name not in self.choices and name not in _OF_ALL:
                raise InvalidInput.of("options", _("There is no option “{name}”.").format(name=name))
            if (allowed := self.choices.get(name, ())) and value not in allowed:
                message = _("“{name}” is one of {values}.").format(name=name, values=", ".join(allowed))
                raise InvalidInput.of("options", message)
            if name == "header" and not (value.isascii() and value.isdigit() and len(value) < 7):
                raise InvalidInput.of("options", _("“{name}” must be a whole number.").format(name=name))
        return said

    def _options(self, said: Said) -> Options:
        columns = {name.removesuffix(COLUMN).replace("-", "_"): value for name, value in said.items() if COLUMN in name}
        header = int(said["header"]) if "header" in said else None
        return Options(
            encoding=said.get("encoding") or None,
            delimiter=said.get("delimiter") or None,
            header=header,
            columns=columns,
        )


def _books(table: Table, said: Said) -> BookReader:
    order, separator = ORDERS.get(said.get("author-order", "")), said.get("author-separator")
    media = frozenset("".join(search_words(word)) for word in said.get("media", "").split(",") if word)
    return BookReader(table.columns, Authors(table.columns.get("author", ()), order, separator), media)


def _people(table: Table, said: Said) -> PersonReader:
    order = ORDERS.get(said.get("name-order", ""))
    return PersonReader(table.columns, _days(said), order, verified=said.get("verified") == "true")


def _loans(table: Table, said: Said) -> LoanReader:
    return LoanReader(table.columns, _days(said))


def _days(said: Said) -> Days:
    return Days(DayOrder(said["day-order"]) if "day-order" in said else None)


_DAY_ORDERS = tuple(each.value for each in DayOrder)

KINDS = {
    "BOOKS": Kind(
        parts=(AddNewBook,),
        vocabulary=VOCABULARY,
        meanings=("title", "author", "isbn", "isbn13", "barcode", "shelf_mark", "condition", "copies", "medium"),
        choices={"author-order": tuple(ORDERS), "author-separator": (), "media": ()},
        reader=_books,
        importer=BookImport,
        replayed=1,
    ),
    "PEOPLE": Kind(
        parts=(RegisterUser, VerifyUser, SuspendUser),
        vocabulary=PEOPLE,
        meanings=tuple(PEOPLE.words),
        choices={"name-order": tuple(ORDERS), "day-order": _DAY_ORDERS, "verified": ("true", "false")},
        reader=_people,
        importer=PeopleImport,
        replayed=100,
    ),
    "LOANS": Kind(
        parts=(TakeOverLoan,),
        vocabulary=LOANS,
        meanings=tuple(LOANS.words),
        choices={"day-order": _DAY_ORDERS},
        reader=_loans,
        importer=LoanImport,
        replayed=0,
    ),
}
