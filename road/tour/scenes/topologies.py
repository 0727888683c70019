"""The same day, on functions as the topologies have them."""

from collections.abc import Iterator
from typing import Any

from road.tour.client import Answer
from road.tour.functions import Deployment, named, request
from road.tour.report import Report
from road.tour.world import OF_THE_DAY, World

BORROWER = "(SELECT name FROM circulation_libraryuser WHERE circulation_libraryuser.id = borrower_id)"
TABLES = {
    "books": f"SELECT title, status, {BORROWER}, due_on FROM catalog_book ORDER BY title",  # noqa: S608 - our own words
    "people": "SELECT name, status FROM circulation_libraryuser ORDER BY name",
    "past loans": f"SELECT {BORROWER}, ending, due_on FROM circulation_pastloan ORDER BY ended_at",  # noqa: S608 - likewise
    "journal": "SELECT operation, source, outcome, code FROM cqrs_journalentry ORDER BY at, id",
}
PEOPLE = ({"name": "Ada", "email": "ada@example.org"}, {"name": "Eve", "email": "eve@example.org"})
BOOK = {"title": "Always Coming Home", "author": {"name": "Ursula K. Le Guin"}}
WIDEST = 40


def play(report: Report, world: World) -> None:
    report.scene(
        "The same day, on other topologies",
        "A process need not serve everything: the setting LIBRARY_OPERATIONS says which operations it carries out (*: "
        "all). A topology is a way to cut the library into functions by that setting: one for everything, or one for "
        "commands and one for queries. Here each function is a process, and the same requests go to each topology, "
        "every one to the function that has its operation. Each topology has its own copy of one library.",
    )
    answers, tables = [], []
    for each in world.deployments:
        each.warm(OF_THE_DAY)
        answers.append(list(map(str, day(each))))
        tables.append({of: world.library.database.rows(each.topology.name, asked) for of, asked in TABLES.items()})
    report.table(("topology", "function", "LIBRARY_OPERATIONS", "requests"), work(world.deployments))
    report.say("")
    equal(report, answers, tables)
    for each in world.deployments:
        only_queries(report, each)


def day(library: Deployment) -> Iterator[Answer]:
    """What is answered, from the first request to the last."""
    ada, eve = (library.send("POST", "/api/user/register", person) for person in PEOPLE)
    added = library.send("POST", "/api/book/new", BOOK)
    yield from (ada, eve, added)
    by_ada, by_eve = ({"user_id": each.document["user_id"]} for each in (ada, eve))
    book = f"/api/book/{added.document['book_id']}"
    yield library.send("POST", f"{book}/borrow", by_ada)
    yield library.send("POST", f"{book}/borrow", by_eve)  # Ada has it
    yield library.send("POST", f"{book}/reserve", by_eve)
    yield library.send("POST", f"{book}/return")
    yield library.send("POST", f"{book}/borrow", by_ada)  # it waits for Eve
    yield library.send("POST", f"{book}/borrow", by_eve)
    yield library.send("POST", f"{book}/missing")
    yield library.send("GET", "/api/book/missing")


def work(deployments: list[Deployment]) -> list[tuple[str, str, str, int]]:
    """Which process had how many of the requests."""
    return [
        (each.topology.name, name.removeprefix("library-"), shortened(each.functions[name].serves), len(operations))
        for each in deployments
        for name, operations in each.asked.items()
    ]


def shortened(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def equal(report: Report, answers: list[list[str]], tables: list[dict[str, list[Any]]]) -> None:
    refused = sum(answer.startswith("4") for answer in answers[0])
    report.claim(
        "each request is answered the same",
        all(each == answers[0] for each in answers),
        f"{len(answers[0])} requests, of which {refused} are refused, on {len(answers)} topologies",
    )
    report.claim(
        "and all tables are the same in the end",
        all(each == tables[0] for each in tables) and all(tables[0].values()),
        ", ".join(f"{of} {len(rows)}" for of, rows in tables[0].items()),
    )


def only_queries(report: Report, deployment: Deployment) -> None:
    """Whoever goes past the routes to a function that serves queries gets no command carried out."""
    function = deployment.at(named("GetMissingBooks"))
    if function.serves == "*":
        return
    by_rest = function.invoke(request("POST", "/api/book/new", deployment.token, BOOK))["answer"]["statusCode"]
    event = {"operation": "AddNewBook", "arguments": {"title": "Tehanu", "author_name": "Ursula K. Le Guin"}}
    code = function.invoke(event).get("error", "")
    report.claim(
        f"{function.name} of {deployment.topology.name} carries out no AddNewBook",
        by_rest == 404 and '"not_found"' in code,
        f"{by_rest} by REST, {'not_found' if 'not_found' in code else code or 'done'} by an event",
    )
