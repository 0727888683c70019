"""Every open loan of a file of rows into the library, by TakeOverLoan. Adapter: it translates, nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from circulation.importing.days import DayOrder, Days
from circulation.importing.fates import Became, Fate, SomethingElse, Unusable
from circulation.importing.loans import BREAKS, LoanImport, LoanReader
from circulation.importing.vocabulary import LOANS
from library_site.cqrs import dispatch_all, rehearse_all
from library_site.tables import Row, Table
from library_site.tables.import_command import ImportCommand, system_context


class Command(ImportCommand):
    help = (
        "Takes over every open loan of a file of rows (CSV, TSV): card, barcode, day of borrowing, due day. "
        f"Books and people have to be there. {ImportCommand.exit_status}"
    )
    vocabulary, columns, things = LOANS, tuple(LOANS.words), "loans"
    figures = {
        Became.ADDED: "  added",
        BREAKS: "    against today’s rules",
        Became.THERE: "  already there",
        Became.NOT_A_LOAN: "  not an open loan",
        Became.REJECTED: "  rejected",
    }
    headings = {
        Became.REJECTED: "Rejected",
        Became.NOT_A_LOAN: "Not open loans",
        Became.ADDED: "Remarks on loans that were added",
    }

    def add_more_arguments(self, told: Any) -> None:
        told.add_argument("--day-order", choices=[each.value for each in DayOrder], help="Of days such as 03/04/2026.")

    def reader_of(self, table: Table, options: dict[str, Any]) -> LoanReader:
        return LoanReader(table.columns, Days(DayOrder(options["day_order"]) if options["day_order"] else None))

    def sample(self, reader: LoanReader, row: Row) -> str:
        try:
            return reader.read(row).in_short
        except (SomethingElse, Unusable):
            return ""

    def fates_of(self, reader: LoanReader, rows: Iterable[Row], *, dry_run: bool) -> Iterator[Sequence[Fate]]:
        return LoanImport(reader, rehearse_all if dry_run else dispatch_all, system_context).fates(rows)
