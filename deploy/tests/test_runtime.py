"""The packaged functions beside a PostgreSQL server that restarts, stops and hangs."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.tests.events import Answer, bus_event, http_answer, queue_event, recorded
from deploy.tests.library import Client, Deployed, Library, Page, asking, registering
from deploy.tests.runtime import Function, FunctionError
from tests import postgres
from tests.arranger import new_person

BOUND = 10  # seconds, within which there is an answer whatever the database does


@pytest.fixture(scope="module")
def server(own_server: postgres.Server) -> postgres.Server:
    """To be ill-treated."""
    return own_server


@pytest.fixture(scope="module")
def library(own_library: Library) -> Library:
    return own_library


@pytest.fixture(scope="module")
def shared(library: Library) -> Function:
    return library.function()


@pytest.fixture
def function(shared: Function) -> Iterator[Function]:
    """A function that is warm, connected, and the same process throughout the test."""
    assert http_answer(shared.invoke(recorded("http_api"))).status == 200
    pid = shared.pid
    yield shared
    assert http_answer(shared.invoke(recorded("http_api"))).status == 200
    assert shared.pid == pid


@pytest.fixture(scope="module")
def desk(shared: Function) -> Client:
    """A browser that is signed in."""
    client = Client(shared)
    assert client.sign_in().status == 302
    return client


@pytest.fixture(scope="module")
def rest(library: Library, shared: Function) -> Client:
    return Client(shared, headers=library.credentials)


# A server that restarts between two events

EVENTS: dict[str, Callable[[Function, Client, Client], Any]] = {
    "a query by REST": lambda function, rest, desk: ok(rest.get("/api/book/missing")),
    "a command by REST": lambda function, rest, desk: ok(rest.post("/api/user/register", new_person())),
    "the CRUD": lambda function, rest, desk: ok(rest.get("/api/author")),
    "a page": lambda function, rest, desk: ok(desk.get("/search-users?q=x")),
    "the admin": lambda function, rest, desk: ok(desk.get("/admin/catalog/book/")),
    "a sign-in": lambda function, rest, desk: ok(Client(function).sign_in()),
    "the health check": lambda function, rest, desk: ok(rest.get("/healthz")),
    "a direct query": lambda function, rest, desk: function.invoke(asking("GetMissingBooks")),
    "a direct command": lambda function, rest, desk: function.invoke(asking("RegisterUser", **new_person())),
    "a queue": lambda function, rest, desk: none_failed(function.invoke(queue_event(registering(), ids=new_ids(1)))),
    "the bus": lambda function, rest, desk: function.invoke(bus_event(json.loads(registering()), id=str(uuid4()))),
}


def ok(answer: Answer) -> None:
    assert answer.status < 400, answer.text


def none_failed(answer: Any) -> None:
    assert answer == {"batchItemFailures": []}


def new_ids(how_many: int) -> tuple[str, ...]:
    return tuple(str(uuid4()) for _ in range(how_many))


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_of_the_server_costs_no_event(server, function, rest, desk, mode) -> None:
    for send in EVENTS.values():
        server.stop(mode)
        server.start()
        send(function, rest, desk)


def test_the_connection_is_kept_from_one_event_to_the_next(library) -> None:
    backends = """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> 'tests'
    """
    others, function = set(library.rows(backends)), library.function()
    client = Client(function, headers=library.credentials)
    seen = []
    for _ in range(3):
        ok(client.get("/api/author"))
        seen.append(set(library.rows(backends)) - others)
        function.invoke(asking("GetMissingBooks"))
        seen.append(set(library.rows(backends)) - others)

    assert len(seen[0]) == 1
    assert seen == [seen[0]] * 6


# A server that is down, or hangs


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@contextmanager
def down(server: postgres.Server) -> Iterator[None]:
    """The server is stopped, inside."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def assert_unavailable(answer: Answer) -> None:
    """The problem that says so, or to people a page."""
    assert answer.status == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    if answer.headers["content-type"] == "application/problem+json":
        assert (answer.json()["status"], answer.json()["code"]) == (503, "unavailable")
    else:
        assert answer.headers["content-type"].startswith("text/html")
        assert "try again" in answer.text.lower()


def test_while_the_server_is_down_every_request_is_told_so(server, library, function, rest, desk) -> None:
    stranger = Client(function)
    login = Page(stranger.get("/login").text).fields
    with down(server):
        for url in ("/api/book/missing", "/api/author", f"/api/author/{uuid4()}"):
            with at_most(BOUND):
                answer = rest.get(url)
            assert_unavailable(answer)
            assert answer.headers["content-type"] == "application/problem+json"
        for send in (
            lambda: rest.post("/api/user/register", new_person(), headers={"Idempotency-Key": str(uuid4())}),
            lambda: rest.get("/api/author", headers={"Accept": "text/html"}),
            lambda: desk.get("/"),
            lambda: desk.get("/search-users?q=x"),
            lambda: desk.get("/admin/catalog/book/"),
            lambda: stranger.submit("/login", login | {"username": "x", "password": "y"}),
        ):
            with at_most(BOUND):
                answer = send()
            assert_unavailable(answer)
        health = rest.get("/healthz")
        assert (health.status, health.headers["content-type"]) == (503, "application/json")


SHORT = 3_500  # milliseconds of an invocation's time, so that a test needn't wait for long


def test_a_server_that_hangs_is_waited_for_within_the_functions_time(server, library, function, rest, desk) -> None:
    key, person = str(uuid4()), new_person()
    for send in (
        lambda: rest.get("/api/book/missing", timeout_ms=SHORT),
        lambda: desk.get("/", timeout_ms=SHORT),
        lambda: rest.send("POST", "/api/user/register", **command(person, key), timeout_ms=SHORT),
    ):
        ok(rest.get("/api/author"))
        with server.frozen(), at_most(SHORT / 1000):
            answer = send()
        assert_unavailable(answer)
        ok(rest.get("/api/author"))

    answer = rest.send("POST", "/api/user/register", **command(person, key))
    assert answer.status == 201
    assert library.value("SELECT count(*) FROM circulation_libraryuser WHERE email = %s", person["email"]) == 1


def command(document: Any, key: str) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return {"body": json.dumps(document).encode(), "headers": headers}


def test_a_command_that_waits_for_a_lock_until_its_time_is_over_does_nothing(library, function, rest) -> None:
    book, lock = Deployed(function).book(), "SELECT 1 FROM catalog_book WHERE id = %s FOR UPDATE"
    with psycopg.connect(library.database_url, connect_timeout=BOUND) as other:
        other.execute(lock, [book])
        with at_most(SHORT / 1000):
            answer = rest.send("POST", f"/api/book/{book}/missing", **command({}, "a-key"), timeout_ms=SHORT)
        assert_unavailable(answer)
        locked, good = new_ids(2)
        batch = queue_event(json.dumps(asking("ReportMissingBook", book_id=book)), registering(), ids=(locked, good))
        with at_most(SHORT / 1000):
            answer = function.invoke(batch, timeout_ms=SHORT)
        assert answer == {"batchItemFailures": [{"itemIdentifier": locked}]}
    with psycopg.connect(library.database_url, connect_timeout=BOUND, options="-c lock_timeout=5s") as another:
        another.execute(lock, [book])  # nor does it keep the lock, once it has got it
    assert rest.get(f"/api/book/{book}").json()["status"] == "AVAILABLE"
    assert rest.send("POST", f"/api/book/{book}/missing", **command({}, "a-key")).status == 200


SLOW_COMMIT = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON circulation_libraryuser DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION dawdle();
"""


@pytest.fixture
def slow_commit(library: Library) -> Iterator[None]:
    """Whoever registers a person waits for the end of the transaction."""
    with psycopg.connect(library.database_url, autocommit=True, connect_timeout=BOUND) as owner:
        owner.execute(SLOW_COMMIT)
        yield
        backends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        owner.execute(backends)
        owner.execute("DROP FUNCTION dawdle CASCADE")


@pytest.mark.usefixtures("slow_commit")
def test_a_transaction_that_hangs_at_its_end_is_given_up_like_any_other(library, function, rest) -> None:
    person = new_person()
    with at_most(SHORT / 1000):
        assert_unavailable(rest.post("/api/user/register", person, timeout_ms=SHORT))
    with at_most(SHORT / 1000), pytest.raises(FunctionError) as given_up:
        function.invoke({"operation": "RegisterUser", "arguments": person}, timeout_ms=SHORT)

    assert given_up.value.kind == "TimeoutError"
    assert library.value("SELECT count(*) FROM circulation_libraryuser WHERE email = %s", person["email"]) == 0


@contextmanager
def listening(*, backlog: int) -> Iterator[int]:
    """A port at which nobody ever answers; with a full backlog, nobody even picks up."""
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as silent:
        address = silent.getsockname()
        callers = [socket.socket() for _ in range(0 if backlog else 4)]
        try:
            for caller in callers:
                caller.setblocking(False)
                caller.connect_ex(address)
            yield address[1]
        finally:
            for caller in callers:
                caller.close()


@pytest.mark.parametrize("backlog", [0, 100])
def test_a_network_that_swallows_everything_is_not_waited_for_long(library, backlog) -> None:
    with listening(backlog=backlog) as port, ThreadPoolExecutor(3) as pool:
        nowhere = {"DATABASE_URL": f"postgresql://library@127.0.0.1:{port}/library"}
        functions = [library.function(**nowhere) for _ in range(3)]
        clients = [Client(function, headers=library.credentials) for function in functions]
        for client in clients:
            ok(client.get("/login"))  # which takes no database; and now they are warm
            client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
        with at_most(BOUND):
            answers = list(pool.map(Client.get, clients, ("/api/book/missing", "/", "/healthz")))
    for answer in answers[:2]:
        assert_unavailable(answer)
    assert answers[2].status == 503
