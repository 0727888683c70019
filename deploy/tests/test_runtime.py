"""The packaged functions beside a PostgreSQL server that restarts, stops and hangs, and lets each role do its part."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from deploy.tests.events import Answer, bus_event, http_answer, queue_event, recorded
from deploy.tests.library import PERSON, Arranger, Client, Library, Page, deployed, new_person
from deploy.tests.runtime import MAINTAINS, Function, FunctionError
from tests import postgres

BOUND = 10  # seconds, within which there is an answer whatever the database does


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of our own, to be ill-treated; when it crashes, what was committed is kept."""
    with postgres.throwaway_server(postgres.chosen()) as server:
        with psycopg.connect(server.url, autocommit=True, connect_timeout=BOUND) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = on")
            connection.execute("SELECT pg_reload_conf()")
        yield server


@pytest.fixture(scope="module")
def library(unpacked: Path, server: postgres.Server) -> Iterator[Library]:
    with deployed(unpacked, server.url) as library:
        yield library


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
    return Client(shared, headers=token_of(library))


def token_of(library: Library) -> dict[str, str]:
    return {"Authorization": f"Token {library.token}"}


def asking(operation: str, **arguments: Any) -> dict[str, Any]:
    return {"operation": operation, "arguments": arguments}


def registering() -> str:
    return json.dumps(asking("RegisterUser", **new_person()))


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
    backends = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    others, function = set(library.rows(backends)), library.function()
    client = Client(function, headers=token_of(library))
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


def test_while_the_server_is_down_messages_are_not_lost(server, function) -> None:
    ids = new_ids(2)
    event = queue_event(registering(), registering(), ids=ids)
    detail = json.loads(registering())
    with down(server):
        with at_most(BOUND), pytest.raises(FunctionError, match="OperationalError"):
            function.invoke(asking("GetMissingBooks"))
        with at_most(BOUND), pytest.raises(FunctionError, match="OperationalError"):
            function.invoke(bus_event(detail, id="a-bus-event"))
        with at_most(BOUND):
            assert {each["itemIdentifier"] for each in function.invoke(event)["batchItemFailures"]} == set(ids)
    none_failed(function.invoke(event))
    function.invoke(bus_event(detail, id="a-bus-event"))


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


def test_messages_too_are_given_up_in_time_when_the_server_hangs(server, function) -> None:
    ids = new_ids(2)
    event = queue_event(registering(), registering(), ids=ids)
    with server.frozen(), at_most(SHORT / 1000), pytest.raises(FunctionError, match="TimeoutError"):
        function.invoke(asking("GetMissingBooks"), timeout_ms=SHORT)
    function.invoke(asking("GetMissingBooks"))
    with server.frozen(), at_most(SHORT / 1000):
        failed = function.invoke(event, timeout_ms=SHORT)["batchItemFailures"]
    assert {each["itemIdentifier"] for each in failed} == set(ids)
    none_failed(function.invoke(event))


def test_a_command_that_waits_for_a_lock_until_its_time_is_over_does_nothing(library, function, rest) -> None:
    book, lock = Arranger(function).book(), "SELECT 1 FROM catalog_book WHERE id = %s FOR UPDATE"
    with psycopg.connect(library.database_url, connect_timeout=BOUND) as other:
        other.execute(lock, [book])
        with at_most(SHORT / 1000):
            answer = rest.send("POST", f"/api/book/{book}/missing", **command({}, "a-key"), timeout_ms=SHORT)
        assert_unavailable(answer)
    with psycopg.connect(library.database_url, connect_timeout=BOUND, options="-c lock_timeout=5s") as another:
        another.execute(lock, [book])  # nor does it keep the lock, once it has got it
    assert rest.get(f"/api/book/{book}").json()["status"] == "AVAILABLE"
    assert rest.send("POST", f"/api/book/{book}/missing", **command({}, "a-key")).status == 200


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
        clients = [Client(function, headers=token_of(library)) for function in functions]
        for client in clients:
            ok(client.get("/login"))  # which takes no database; and now they are warm
            client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
        with at_most(BOUND):
            answers = list(pool.map(Client.get, clients, ("/api/book/missing", "/", "/healthz")))
    for answer in answers[:2]:
        assert_unavailable(answer)
    assert answers[2].status == 503


# Processes


def test_a_function_that_cannot_start_says_what_to_do(library) -> None:
    function = library.function("library-misconfigured", SECRET_KEY="")
    for _ in range(2):
        with pytest.raises(FunctionError, match="Set SECRET_KEY in the environment") as failure:
            function.invoke(recorded("http_api"))
        assert failure.value.kind == "ImproperlyConfigured"
        assert function.pid is None


def test_a_message_that_two_environments_work_on_at_the_same_moment_is_done_once(library) -> None:
    twins = [library.function(), library.function()]
    arrange = Arranger(twins[0])
    with ThreadPoolExecutor(2) as pool:
        for _ in range(5):
            ids = new_ids(2)
            bodies = [json.dumps(asking("AddNewBook", title="Twice", author_name="Nobody")), registering()]
            event = queue_event(*bodies, ids=ids)
            for answer in pool.map(lambda twin, event=event: twin.invoke(event), twins):
                none_failed(answer)
            done = "SELECT count(*) FROM cqrs_journalentry WHERE idempotency_key = %s AND outcome = 'CARRIED_OUT'"
            assert [library.value(done, id) for id in ids] == [1, 1]
    assert arrange("SearchAuthors", q="nobody")["results"]


def test_a_process_that_dies_is_reported_and_replaced(library) -> None:
    function = library.function("library-mortal")
    function.invoke(recorded("http_api"))
    first = function.pid
    assert first
    os.kill(first, signal.SIGKILL)

    with pytest.raises(FunctionError, match="The process ended with status -9") as failure:
        function.invoke(recorded("http_api"))

    assert failure.value.kind == "Runtime.ExitError"
    assert http_answer(function.invoke(recorded("http_api"))).status == 200
    assert function.pid != first


# The roles of the database


def url_of(library: Library, role: str) -> str:
    url = urlsplit(library.database_url)
    return url._replace(netloc=f"{role}:{role}-password@{url.hostname}:{url.port}").geturl()


@pytest.fixture(scope="module")
def roles(library: Library) -> Library:
    """The library, after its roles were made (twice: the second time changes nothing)."""
    variables = {f"{role.upper()}_DATABASE_URL": url_of(library, role) for role in ("writer", "reader")}
    maintenance = library.function("library-maintenance", MAINTAINS, **variables)
    for _ in range(2):
        assert maintenance.invoke({"manage": "create_database_roles"}) == "writer: writer\nreader: reader\n"
    return library


@pytest.fixture(scope="module")
def writer(roles: Library) -> Function:
    """The function that serves everything, as the writer."""
    return roles.function(DATABASE_URL=url_of(roles, "writer"))


@pytest.fixture(scope="module")
def reader(roles: Library) -> Function:
    """The function that serves the queries, as the reader."""
    return roles.function("library-queries", DATABASE_URL=url_of(roles, "reader"), LIBRARY_OPERATIONS="queries")


QUERIES = ["/api/book/missing", "/api/book/search?q=x", "/api/author/search?q=x", f"/api/user/search?q={PERSON}"]


def test_the_writer_does_all_that_a_library_does(writer) -> None:
    arrange, visitor = Arranger(writer), Client(writer)
    book, person = arrange.loan()
    arrange("ReportMissingBook", book_id=book)
    arrange("ReportFoundBook", book_id=book)
    arrange("VerifyUser", user_id=person)
    assert visitor.sign_in().status == 302
    fields = Page(visitor.get("/register-user").text).fields
    assert visitor.submit("/register-user", fields | new_person()).status == 302
    author = visitor.get("/admin/catalog/author/add/")
    assert (
        visitor.submit("/admin/catalog/author/add/", Page(author.text).fields | {"name": "Mary Shelley"}).status == 302
    )
    ok(visitor.submit("/logout", Page(visitor.get("/").text).fields))


def test_the_reader_answers_queries_for_a_token_and_for_a_session(roles, writer, reader) -> None:
    Arranger(writer).person()
    by_token, by_session, staff = Client(reader, headers=token_of(roles)), Client(reader), Client(writer)
    assert staff.sign_in().status == 302
    by_session.cookies = staff.cookies

    for client in (by_token, by_session):
        assert [client.get(url).status for url in QUERIES] == [200] * len(QUERIES)
    assert by_token.get(QUERIES[-1]).json()["results"]
    assert reader.invoke(asking("SearchUsers", q=PERSON))["results"]
    assert Client(reader).get(QUERIES[0]).status == 401


def test_a_query_that_is_refused_needs_no_writing_either(roles, reader) -> None:
    client = Client(reader, headers=token_of(roles))
    assert client.get("/api/book/search").status == 400
    assert client.get("/api/book/search?q=x&cursor=junk").status == 400
    assert Client(reader, headers={"Authorization": "Token junk"}).get(QUERIES[0]).status == 401
    assert Client(reader, headers={"Authorization": "Token " + "a" * 64}).get(QUERIES[0]).status == 401


def test_a_command_smuggled_into_a_reader_fails_in_the_database(roles, reader) -> None:
    smuggled = roles.function("library-smuggled", DATABASE_URL=url_of(roles, "reader"), LIBRARY_OPERATIONS="*")
    client, before = Client(smuggled, headers=token_of(roles)), roles.contents()

    answers = [
        client.post("/api/user/register", new_person()),
        client.post("/api/book/new", {"title": "Emma", "author": {"name": "Jane Austen"}}),
        client.post("/api/author", {"name": "Jane Austen"}),
        Client(smuggled).sign_in(),
    ]
    with pytest.raises(FunctionError, match="InternalError: cannot execute INSERT in a read-only transaction"):
        smuggled.invoke(asking("RegisterUser", **new_person()))
    failed = smuggled.invoke(queue_event(registering(), ids=("a-message",)))

    assert [answer.status for answer in answers] == [500] * 4
    assert failed == {"batchItemFailures": [{"itemIdentifier": "a-message"}]}
    assert len([each for each in smuggled.logs if "ReadOnlySqlTransaction" in each.get("exception", "")]) >= 3
    assert roles.contents() == before


FORBIDDEN_TO_ALL = [
    "CREATE TABLE intruder (id int)",
    "CREATE SCHEMA intruder",
    "CREATE ROLE intruder",
    "DROP TABLE catalog_book",
    "ALTER TABLE catalog_book ADD COLUMN intruder int",
    "TRUNCATE catalog_book CASCADE",
    "CREATE INDEX ON catalog_book (id)",
    "ALTER ROLE writer SUPERUSER",
    "COPY catalog_book TO PROGRAM 'cat'",
    "SET ROLE library",
]
FORBIDDEN_TO_READERS = [
    "INSERT INTO catalog_author (id, name, name_key) VALUES (gen_random_uuid(), 'x', 'x')",
    "UPDATE catalog_book SET title = 'x'",
    "DELETE FROM catalog_book",
    "SELECT nextval('auth_user_id_seq')",
]


@pytest.mark.parametrize("statement", FORBIDDEN_TO_ALL)
@pytest.mark.parametrize("role", ["writer", "reader"])
def test_no_role_of_a_function_changes_the_schema(roles, role, statement) -> None:
    refused_to(roles, role, statement)


@pytest.mark.parametrize("statement", FORBIDDEN_TO_READERS)
def test_the_reader_has_no_right_to_write_even_where_it_says_that_it_may(roles, statement) -> None:
    refused_to(roles, "reader", statement)


def refused_to(library: Library, role: str, statement: str) -> None:
    with psycopg.connect(url_of(library, role), autocommit=True, connect_timeout=BOUND) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement.encode())


def test_what_a_later_migration_adds_is_theirs_too(roles) -> None:
    with psycopg.connect(roles.database_url, autocommit=True, connect_timeout=BOUND) as owner:
        owner.execute("CREATE TABLE later (id serial PRIMARY KEY)")
        try:
            with psycopg.connect(url_of(roles, "writer"), autocommit=True, connect_timeout=BOUND) as connection:
                connection.execute("INSERT INTO later DEFAULT VALUES")
            with psycopg.connect(url_of(roles, "reader"), autocommit=True, connect_timeout=BOUND) as connection:
                assert connection.execute("SELECT count(*) FROM later").fetchall() == [(1,)]
                with pytest.raises(ReadOnlySqlTransaction):
                    connection.execute("INSERT INTO later DEFAULT VALUES")
        finally:
            owner.execute("DROP TABLE later")
