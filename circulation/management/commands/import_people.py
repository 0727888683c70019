"""Every person of a file of rows into the library, by RegisterUser. Adapter: it translates, nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from circulation.importing.days import DayOrder, Days
from circulation.importing.fates import Became, Fate, SomethingElse, Unusable
from circulation.importing.people import PeopleImport
from circulation.importing.person_rows import PersonReader
from circulation.importing.statuses import Standing
from circulation.importing.vocabulary import PEOPLE
from library_site.cqrs import dispatch_all, rehearse_all
from library_site.tables import Row, Table
from library_site.tables.import_command import ImportCommand, system_context
from library_site.tables.names import Order

_ORDERS = {"first-last": Order.FIRST_LAST, "last-first": Order.LAST_FIRST}


class Command(ImportCommand):
    help = f"Registers every person of a file of rows (CSV, TSV) who is not there yet. {ImportCommand.exit_status}"
    vocabulary, columns, things = PEOPLE, tuple(PEOPLE.words), "people"
    figures = {
        Became.ADDED: "  added",
        Standing.VERIFIED.value: "    set to verified",
        Standing.SUSPENDED.value: "    suspended",
        Became.THERE: "  already there",
        Became.NOT_A_PERSON: "  not a person",
        Became.REJECTED: "  rejected",
    }
    headings = {
        Became.REJECTED: "Rejected",
        Became.NOT_A_PERSON: "Not people",
        Became.THERE: "Remarks on people who were there already",
        Became.ADDED: "Remarks on people who were added",
    }

    def add_more_arguments(self, told: Any) -> None:
        told.add_argument("--name-order", choices=_ORDERS, help="Of the parts of a name, where no comma stands.")
        told.add_argument("--day-order", choices=[each.value for each in DayOrder], help="Of days such as 03/04/2026.")
        told.add_argument(
            "--verified", action="store_true", help="All are verified of whom the file does not say otherwise."
        )

    def reader_of(self, table: Table, options: dict[str, Any]) -> PersonReader:
        days = Days(DayOrder(options["day_order"]) if options["day_order"] else None)
        order = _ORDERS.get(options["name_order"])
        return PersonReader(table.columns, days, order, verified=options["verified"])

    def sample(self, reader: PersonReader, row: Row) -> str:
        try:
            return reader.read(row).in_short
        except (SomethingElse, Unusable):
            return ""

    def fates_of(self, reader: PersonReader, rows: Iterable[Row], *, dry_run: bool) -> Iterator[Sequence[Fate]]:
        return PeopleImport(reader, rehearse_all if dry_run else dispatch_all, system_context).fates(rows)
