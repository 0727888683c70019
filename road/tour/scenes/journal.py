"""The journal of what the scenes have done, and whether the library is what it adds up to."""

from road.tour.report import Report
from road.tour.world import World

COUNTS = (
    "SELECT operation, source, outcome, code, count(*) FROM cqrs_journalentry"
    " GROUP BY operation, source, outcome, code ORDER BY operation, source, outcome, code"
)
BY_HAND = "UPDATE catalog_book SET due_on = '2100-01-01' WHERE title = 'The Left Hand of Darkness'"
EDITS = (
    "EditRecord is an edit of a record, as a form of the admin makes one. Where it means a task, it is carried out as "
    "that task. The three here mean none: they are the account that was made for the story, its groups and its token."
)
REFUSED = {"book_not_available": 21, "loan_limit_reached": 1, "user_suspended": 1}
"""Twenty of the first two scenes, and three of the fourth."""


def play(report: Report, world: World) -> None:
    report.scene(
        "The journal",
        "Each command of the scenes before has its entry, whether it was carried out or refused. An entry says what "
        "the rows became, so all of them together must add up to the tables.",
    )
    rows = world.library.rows(COUNTS)
    report.table(("operation", "source", "outcome", "code", "entries"), rows)
    report.say("")
    report.say(EDITS)
    report.say("")
    refused = {code: count for _, _, outcome, code, count in rows if outcome == "REFUSED"}
    report.claim(
        "it has each refusal of the scenes before",
        refused == REFUSED,
        f"{sum(refused.values())} by {len(refused)} codes",
    )
    adds_up(report, world)
    notices(report, world)


def adds_up(report: Report, world: World) -> None:
    checked = world.library.shell("check_journal")
    numbers = [int(line.split()[0]) for line in checked.stdout.splitlines() if line[:1].isdigit()]
    report.asked("shell", "manage.py check_journal", f"exit status {checked.returncode}")
    report.claim(
        "the tables are what the journal adds up to",
        checked.returncode == 0 and min(numbers[:2], default=0) > 0,
        f"{numbers[0]} entries, {sum(numbers[1:])} rows, all explained" if numbers else checked.stderr,
    )


def notices(report: Report, world: World) -> None:
    """That it can fail: somebody lengthens a loan by hand, past the commands."""
    world.library.database.write(world.library.name, BY_HAND)
    checked = world.library.shell("check_journal")
    wrong = [line for line in checked.stdout.splitlines() if "due_on" in line]
    report.asked("by hand", "UPDATE catalog_book SET due_on = …", "1 row")
    report.asked("shell", "manage.py check_journal", f"exit status {checked.returncode}")
    report.claim(
        "a row that no command has changed is found", checked.returncode == 1 and len(wrong) == 1, f"{len(wrong)} row"
    )
