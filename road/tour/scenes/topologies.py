"""The same day, on functions as the topologies have them."""

from collections.abc import Iterator
from typing import Any

from library_site.cqrs.operations import operation_named

from ..functions import Deployment, all_topologies, request
from ..report import Report
from ..world import World

TABLES = {
    "books": "SELECT title, status, (SELECT name FROM circulation_libraryuser u WHERE u.id = borrower_id), due_on"
    " FROM catalog_book ORDER BY title",
    "people": "SELECT name, status FROM circulation_libraryuser ORDER BY name",
    "past loans": "SELECT b.title, u.name, l.ending, l.due_on FROM circulation_pastloan l"
    " JOIN catalog_book b ON b.id = book_id JOIN circulation_libraryuser u ON u.id = l.borrower_id ORDER BY ended_at",
    "journal": "SELECT operation, source, outcome, code FROM cqrs_journalentry ORDER BY at, id",
}


def play(report: Report, world: World) -> None:
    report.scene(
        f"{len(world.topologies)} topologies, one day",
        "The same requests go to processes whose LIBRARY_OPERATIONS are those of the topology's functions, each to the "
        "process that the topology's route leads to; each topology has a copy of one empty library.",
    )
    deployments = [_deployment(world, name) for name in world.topologies]
    answers = {each.topology.name: list(day(each)) for each in deployments}
    tables = {name: {of: world.database.rows(name, asked) for of, asked in TABLES.items()} for name in world.topologies}
    rows = [
        (each.topology.name, len(each.asked), function.removeprefix("library-"), ", ".join(dict.fromkeys(operations)))
        for each in deployments
        for function, operations in each.asked.items()
    ]
    report.table(("topology", "asked", "function", "for"), rows)
    report.say("")
    _claims(report, answers, tables)
    _refusals(report, world, deployments)


def _deployment(world: World, name: str) -> Deployment:
    environ = world.library.environ | {"DATABASE_URL": world.database.url(name)}
    deployment = Deployment(all_topologies()[name], world.started, environ, world.library.token)
    for operation in OPERATIONS:
        deployment.at(named(operation)).warm()
    return deployment


OPERATIONS = (
    "RegisterUser",
    "AddNewBook",
    "BorrowBook",
    "ReturnBook",
    "PlaceReservation",
    "ReportMissingBook",
    "GetMissingBooks",
)


def named(name: str) -> Any:
    return operation_named(name)


def day(library: Deployment) -> Iterator[str]:
    """What is asked, and of each answer its status and code."""
    ada, eve = (library.send("POST", "/api/user/register", person) for person in PEOPLE)
    yield from (str(ada), str(eve))
    added = library.send("POST", "/api/book/new", {"title": "Always Coming Home", "author": {"name": "U. K. Le Guin"}})
    yield str(added)
    by_ada, by_eve = ({"user_id": each.document["user_id"]} for each in (ada, eve))
    book = f"/api/book/{added.document['book_id']}"
    yield str(library.send("POST", f"{book}/borrow", by_ada))
    yield str(library.send("POST", f"{book}/borrow", by_eve))
    yield str(library.send("POST", f"{book}/reserve", by_eve))
    yield str(library.send("POST", f"{book}/return"))
    yield str(library.send("POST", f"{book}/borrow", by_eve))
    yield str(library.send("POST", f"{book}/missing"))
    missing = library.send("GET", "/api/book/missing")
    yield f"{missing} {[each['title'] for each in missing.document['results']]}"


PEOPLE = ({"name": "Ada", "email": "ada@example.org"}, {"name": "Eve", "email": "eve@example.org"})


def _claims(report: Report, answers: dict[str, list[str]], tables: dict[str, dict[str, list[Any]]]) -> None:
    first, *others = answers
    names = ", ".join(answers)
    asked = answers[first]
    report.claim(
        "each request is answered the same",
        all(answers[each] == asked for each in others),
        f"{len(asked)} requests on {names}",
    )
    for of, rows in tables[first].items():
        report.claim(
            f"{of} are equal in the end", all(tables[each][of] == rows for each in others), f"{len(rows)} rows"
        )


def _refusals(report: Report, world: World, deployments: list[Deployment]) -> None:
    """A function that answers queries is asked for a command, past the routes."""
    query, command = named("GetMissingBooks"), "/api/book/new"
    for each in deployments:
        function = each.at(query)
        if function.serves != "*":
            said = function.invoke(
                request("POST", command, world.library.token, {"title": "X", "author": {"name": "Y"}})
            )
            direct = function.invoke({"operation": "AddNewBook", "arguments": {"title": "X", "author_name": "Y"}})
            report.claim(
                f"{each.topology.name}: the function {function.name}, of queries, carries out no command",
                said["answer"]["statusCode"] == 404 and "not_found" in direct.get("error", ""),
                f"POST {command}: {said['answer']['statusCode']}; an event that asks for AddNewBook: not_found",
            )
