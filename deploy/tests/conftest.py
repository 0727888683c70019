"""What a test of the zip starts from; `make package` builds it."""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy import package
from deploy.tests.aws import Aws, moto_server
from deploy.tests.events import BASES
from deploy.tests.library import Client, Deployed, Library, deployed, migrated_database
from deploy.tests.runtime import Function
from deploy.tests.shell import Operator
from tests import postgres
from tests.arranger import Arranger


@pytest.fixture(scope="session")
def zip_path() -> Path:
    """The zip that every stage deploys."""
    if package.made_of() != package.sources():
        pytest.fail("There is no zip of today's sources: make package.", pytrace=False)
    return package.PACKAGE


@pytest.fixture(scope="session")
def unpacked(zip_path: Path) -> Iterator[Path]:
    """The folder that a function finds in /var/task; nobody may write to it."""
    with tempfile.TemporaryDirectory(prefix="library-task-") as folder:
        with zipfile.ZipFile(zip_path) as file:
            file.extractall(folder)
        yield Path(folder)


@pytest.fixture(scope="session")
def moto() -> Iterator[Aws]:
    """A server that stands for AWS."""
    with moto_server() as aws:
        yield aws


@pytest.fixture
def aws(moto: Aws) -> Aws:
    """That server, with nothing on it."""
    moto.reset()
    return moto


@pytest.fixture
def operator(aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Operator:
    """Somebody who deploys to it."""
    return Operator(aws, monkeypatch, tmp_path)


@pytest.fixture(scope="session")
def database_server() -> str:
    """The URL of a PostgreSQL server, on which tests make databases of their own."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        pytest.fail("There is no PostgreSQL: python -m tests.postgres pytest deploy/tests.", pytrace=False)
    return url


@pytest.fixture(scope="session")
def migrated(unpacked: Path, database_server: str) -> Iterator[str]:
    """The name of a database on that server, of which copies are made."""
    with migrated_database(unpacked, database_server) as name:
        yield name


@pytest.fixture(scope="session")
def library(unpacked: Path, database_server: str, migrated: str) -> Iterator[Library]:
    """A library that tests share, each with books and people of its own."""
    with deployed(unpacked, database_server, migrated) as library:
        yield library


CONNECTIONS = 25


@pytest.fixture(scope="session")
def own_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of our own, with few connections; when it crashes, what was committed is kept."""
    with postgres.throwaway_server(postgres.chosen()) as server:
        with psycopg.connect(server.url, autocommit=True, connect_timeout=10) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = on")
            connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
        server.stop()
        server.start()
        yield server


@pytest.fixture(scope="session")
def own_library(unpacked: Path, own_server: postgres.Server) -> Iterator[Library]:
    """A library on that server."""
    with deployed(unpacked, own_server.url) as library:
        yield library


@pytest.fixture(scope="session")
def at(library: Library) -> dict[str, Function]:
    """A function that serves everything, for each base path."""
    return {base: library.function(BASE_PATH=base) for base in BASES}


@pytest.fixture(scope="session")
def function(at: dict[str, Function]) -> Function:
    return at[""]


@pytest.fixture(scope="session")
def arrange(function: Function) -> Arranger:
    return Deployed(function)


@pytest.fixture
def rest(library: Library, function: Function) -> Callable[..., Client]:
    """A client with a token, of a kind of gateway."""

    def make(kind: str = "http_api", of: Function = function, **kwargs: Any) -> Client:
        return Client(of, kind, headers=library.credentials, **kwargs)

    return make
