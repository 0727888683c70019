"""A row, or on SQLite the database, that somebody holds, and a database that says nothing: nobody waits for ever."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from io import StringIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.signals import request_finished, request_started
from django.db import OperationalError, connections, transaction
from django.db import connection as django_connection
from django.db.models import Q
from django.test import Client
from psycopg import sql
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import RenewLoan
from circulation.domain.books import lock_books
from library_site.accounts.strangers import attempts
from library_site.admin.tests.admin_pages import act, edit
from library_site.cqrs import Overtaken, dispatch, dispatch_all
from library_site.cqrs.answers import UNAVAILABLE
from library_site.cqrs.models import JournalEntry
from library_site.on_lambda import messages
from library_site.on_lambda.tests.events import LambdaContext, ask, queue
from library_site.postgresql import base
from library_site.postgresql.base import DatabaseWrapper
from library_site.sessions import SessionStore
from tests.library import add_book, borrow, context, register
from tests.postgres import Server, chosen, throwaway_server
from tests.process import database_url
from tests.test_unavailable import broken

pytestmark = pytest.mark.django_db(transaction=True)

connection: Any = django_connection

PATIENCE = 0.2
"""Seconds for which a lock is waited for here."""
ONCE = 3 * PATIENCE + 0.8
"""Seconds that nobody needs who waits for one lock after the other, in one attempt; this machine may be busy."""

IS_POSTGRESQL = connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def impatient(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections that are made from now on wait a moment only."""
    settings.LOCK_TIMEOUT = PATIENCE
    if not IS_POSTGRESQL:
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", PATIENCE)
    yield
    connection.close()


@contextmanager
def held(table: str) -> Iterator[None]:
    """In here, another session holds all rows of a table, and on SQLite the database; whoever meets it is new to it."""
    connection.close()
    if IS_POSTGRESQL:
        with psycopg.connect(database_url()) as another:
            another.execute(sql.SQL("SELECT 1 FROM {} FOR UPDATE").format(sql.Identifier(table)))
            yield
    else:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    began = monotonic()
    yield
    assert monotonic() - began < seconds


@pytest.fixture
def book_id(librarian: User) -> UUID:
    """Of a book that is on loan."""
    User.objects.update(is_superuser=True)
    book_id = add_book("Emma", barcode="30001000047110")
    borrow(book_id, register("Ann Lee"))
    return book_id


JSON = {"Accept": "application/json"}

REST: dict[str, Callable[[APIClient, UUID], Any]] = {
    "a task": lambda api, book: api.post(f"/api/book/{book}/return", headers={"Idempotency-Key": "k"}),
    "an edit": lambda api, book: api.patch(f"/api/book/{book}", {"title": "Sanditon"}),
    "a deletion": lambda api, book: api.delete(f"/api/book/{book}"),
}
PAGES: dict[str, Callable[[Client, UUID], Any]] = {
    "the desk": lambda desk, book: desk.post("/", scan("30001000047110")),
    "the desk's script": lambda desk, book: desk.post("/", scan("30001000047110"), headers=JSON),
    "a page": lambda desk, book: desk.post("/return-book", {"book_id": book}),
    "many": lambda desk, book: desk.post("/many", {"task": "renew_loan", "row": [book], "go": "1", "page_key": "k"}),
    "the admin": lambda desk, book: edit(desk, f"/admin/catalog/book/{book}/change/", title="Sanditon"),
    "the admin's actions": lambda desk, book: act(desk, "catalog_book", "return_book", [book]),
    "the admin's deletions": lambda desk, book: act(desk, "catalog_book", "delete_selected", [book], post="yes"),
}


def scan(typed: str) -> dict[str, str]:
    return {"typed": typed, "mode": "return", "user_id": "", "scan_key": "11111111-1111-4111-8111-111111111111"}


@pytest.mark.parametrize("name", REST)
def test_programs_that_meet_what_somebody_holds_are_told_to_come_again(token: str, book_id: UUID, name: str) -> None:
    api = APIClient(raise_request_exception=False)
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    before = list(Book.objects.values())

    with held("catalog_book"), at_most(ONCE):
        answer = REST[name](api, book_id)

    assert (answer.status_code, answer.json(), answer["Retry-After"]) == (503, UNAVAILABLE, "5")
    assert list(Book.objects.values()) == before
    assert REST["a task"](api, book_id).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_people_who_meet_what_somebody_holds_are_told_so(desk: Client, book_id: UUID, name: str) -> None:
    desk.raise_request_exception = False

    with held("catalog_book"), at_most(ONCE):
        answer = PAGES[name](desk, book_id)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5"), answer.text
    assert not JournalEntry.objects.exclude(outcome="CARRIED_OUT").exists()
    assert PAGES["the desk's script"](desk, book_id).json()["state"] == "done"


@pytest.mark.parametrize("table", ["auth_user", "accounts_failures", "django_session"])
def test_who_signs_in_or_out_is_told_so_too(librarian: User, table: str) -> None:
    client = Client(raise_request_exception=False)
    wrong = {"username": "librarian", "password": "wrong"}
    client.post("/login", wrong)
    if table == "django_session":
        client.force_login(librarian)
    sent = wrong if table == "accounts_failures" else wrong | {"password": "correct horse"}

    with held(table), at_most(ONCE):
        answer = client.post("/logout" if table == "django_session" else "/login", sent)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_on_the_command_line_and_in_a_queue_it_is_a_problem_too(book_id: UUID, settings: Any) -> None:
    settings.STATEMENT_TIMEOUT, said = PATIENCE, StringIO()  # for so long what was typed waits for a lock

    with held("catalog_book"), at_most(2 * ONCE):
        with pytest.raises(SystemExit, match="1"):
            call_command("dispatch", "ReturnBook", f"book_id={book_id}", stderr=said)
        queued = messages.from_queue(queue(ask("ReturnBook", book_id=book_id)), LambdaContext())

    assert json.loads(said.getvalue()) == UNAVAILABLE
    assert len(queued["batchItemFailures"]) == 1


def test_of_many_commands_the_first_that_waits_in_vain_ends_it(book_id: UUID, settings: Any) -> None:
    settings.STATEMENT_TIMEOUT = PATIENCE

    with held("catalog_book"), at_most(ONCE), pytest.raises(OperationalError):
        dispatch_all([RenewLoan(book_id=book_id)] * 20, context())


def test_an_import_waits_again_and_says_how_to_go_on(book_id: UUID, settings: Any, tmp_path: Path) -> None:
    settings.STATEMENT_TIMEOUT = PATIENCE
    file = tmp_path / "books.csv"
    file.write_text("title,authors\nPersuasion,Jane Austen\n")

    with held("catalog_author"), at_most(8 * ONCE), pytest.raises(CommandError, match="Run it again to go on"):
        call_command("import_books", file, stdout=StringIO())
    call_command("import_books", file, stdout=StringIO())


def test_who_waits_for_nobody_is_overtaken_by_a_lock_and_by_nothing_else(book_id: UUID) -> None:
    if IS_POSTGRESQL:
        with held("catalog_book"), transaction.atomic(), pytest.raises(Overtaken):
            lock_books(Q(pk=book_id), nowait=True)
    lost = broken(OperationalError("the connection is lost"), "SELECT")
    with transaction.atomic(), lost, pytest.raises(OperationalError):
        lock_books(Q(pk=book_id), nowait=True)


def test_what_locks_books_hides_no_deadlock(book_id: UUID) -> None:
    """It is what the dispatcher looks at, to tell a conflict from an outage."""
    deadlock = OperationalError("deadlock detected")
    deadlock.__cause__ = psycopg.errors.DeadlockDetected()

    with transaction.atomic(), broken(deadlock, "SELECT"), pytest.raises(OperationalError) as raised:
        lock_books(Q(pk=book_id))
    assert raised.value.__cause__ is not raised.value
    with broken(deadlock, 'SELECT .*"catalog_book"'), pytest.raises(Overtaken):
        dispatch(RenewLoan(book_id=book_id), context())


READ: dict[str, Callable[[Client, UUID], Any]] = {
    "the desk": lambda desk, book: desk.get("/"),
    "a file": lambda desk, book: desk.get(f"/book?book_id={book}"),
    "the admin": lambda desk, book: desk.get(f"/admin/catalog/book/{book}/change/"),
    "REST": lambda desk, book: desk.get("/api/book"),
    "health": lambda desk, book: desk.get("/healthz"),
}


def test_readers_wait_for_nobody_though_their_session_cannot_be_kept(desk: Client, book_id: UUID) -> None:
    """A message that was shown is shown once more."""
    edit(desk, f"/admin/catalog/book/{book_id}/change/", title="Sanditon", _continue="1")

    with held("django_session"):
        for read in READ.values():
            with at_most(2):
                assert read(desk, book_id).status_code == 200

    assert "Sanditon" in desk.get("/admin/").text


if not IS_POSTGRESQL:
    WRITES: dict[str, Callable[[], Any]] = {
        "who signs out": lambda: SessionStore("a" * 32).delete(),
        "a task": transaction.atomic(lambda: None),
        "a stranger": lambda: attempts._count(attempts.weights_of(client="198.51.100.7")),
        "a stranger who was right": lambda: attempts._forgive(attempts.weights_of(client="198.51.100.7")),
    }

    @pytest.mark.parametrize(
        "write",
        [pytest.param(each, id=name, marks=[pytest.mark.soak] * (name != "a task")) for name, each in WRITES.items()],
    )
    def test_of_those_who_would_write_one_waits_for_long(
        write: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So that readers find a thread."""
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 10 * PATIENCE)

        with held(""), ThreadPoolExecutor(4) as desks:
            waited = sorted(desks.map(seconds_until_told, [write] * 4))

        assert waited[2] < 5 * PATIENCE < 10 * PATIENCE <= waited[3]

    def seconds_until_told(write: Callable[[], Any]) -> float:
        began = monotonic()
        with closing(connections["default"]), pytest.raises(OperationalError):
            write()
        return monotonic() - began

    def test_those_behind_wait_for_as_long_as_the_line_moves(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A tenth of their patience goes by with each who is before them."""
        settings.LOCK_TIMEOUT = 10 * PATIENCE / 4
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 20 * PATIENCE)

        def write(_: int) -> None:
            with closing(connections["default"]), transaction.atomic():
                sleep(PATIENCE / 4)

        with ThreadPoolExecutor(12) as desks:
            list(desks.map(write, range(12)))


if IS_POSTGRESQL:
    SOON = 0.2
    FROZEN: dict[str, Callable[[Client], Any]] = {
        "a page": lambda client: client.get("/"),
        "signing in": lambda client: client.post("/login", {"username": "x", "password": "y"}),
        "a program": lambda client: client.post("/api/book/new", headers={"Authorization": "Token abc"}),
        "health": lambda client: client.get("/healthz"),
    }
    IN_A_TRANSACTION: list[Callable[[Any], Any]] = [
        lambda database: database.cursor().execute("SELECT 1"),
        lambda database: database.prepared_cursor().execute("SELECT 1"),
        lambda database: database.savepoint(),
        lambda database: database.commit(),
        lambda database: database.rollback(),
    ]

    def test_what_is_typed_has_no_deadline_and_a_request_has(settings: Any) -> None:
        settings.STATEMENT_TIMEOUT = 7.5
        asked = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        for is_request, expected in ((False, ("7500ms", "0")), (True, ("200ms", "7500ms"))):
            connect(is_request=is_request)
            assert connection.cursor().execute(asked).fetchone() == expected

    def connect(*, is_request: bool = True) -> None:
        base._silent_until.clear()
        (request_started if is_request else request_finished).send(None)
        connection.close()
        connection.connect()

    @pytest.fixture
    def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
        """A server of its own, with nothing in it: what is frozen says of nothing that it is not there."""
        settings.STATEMENT_TIMEOUT = SOON
        for name, value in {"HEALTH": SOON, "LONGER": 0, "_silent_until": {}}.items():
            monkeypatch.setattr(base, name, value)
        real: Any = connections["default"]
        with throwaway_server(chosen()) as server:
            given = real.settings_dict | {"HOST": "127.0.0.1", "PORT": server.port, "NAME": "postgres"}
            given["OPTIONS"] = given["OPTIONS"] | {"connect_timeout": 2}  # there is no shorter one
            connections["default"] = DatabaseWrapper(given, "default")
            try:
                yield server
            finally:
                connections["default"].close()
                connections["default"] = real
                request_finished.send(None)

    def test_a_database_that_says_nothing_is_not_waited_for_by_anybody(server: Server) -> None:
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = "0123456789abcdefghijklmnopqrstuv"
        for name, send in FROZEN.items():
            connect()
            connection.health_check_done = name != "health"
            with server.frozen(), at_most(2 + 3 * SOON if name == "health" else 5 * SOON):
                assert send(client).status_code == 503, name

        for step in IN_A_TRANSACTION:
            connect()
            connection.set_autocommit(False)
            connection.cursor().execute("SELECT 1")
            with server.frozen(), at_most(5 * SOON), pytest.raises(OperationalError):
                step(connection)
            assert connection.connection.closed
