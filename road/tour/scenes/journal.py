"""The journal of what the scenes have done, and whether the library is what it adds up to."""

from ..report import Report
from ..world import World

COUNTS = (
    "SELECT operation, source, outcome, code, count(*) FROM cqrs_journalentry"
    " GROUP BY operation, source, outcome, code ORDER BY operation, source, outcome, code"
)
FORGED = "UPDATE catalog_book SET title = 'Nobody did this' WHERE title = 'The Left Hand of Darkness'"


def play(report: Report, world: World) -> None:
    report.scene(
        "The journal",
        "Each command of the scenes before has its entry, whether it was carried out or refused. An entry says what "
        "the rows became, so all of them together must add up to the tables.",
    )
    rows = world.library.rows(COUNTS)
    report.table(("operation", "source", "outcome", "code", "entries"), rows)
    report.say("")
    checked = world.library.shell("check_journal")
    report.asked("shell", "manage.py check_journal", f"exit status {checked.returncode}")
    said = checked.stdout.strip().splitlines()
    report.claim(
        "the tables are what the journal adds up to", checked.returncode == 0, said[-1] if said else "it failed"
    )
    refused = {(code, count) for operation, _, outcome, code, count in rows if outcome == "REFUSED"}
    report.claim(
        "it has the refusals of the first two scenes, and of the fourth",
        refused == {("book_not_available", 21), ("loan_limit_reached", 1), ("user_suspended", 1)},
        f"{sum(count for _, count in refused)} of {len(refused)} codes",
    )
