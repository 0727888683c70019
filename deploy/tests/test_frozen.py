"""Frozen processes: each holds a connection and says nothing. They keep nobody out for longer than one may idle."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from itertools import product
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from deploy.tests.deployment import as_role, new_roles
from deploy.tests.events import Answer, queue_event
from deploy.tests.library import Client, Library, asking, registering
from deploy.tests.runtime import MAINTAINS, Function, FunctionError
from tests.arranger import new_person

IDLE = 1
"""Seconds; by default it is 20."""
A_LITTLE = 1


@pytest.fixture(scope="module")
def library(own_library: Library) -> Library:
    return own_library


@pytest.fixture(scope="module")
def urls(library: Library) -> Iterator[dict[str, str]]:
    """Of the database, for each role that functions connect as."""
    with new_roles(library.database_url) as names:
        urls = {kind: as_role(library.database_url, name) for kind, name in names.items()}
        passed = {f"{kind.upper()}_DATABASE_URL": url for kind, url in urls.items()}
        maintenance = library.function("library-maintenance", MAINTAINS, **passed)
        maintenance.invoke({"manage": f"create_database_roles --idle-seconds {IDLE}"})
        maintenance.stop()
        yield urls
        with psycopg.connect(library.database_url, autocommit=True) as owner:
            for name in names.values():
                owner.execute(f'DROP OWNED BY "{name}"'.encode())


@pytest.fixture(scope="module")
def functions(library: Library, urls: dict[str, str]) -> dict[str, Function]:
    """Of each role one, which is warm."""
    functions = {kind: library.function(DATABASE_URL=url) for kind, url in urls.items()}
    assert [Client(function).get("/login").status for function in functions.values()] == [200] * len(functions)
    return functions


@contextmanager
def frozen(url: str, how_many: int) -> Iterator[int]:
    """So many processes that hold a connection as this role, or as many of them as are let in: how many."""
    with ThreadPoolExecutor(20) as pool, ExitStack() as stack:
        held = [each for each in pool.map(_connected, [url] * how_many) if each]
        for each in held:
            stack.callback(each.close)
        yield len(held)


def _connected(url: str) -> "psycopg.Connection[Any] | None":
    with suppress(psycopg.OperationalError):
        return psycopg.connect(url, connect_timeout=5)
    return None


def served(answer: Answer) -> bool:
    """Whether it was; else it must say when to try again."""
    if answer.status == 503:
        assert "retry-after" in answer.headers
    return answer.status < 400


def done(function: Function, document: dict[str, Any]) -> bool:
    try:
        function.invoke(document)
    except FunctionError as error:
        return error.message.count("connections for role") == 0
    return True


ASKED: dict[str, dict[str, Callable[[Function, Library], bool]]] = {
    "desk": {
        "health": lambda function, library: served(Client(function).get("/healthz")),
        "sign-in": lambda function, library: served(Client(function).sign_in()),
    },
    "commands": {
        "by REST": lambda function, library: served(
            Client(function, headers=library.credentials).post("/api/user/register", new_person())
        ),
        "directly": lambda function, library: done(function, asking("RegisterUser", **new_person())),
        "a message": lambda function, library: (
            function.invoke(queue_event(registering(), ids=(str(uuid4()),))) == NONE_FAILED
        ),
    },
    "reader": {"directly": lambda function, library: done(function, asking("GetMissingBooks"))},
}
NONE_FAILED: dict[str, Any] = {"batchItemFailures": []}


def wait_until(is_served: Callable[..., bool], *given: Any) -> None:
    started = time.monotonic()
    while not is_served(*given):
        assert time.monotonic() - started < 10 * IDLE
        time.sleep(0.05)


def disconnect(library: Library, url: str) -> None:
    """End the sessions of this role, those of our own functions too."""
    library.rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", role_of(url))


def role_of(url: str) -> str:
    return str(urlsplit(url).username)


def test_frozen_processes_keep_others_out_for_no_moment_and_those_of_their_own_kind_not_for_long(
    library: Library, urls: dict[str, str], functions: dict[str, Function]
) -> None:
    for kind, how_many in product(ASKED, (20, 100)):
        disconnect(library, urls[kind])
        since = time.monotonic()
        with frozen(urls[kind], how_many) as held:
            assert 5 <= held <= 9, "as many as their role has"
            assert not next(iter(ASKED[kind].values()))(functions[kind], library), "which was the last"
            assert library.value("SELECT 1") == 1, "the owner gets in"
            for each in ASKED.keys() - {kind}:
                assert [name for name, ask in ASKED[each].items() if not ask(functions[each], library)] == []
            for ask in ASKED[kind].values():
                wait_until(ask, functions[kind], library)
            assert time.monotonic() - since < IDLE + A_LITTLE, (kind, how_many)


def test_whoever_asks_for_its_health_leaves_no_connection_behind(library: Library, urls: dict[str, str]) -> None:
    """Eighteen anonymous requests had taken all there were; a process that has one already keeps it."""
    held = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
    processes = [Client(library.function(DATABASE_URL=urls["desk"])) for _ in range(2)]
    for client in processes:
        assert client.get("/login").status == 200  # which takes no database
    disconnect(library, urls["desk"])

    assert [client.get("/healthz").status for client in processes * 2] == [200] * 4
    assert library.value(held, role_of(urls["desk"])) == 0
    processes[0].sign_in()
    assert [client.get("/healthz").status for client in processes] == [200] * 2
    assert library.value(held, role_of(urls["desk"])) == 1
