"""Every person of a file of rows into the library, by RegisterUser. Adapter: it translates, nothing else."""

from typing import Any

from circulation.importing.days import DayOrder, Days
from circulation.importing.ours import person_reader
from circulation.importing.people import PeopleImport
from circulation.importing.person_rows import PersonReader
from circulation.importing.statuses import Standing
from circulation.importing.vocabulary import PEOPLE
from library_site.importing.command import ImportCommand
from library_site.importing.fates import Became
from library_site.tables import Table
from library_site.tables.names import ORDERS


class Command(ImportCommand):
    kind = "PEOPLE"
    help = f"Registers every person of a file of rows (CSV, TSV) who is not there yet. {ImportCommand.exit_status}"
    vocabulary, columns, things = PEOPLE, tuple(PEOPLE.words), "people"
    importer = PeopleImport
    figures = {
        Became.ADDED: "  added",
        Standing.VERIFIED.value: "    set to verified",
        Standing.SUSPENDED.value: "    suspended",
        Became.THERE: "  already there",
        PeopleImport.other: "  not a person",
        Became.REJECTED: "  rejected",
    }
    headings = {
        Became.REJECTED: "Rejected",
        PeopleImport.other: "Not people",
        Became.THERE: "Remarks on people who were there already",
        Became.ADDED: "Remarks on people who were added",
    }

    def add_more_arguments(self, told: Any) -> None:
        told.add_argument("--name-order", choices=ORDERS, help="Of the parts of a name, where no comma stands.")
        told.add_argument("--day-order", choices=[each.value for each in DayOrder], help="Of days such as 03/04/2026.")
        told.add_argument(
            "--verified", action="store_true", help="All are verified of whom the file does not say otherwise."
        )

    def reader_of(self, table: Table, options: dict[str, Any]) -> PersonReader:
        days = Days(DayOrder(options["day_order"]) if options["day_order"] else None)
        return person_reader(table, days, ORDERS.get(options["name_order"]), verified=options["verified"])
