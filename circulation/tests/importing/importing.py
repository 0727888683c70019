"""Files of people and of loans, as text, and what becomes of their rows."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from circulation.importing.days import DayOrder, Days
from circulation.importing.loans import LoanImport, LoanReader
from circulation.importing.people import PeopleImport
from circulation.importing.person_rows import PersonReader
from circulation.importing.vocabulary import LOANS, PEOPLE
from library_site.cqrs import dispatch_all
from library_site.importing.fates import Fate
from library_site.tables import open_table
from tests.library import context


def import_people(text: str, *, order: DayOrder | None = None, way: Any = dispatch_all, **said: Any) -> list[Fate]:
    table = open_table(BytesIO(text.encode()), PEOPLE)
    reader = PersonReader(table.columns, Days(order), **said)
    return _fates(table, reader, PeopleImport(reader, way, context))


def import_loans(text: str, *, way: Any = dispatch_all) -> list[Fate]:
    table = open_table(BytesIO(text.encode()), LOANS)
    reader = LoanReader(table.columns, Days())
    return _fates(table, reader, LoanImport(reader, way, context))


def _fates(table: Any, reader: Any, of: Any) -> list[Fate]:
    for row in table:
        reader.look_at(row)
    reader.decide()
    return [fate for some in of.fates(table) for fate in some]


def became(fates: Sequence[Fate]) -> str:
    """In a word each."""
    return " ".join(str(fate.became).replace(" ", "-") for fate in fates)
