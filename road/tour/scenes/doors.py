"""The same command by every door."""

import json
from typing import Any

from road.tour.functions import EVENTS
from road.tour.library import STAFF
from road.tour.report import Report
from road.tour.world import World

NAME, TITLE = "Odo", "The Day Before the Revolution"
LOANS = (
    "SELECT source, actor, operation, outcome, code, arguments, result, changes FROM cqrs_journalentry"
    " WHERE operation = 'BorrowBook' AND id IN (SELECT entry_id FROM cqrs_journalsubject WHERE subject = '{}')"
    " ORDER BY at"
)
DOORS = ["rest", "html", "cli", "lambda"]


def play(report: Report, world: World) -> None:
    report.scene(
        "Four doors, one command",
        "One book is lent to one person by REST, by the page with its form, in the shell, and by an event that a "
        "function of AWS Lambda is invoked with; each time it comes back before the next.",
    )
    library = world.library
    book, user, program = library.book(TITLE), library.user(NAME), library.program()
    said = []
    for lend in (by_rest, by_page, by_shell, by_event):
        said.append(lend(report, world, book, user))
        program.post(f"/api/book/{book}/return")
    claims(report, said, entries(world, book))


def by_rest(report: Report, world: World, book: str, user: str) -> Any:
    answer = world.library.program().post(f"/api/book/{book}/borrow", {"user_id": user})
    report.asked("REST", "POST /api/book/…/borrow", str(answer))
    return answer.document


def by_page(report: Report, world: World, book: str, user: str) -> Any:
    """The page says it in words; the day when the book is due is in the journal, as that of any door."""
    browser = world.library.browser()
    sent = browser.submit("/borrow-book", {"user_id": user, "book_id": book})
    shown = browser.get(sent.headers["location"]).text if sent.status == 302 else sent.text
    report.asked("page", "GET /borrow-book, then POST with its CSRF token", str(sent))
    return f"“{TITLE}” is lent to {NAME}" in shown


def by_shell(report: Report, world: World, book: str, user: str) -> Any:
    run = world.library.shell("dispatch", "BorrowBook", f"book_id={book}", f"user_id={user}", "--as", STAFF)
    report.asked("shell", "manage.py dispatch BorrowBook book_id=… user_id=…", f"exit status {run.returncode}")
    return json.loads(run.stdout or "{}")


def by_event(report: Report, world: World, book: str, user: str) -> Any:
    """The recorded event, with this book and this person in the place of those that it was recorded with."""
    event = json.loads((EVENTS / "direct.json").read_text()) | {"arguments": {"book_id": book, "user_id": user}}
    said = world.function.invoke(event)
    report.asked("event", '{"operation": "BorrowBook", "arguments": {…}, …}', "answer" if "answer" in said else "error")
    return said.get("answer")


def entries(world: World, book: str) -> list[dict[str, Any]]:
    names = ("source", "actor", "operation", "outcome", "code", "arguments", "result", "changes")
    id = book if world.library.database.name != "SQLite" else book.replace("-", "")
    return [dict(zip(names, map(_plain, row), strict=True)) for row in world.library.rows(LOANS.format(id))]


def _plain(value: Any) -> Any:
    """JSON is read already by PostgreSQL's driver, and by SQLite's is not."""
    return json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value


def claims(report: Report, said: list[Any], found: list[dict[str, Any]]) -> None:
    rest, page, *others = said
    answers = [_less(answer) for answer in (rest, *others)]
    same = sum(answer == answers[0] for answer in answers)
    report.claim(
        "the answer is the same, in JSON or in words", same == 3 and page, f"{same} of 3 in JSON, and the page’s"
    )
    sources = [entry.pop("source") for entry in found]
    actors = [entry.pop("actor") for entry in found]
    report.claim("the journal has each, with its source", sources == DOORS, ", ".join(sources))
    alike = [_less(entry) for entry in found]
    report.claim(
        "its entries are the same, but for the loan’s id and the time",
        len(alike) == len(DOORS) and all(each == alike[0] for each in alike),
        f"{sum(each == alike[0] for each in alike)} of {len(alike)} say the same of "
        f"{', '.join(alike[0]) if alike else 'nothing'}",
    )
    report.claim(
        "and each says who asked; behind an event there is nobody who has signed in",
        len(set(actors[:3])) == 1 and actors[3:] == ["system:lambda"],
        ", ".join(f"{actor} by {source}" for source, actor in zip(sources, actors, strict=True)),
    )


def _less(value: Any) -> Any:
    """Without what differs from loan to loan: its id, and the moment."""
    if isinstance(value, dict):
        return {name: _less(each) for name, each in value.items() if name not in {"loan_id", "borrowed_at"}}
    return [_less(each) for each in value] if isinstance(value, list) else value
