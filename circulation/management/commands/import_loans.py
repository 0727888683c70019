"""Every open loan of a file of rows into the library, by TakeOverLoan. Adapter: it translates, nothing else."""

from typing import Any

from circulation.importing.days import DayOrder, Days
from circulation.importing.loans import BREAKS, LoanImport, LoanReader
from circulation.importing.vocabulary import LOANS
from library_site.importing.command import ImportCommand
from library_site.importing.fates import Became
from library_site.tables import Table


class Command(ImportCommand):
    kind = "LOANS"
    help = (
        "Takes over every open loan of a file of rows (CSV, TSV): card, barcode, day of borrowing, due day. "
        f"Books and people have to be there. {ImportCommand.exit_status}"
    )
    vocabulary, columns, things = LOANS, tuple(LOANS.words), "loans"
    importer = LoanImport
    figures = {
        Became.ADDED: "  added",
        BREAKS: "    against today’s rules",
        Became.THERE: "  already there",
        LoanImport.other: "  not an open loan",
        Became.REJECTED: "  rejected",
    }
    headings = {
        Became.REJECTED: "Rejected",
        LoanImport.other: "Not open loans",
        Became.ADDED: "Remarks on loans that were added",
    }

    def add_more_arguments(self, told: Any) -> None:
        told.add_argument("--day-order", choices=[each.value for each in DayOrder], help="Of days such as 03/04/2026.")

    def reader_of(self, table: Table, options: dict[str, Any]) -> LoanReader:
        return LoanReader(table.columns, Days(DayOrder(options["day_order"]) if options["day_order"] else None))
