"""Each topology, deployed and run: the same day at the library on all five, by every way that leads to a function."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from deploy.tests.aws import PROJECT, Aws, function_at, zappa_settings
from deploy.tests.deployment import MAINTENANCE, PRODUCTION, Deployment, deployed_topology
from deploy.tests.events import Answer, queue_event, recorded
from deploy.tests.library import Client, Deployed, Page
from deploy.tests.operations import JSON, asked
from deploy.tests.runtime import Function, FunctionError
from deploy.topologies import Topology, topologies
from library_site.cqrs.operations import all_operations
from tests.arranger import PERSON, new_person, unique
from tests.declared import commands, declarations

TOPOLOGIES = {each.name: each for each in topologies(zappa_settings()["base"])}
F = TypeVar("F")
QUERIES = {each.name for each in all_operations() if each.is_query}


OF_EVERY_KIND = ("dispatchers", "extracted")
"""Some functions, and one taken out of all that is left; `make soak` deploys the others, the monolith alone too."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[] if name in OF_EVERY_KIND else pytest.mark.soak) for name in TOPOLOGIES],
)
def deployment(
    request: pytest.FixtureRequest, moto: Aws, unpacked: Path, database_server: str, migrated: str
) -> Iterator[Deployment]:
    with deployed_topology(request.param, moto, unpacked, database_server, migrated) as deployment:
        yield deployment


@pytest.fixture
def topology(request: pytest.FixtureRequest, deployment: Deployment) -> Topology:
    """What was to be deployed, by the table that the templates are made from."""
    return TOPOLOGIES[request.node.callspec.params["deployment"]]


@pytest.fixture
def home(topology: Topology) -> dict[str, str]:
    """The function of each operation, by that table."""
    return {each.name: topology.function_of(each).name for each in all_operations()}


# A day at the library


def test_a_day_at_the_library(deployment: Deployment, home: dict[str, str]) -> None:
    """What every operation is asked, is asked of it in turn, at the front door; and some of it at the desk."""
    desk, program, arrange = deployment.client(), deployment.program(), Deployed(deployment.running(PRODUCTION))
    (staff,) = {actor for (actor,) in deployment.rows("SELECT 'user:' || id FROM auth_user")}
    before = len(journal(deployment, staff))

    the_doors_are_shut(deployment.client())
    staff_sign_in(desk)
    at_the_desk(desk, program, arrange)
    for declared in declarations():
        request = asked(declared, arrange)
        done(program.send(request.method, request.url, body=request.body, headers=JSON), request.status)
    lists_are_read_page_by_page(program, arrange)
    what_arrives_late_is_not_done_again(program, arrange)
    tables_are_edited(desk, program, arrange)

    names = (declared.operation.name for declared in commands())
    by_rest = [(entry, "rest", "CARRIED_OUT", "") for name in names for entry in (name, *PARTS.get(name, ()))]
    assert journal(deployment, staff)[before:] == [*AT_THE_DESK, *by_rest, *AT_LAST]
    expected = home | {"EditRecord": PRODUCTION}
    assert deployment.front_door.functions_by_operation() == {name: {function} for name, function in expected.items()}


AT_THE_DESK = [
    ("SignIn", "html", "CARRIED_OUT", ""),
    ("RegisterUser", "html", "CARRIED_OUT", ""),
    ("VerifyUser", "html", "CARRIED_OUT", ""),
    ("AddNewBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "html", "CARRIED_OUT", ""),
    ("ReturnBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "html", "CARRIED_OUT", ""),
    ("BorrowBook", "html", "REFUSED", "book_not_available"),
]
PARTS = {"ContinueImport": ["AddNewBook"], "UndoImport": ["UndoImport"]}
"""What has an entry of its own within that of a command: a row that came in, books that went."""
AT_LAST = [
    ("BorrowBook", "rest", "CARRIED_OUT", ""),
    ("EditRecord", "rest", "CARRIED_OUT", ""),
    ("CorrectBook", "rest", "CARRIED_OUT", ""),
    ("EditRecord", "rest", "REFUSED", "still_referenced"),
]


def journal(deployment: Deployment, actor: str) -> list[Any]:
    """What somebody has done."""
    query = "SELECT operation, source, outcome, code FROM cqrs_journalentry WHERE actor = %s ORDER BY at, id"
    return deployment.rows(query, actor)


def the_doors_are_shut(stranger: Client) -> None:
    """Nobody is served without saying who it is, but for what tells how to."""
    assert stranger.get("/healthz").json() == {"status": "ok"}
    for url in ("/api/book", "/api/book/missing", "/api/book/search?q=dune"):
        assert_problem(stranger.get(url), 401, "not_authenticated")
    assert_problem(stranger.post("/api/user/register", new_person()), 401, "not_authenticated")
    assert_problem(stranger.get("/api/nothing/here"), 404, "not_found")
    assert stranger.get("/nothing/here").status == 404
    schema = stranger.get("/api/schema?format=json").json()
    named = {about["operationId"] for methods in schema["paths"].values() for about in methods.values()}
    assert {each.name for each in all_operations()} <= named
    assert stranger.get("/").headers["location"] == "/login?next=/"
    (sheet,) = (each for each in Page(stranger.get("/login").text).loads if each.endswith(".css"))
    assert stranger.get(sheet).headers["content-type"] == 'text/css; charset="utf-8"'


def staff_sign_in(desk: Client) -> None:
    signed_in = desk.sign_in()
    assert (signed_in.status, signed_in.headers["location"]) == (302, "/")
    assert "Scan a card or a book" in desk.get("/").text


def at_the_desk(desk: Client, program: Client, arrange: Deployed) -> None:
    """Somebody registers, and has a new book, of which labels and a picture are drawn; nobody else may have it."""
    registered = fill_in(desk, "/register-user", new_person())
    assert f"Ann {PERSON} is registered, and not verified yet." in registered.words
    ann = registered.url.removeprefix("/verify-user?user_id=")
    assert f"Ann {PERSON} is verified." in fill_in(desk, registered.url, {"user_id": ann}).words
    title, author = f"The sands of {unique('Dune')}", unique("Herbert")  # one word with digits may be a barcode
    arrange.book(author=author)
    added = fill_in(desk, "/add-new-book", {"title": title, "author_q": author})
    assert f"Added “{title}” by {author}." in added.words
    (book,) = done(program.get(f"/api/book/search?q={quote(title)}"))["results"]
    assert "data:image/svg+xml;base64," in desk.get(f"/book-labels?first={book['barcode']}").text
    lent = fill_in(desk, "/borrow-book", {"user_id": ann, "book_id_q": title})
    assert f"“{title}” is lent to Ann {PERSON}, due on " in lent.words
    fill_in(desk, "/return-book", {"book_id_q": title})
    fill_in(desk, "/borrow-book", {"user_id": ann, "book_id_q": title})
    refused = fill_in(desk, "/borrow-book", {"user_id": ann, "book_id_q": title}, status=422)
    assert f"Ann {PERSON} has “{title}” already" in refused.words
    pictures = re.findall(r'<img src="([^"]+)"', desk.get("/statistics").text)
    assert len(pictures) >= 3  # none of what is overdue, where nothing is
    for picture in pictures:
        assert "</svg>" in desk.get(unescape(picture)).text


def lists_are_read_page_by_page(program: Client, arrange: Deployed) -> None:
    """Each page is found by the one before."""
    author = unique("Herbert")
    for title in ("Dune", "Dune Messiah", "Hellstrom's Hive"):
        arrange.book(title, author=author)
    assert titles(program, f"/api/book/search?q={author}&page_size=1") == ["Dune", "Dune Messiah", "Hellstrom's Hive"]


def what_arrives_late_is_not_done_again(program: Client, arrange: Deployed) -> None:
    """A program loses an answer and asks again, and once more when the book is back."""
    book, person, headers = arrange.book(), arrange.person(), {"Idempotency-Key": str(uuid4())}
    lend = partial(program.post, f"/api/book/{book}/borrow", {"user_id": person}, headers=headers)
    lost, retried = lend(), lend()
    assert done(lost) == done(retried)
    assert "idempotency-replayed" not in lost.headers
    arrange("ReturnBook", book_id=book)
    late = lend()
    assert done(late) == done(lost)
    assert late.headers["idempotency-replayed"] == retried.headers["idempotency-replayed"] == "true"
    assert done(program.get(f"/api/book/{book}"))["status"] == "AVAILABLE"


def tables_are_edited(desk: Client, program: Client, arrange: Deployed) -> None:
    """As it was done before there were tasks."""
    added, title = arrange.added(), unique("Project 40")
    renamed = program.send(
        "PATCH", f"/api/book/{added['book_id']}", body=json.dumps({"title": title}).encode(), headers=JSON
    )
    assert done(renamed)["title"] == title
    assert done(program.get(f"/api/author/{added['author_id']}"))["id"] == added["author_id"]
    assert_problem(program.send("DELETE", f"/api/author/{added['author_id']}"), 409, "still_referenced")
    assert title in desk.get(f"/admin/catalog/book/?q={title.replace(' ', '+')}").text


class Shown(NamedTuple):
    """Where a form leads to, and what is said there."""

    url: str
    words: str


def fill_in(desk: Client, url: str, fields: dict[str, str], status: int = 302) -> Shown:
    """Open the page, fill in its form, send it, and go where that leads."""
    answer = desk.submit(url, Page(desk.get(url).text).fields | fields)
    assert answer.status == status, Page(answer.text).text
    url = answer.headers.get("location", url)
    page = Page(desk.get(url).text if answer.status == 302 else answer.text)
    return Shown(url, " ".join(page.text.split()))


def done(answer: Answer, status: int = 200) -> Any:
    """What REST answered."""
    assert answer.status == status, answer.text
    return answer.json()


def titles(client: Client, url: str) -> list[str]:
    """Of all pages, each found by the one before."""
    found: list[str] = []
    while url:
        page = done(client.get(url))
        found += [row["title"] for row in page["results"]]
        url = page["next"]
    return found


def assert_problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (answer.json()["status"], answer.json()["code"]) == (status, code)


# Past the front door


@pytest.fixture
def good(deployment: Deployment) -> dict[str, dict[str, Any]]:
    """Of every operation, the arguments of a request that can be carried out."""
    arrange = Deployed(deployment.running(PRODUCTION))
    return {each.operation.name: asked(each, arrange).arguments for each in declarations()}


COMMANDS = [each.operation.name for each in commands()]


def test_commands_come_by_the_queue_of_their_function(
    deployment: Deployment, home: dict[str, str], good: dict[str, Any]
) -> None:
    """Twice, as queues deliver now and then; they are carried out once."""
    readers = {
        each["EventSourceArn"].rpartition(":")[2]: each
        for each in deployment.aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    }
    used = {home[command]: readers[home[command]] for command in COMMANDS}
    assert used == readers
    assert all(each["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for each in readers.values())

    for command in sorted(COMMANDS, key="AddClosure".__eq__):  # which leaves nothing to undo
        reader, id = readers[home[command]], str(uuid4())
        event = queue_event(json.dumps({"operation": command, "arguments": good[command]}), ids=(id,))
        event["Records"][0]["eventSourceARN"] = reader["EventSourceArn"]
        function = deployment.running(function_at(reader["FunctionArn"]))
        assert [function.invoke(event) for _ in range(2)] == [{"batchItemFailures": []}] * 2, command
        assert entries_of(deployment, id) == [(command, "lambda", "CARRIED_OUT", "system:lambda")]

    bought, registered = good["AddNewBook"]["title"], good["RegisterUser"]["email"]
    assert deployment.value("SELECT count(*) FROM catalog_book WHERE title = %s", bought) == 1
    assert deployment.value("SELECT count(*) FROM circulation_libraryuser WHERE email = %s", registered) == 1


def entries_of(deployment: Deployment, key: str) -> list[Any]:
    query = (
        "SELECT operation, source, outcome, entry.actor FROM cqrs_journalentry entry "
        "JOIN cqrs_idempotencykey ON entry.id = entry_id WHERE key = %s"
    )
    return deployment.rows(query, key)


def test_every_day_the_sessions_that_are_over_are_cleared(deployment: Deployment) -> None:
    target = target_of(deployment, "clear-sessions")
    yesterdays, todays = deployment.client(), deployment.client()
    for browser in (yesterdays, todays):
        assert browser.sign_in().status == 302
    expire = "UPDATE django_session SET expire_date = now() - interval '1 day' WHERE session_key = %s RETURNING 1"
    assert deployment.rows(expire, yesterdays.cookies["sessionid"]) == [(1,)]

    assert function_at(target["Arn"]) == deployment.maintenance.name
    deployment.maintenance.invoke(json.loads(target["Input"]))

    kept = {key for (key,) in deployment.rows("SELECT session_key FROM django_session")}
    assert yesterdays.cookies["sessionid"] not in kept
    assert [browser.get("/").status for browser in (yesterdays, todays)] == [302, 200]


def target_of(deployment: Deployment, schedule: str) -> dict[str, Any]:
    """What happens by the clock under this name."""
    rules = deployment.aws.client("events").list_targets_by_rule(Rule=f"{PROJECT}-{schedule}")
    (target,) = rules["Targets"]
    return dict(target)


@pytest.mark.parametrize(
    ("operation", "schedule"),
    [("ExpireReservations", "expire-reservations"), ("EndSuspensions", "end-suspensions")],
)
def test_every_day_what_is_over_ends(
    deployment: Deployment, home: dict[str, str], operation: str, schedule: str
) -> None:
    """Once, however often the event of the day comes."""
    arrange = Deployed(deployment.running(PRODUCTION))
    book, person = arrange.book_not_collected(), arrange.person_suspended_until_yesterday()
    target, id = target_of(deployment, schedule), str(uuid4())
    event = json.loads(target["InputTransformer"]["InputTemplate"].replace("<id>", json.dumps(id)))

    assert function_at(target["Arn"]) == home[operation]
    for _ in range(2):
        deployment.running(home[operation]).invoke(event)

    assert entries_of(deployment, id) == [(operation, "lambda", "CARRIED_OUT", "system:lambda")]
    expired = deployment.value("SELECT status FROM catalog_book WHERE id = %s", book) == "AVAILABLE"
    freed = deployment.value("SELECT status FROM circulation_libraryuser WHERE id = %s", person) != "SUSPENDED"
    assert (expired, freed) == (operation == "ExpireReservations", operation == "EndSuspensions")


def test_a_function_does_nothing_but_what_it_is_for(
    deployment: Deployment, topology: Topology, good: dict[str, Any]
) -> None:
    endpoints, before = rest_endpoints(deployment), deployment.contents()
    for each in some(topology.dedicated):
        function = deployment.running(each.name)
        program = deployment.program(past_the_door_to=function)
        for operation in (operation.name for operation in all_operations() if operation not in each.operations):
            assert_problem(program.send(*endpoints[operation], body=b"{}", headers=JSON), 404, "not_found")
            assert refusal(function, operation, good[operation]) == ("Refused", "not_found")
        assert [program.get(url).status for url in ("/", "/login", "/admin/", "/api/author")] == [404] * 4
    for event in (recorded("http_api"), {"operation": "GetMissingBooks"}):
        with pytest.raises(FunctionError, match="NotAllowed"):
            deployment.maintenance.invoke(event)
    assert deployment.contents() == before


def some(functions: Sequence[F]) -> Sequence[F]:
    """At most five of them, from all over the list: they have one zip, and differ by their settings."""
    return functions[:: max(1, math.ceil(len(functions) / 5))]


def rest_endpoints(deployment: Deployment) -> dict[str, tuple[str, str]]:
    """A request of each operation, as the library itself documents them."""
    paths = deployment.client().get("/api/schema?format=json").json()["paths"]
    return {
        about["operationId"]: (method.upper(), re.sub(r"{\w+}", str(UUID(int=1)), path))
        for path, methods in paths.items()
        for method, about in methods.items()
    }


def refusal(function: Function, operation: str, arguments: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(FunctionError) as refused:
        function.invoke({"operation": operation, "arguments": arguments})
    return refused.value.kind, json.loads(refused.value.message)["code"]


# What answers queries only


def test_who_may_write(deployment: Deployment, topology: Topology) -> None:
    """Whoever carries out commands, the desk apart; the schema is maintenance's alone."""
    roles = {each.name: "commands" for each in topology.functions} | {MAINTENANCE: "owner", PRODUCTION: "desk"}
    roles |= dict.fromkeys(query_functions(topology), "reader")

    assert {name: deployment.role(name) for name in roles} == roles


def test_the_reader_answers_for_a_token_and_for_a_session_and_refuses_without_writing(
    deployment: Deployment, topology: Topology
) -> None:
    arrange, staff = Deployed(deployment.running(PRODUCTION)), deployment.client()
    assert staff.sign_in().status == 302
    for function in some([each for each in topology.dedicated if each.name in query_functions(topology)]):
        url = asked(next(each for each in declarations() if each.operation in function.operations), arrange).url
        reader = deployment.running(function.name)
        program, browser = (make(past_the_door_to=reader) for make in (deployment.program, deployment.client))
        browser.cookies = staff.cookies
        assert [client.get(url).status for client in (program, browser)] == [200, 200]
        assert program.get(f"{url}{'&' if '?' in url else '?'}cursor=junk").status == 400
        for token in ("junk", "a" * 64):
            assert program.get(url, headers={"Authorization": f"Token {token}"}).status == 401


def test_a_write_smuggled_into_a_query_function_fails_in_the_database(
    deployment: Deployment, topology: Topology, good: dict[str, Any]
) -> None:
    """Though all of our own code would let it pass."""
    before = deployment.contents()
    for name in some(query_functions(topology)):
        smuggled = deployment.function(name, LIBRARY_OPERATIONS="*")
        for command in COMMANDS:
            locks_first = command == "AddClosure"
            refusal = "permission denied for table catalog_book" if locks_first else "in a read-only transaction"
            with pytest.raises(FunctionError, match=refusal):
                smuggled.invoke({"operation": command, "arguments": good[command]})
        book = f"/api/book/{good['BorrowBook']['book_id']}"
        program, desk = (make(past_the_door_to=smuggled) for make in (deployment.program, deployment.client))
        answers = [
            program.post("/api/user/register", new_person()),
            program.post(f"{book}/borrow", {"user_id": good["BorrowBook"]["user_id"]}),
            program.send("PATCH", book, body=b'{"title": "Emma"}', headers=JSON),
            program.send("DELETE", book),
            desk.sign_in(),
        ]
        # (Where attempts cannot be counted, nobody signs in: as when the database is down.)
        assert [answer.status for answer in answers] == [500, 500, 500, 500, 503]
        refused = [record for record in smuggled.logs if "ReadOnlySqlTransaction" in record.get("exception", "")]
        assert len(refused) >= len(answers)
        smuggled.stop()
    assert deployment.contents() == before


def query_functions(topology: Topology) -> list[str]:
    return [each.name for each in topology.dedicated if {operation.name for operation in each.operations} <= QUERIES]
