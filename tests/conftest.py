"""Fixtures for every test: a librarian, and clients of each door."""

import gc
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from _pytest.nodeid import NodeId
from django.contrib.auth.models import Group, User
from django.core.servers.basehttp import WSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from rest_framework.test import APIClient

import catalog.crud.api
import catalog.urls  # noqa: F401 - all URLs, before a test narrows LIBRARY_OPERATIONS
import circulation.crud.api
import circulation.urls  # noqa: F401 - likewise
import library_site.urls  # noqa: F401 - likewise
from catalog.commands import AddNewBook
from library_site.accounts.watch import unwatched
from library_site.cqrs import operations
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS
from tests import flush, guard
from tests.library import Handler, new_token

hypothesis.settings.register_profile("library", deadline=None)  # how long an example takes, others beside it decide
hypothesis.settings.load_profile("library")
gc.set_threshold(100_000, 50, 100)  # what lives as long as the process is looked through less often
guard.install()
flush.install()
WSGIServer.request_queue_size = 128  # so that the live server hears fifty clients at once


def needs_database(item: pytest.Item) -> bool:
    """Whether a test may touch the database: pytest-django refuses it to every other."""
    return item.get_closest_marker("django_db") is not None or not NEED_DATABASE.isdisjoint(
        getattr(item, "fixturenames", ())
    )


NEED_DATABASE = {"db", "transactional_db", "live_server"}

ON_POSTGRESQL = {
    "commands", "queries", "append_only", "barcodes", "between_two_desks", "check_journal", "create_database_roles",
    "crud_and_reservations", "desks", "dispatcher", "journal", "migrations", "model", "models", "moves", "races",
    "rules", "scale", "search", "statements", "watch",
}  # fmt: skip
"""Folders and files whose statements differ by database, or whose outcome may; and some scans.

Pages say nothing to a database but by operations, which have their tests there."""

ALIKE = {"api", "contract", "crud", "permissions", "refusals", "repeats", "tokens"}
"""Files of adapters: what they make of an answer or a refusal is the same wherever it comes from."""


MADE_ONCE = ("large_library", "deployment", "standing", "own_library")
"""Fixtures that take seconds to make: who has the same one is tested by the same worker."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Marks what `make test` runs on PostgreSQL too: those files, and whatever ends its transactions itself.

    What is marked `alike` or in such a file `make soak` runs there.
    Whatever takes long comes first, in any random order of the others: else one worker begins it when the other has
    nothing left to do.
    """
    for item in items:
        if needs_database(item):
            for name in _on_postgresql(item):
                item.add_marker(name)
        if group := _made_once(item):
            item.add_marker(pytest.mark.xdist_group(group))
    yield
    for item in items:
        _send_to_its_group(item)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _on_postgresql(item: pytest.Item) -> list[str]:
    """What a test is marked with, for its file or for what it does."""
    mark = item.get_closest_marker("django_db")
    named = {item.path.parent.name, item.path.stem.removeprefix("test_")}
    if named & ON_POSTGRESQL or (mark and mark.kwargs.get("transaction")):
        return ["postgresql"]
    return ["postgresql", "alike"] if named & ALIKE and not item.get_closest_marker("postgresql") else []


def _send_to_its_group(item: Any) -> None:
    """xdist 3.8 names a group at the end of `_nodeid`, which pytest 9.2 does not read any more: no group held."""
    if named := vars(item).get("_nodeid"):
        item._id = NodeId.parse(named)


def _made_once(item: pytest.Item) -> str:
    """The fixture that a test shares with others, with its parameter."""
    params = getattr(getattr(item, "callspec", None), "params", {})
    shared = (name for name in MADE_ONCE if name in getattr(item, "fixturenames", ()))
    return next((f"{name} {params.get(name, '')}".strip() for name in shared), "")


@pytest.fixture(autouse=True)
def one_door() -> Iterator[None]:
    """Fails the test in which an adapter, in any thread, wrote to the library past dispatch()."""
    guard.violations.clear()
    yield
    assert not guard.violations, "\n".join(guard.violations)


@pytest.fixture
def librarian(db: None) -> User:
    """Somebody on the staff, with every permission that librarians have; there since before the journal."""
    with unwatched():
        user = User.objects.create_user("librarian", password="correct horse", is_staff=True)
        user.groups.add(Group.objects.get(name=LIBRARIANS))
    return user


@pytest.fixture
def supervisor(librarian: User) -> User:
    """The librarian, who may override refusals too."""
    with unwatched():
        librarian.groups.add(Group.objects.get(name=SUPERVISORS))
    return librarian


@pytest.fixture
def api(librarian: User) -> APIClient:
    """A REST client, authenticated as the librarian."""
    client = APIClient()
    client.force_authenticate(librarian)
    return client


@pytest.fixture
def desk(librarian: User) -> Client:
    """A browser without JavaScript, signed in as the librarian."""
    client = Client()
    with unwatched():
        client.force_login(librarian)
    return client


@pytest.fixture
def in_one_transaction() -> Iterator[None]:
    """Requests leave the test's transaction alone, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(librarian: User) -> str:
    """A real API token of the librarian's."""
    return new_token(librarian)


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """Puts another handler in the place of AddNewBook's."""

    def handle(handler: Handler) -> None:
        operation = operations.operation_of(AddNewBook)
        monkeypatch.setitem(operations._operations, AddNewBook, replace(operation, handler=handler))

    return handle
