"""Migrates SQLite once for all workers of a run: the first does, the others copy its file, and wait for it meanwhile.

Used by the conftest.py of the whole repository, so that they are the same fixtures wherever a test is.
"""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """The file to copy, whether or not it is there yet; none where nobody shares it."""
    shared = connection.vendor == "sqlite" and "PYTEST_XDIST_WORKER" in os.environ
    return tmp_path_factory.getbasetemp().parent / "migrated.sqlite3" if shared else None


@pytest.fixture(scope="session")
def turn(migrated: Path | None, django_db_modify_db_settings: None) -> Iterator[TextIO | None]:
    """Until the first has migrated, nobody else begins."""
    if migrated is None:
        yield None
        return
    with migrated.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if migrated.exists():
            shutil.copyfile(migrated, str(connection.settings_dict["TEST"]["NAME"]))
        yield lock


@pytest.fixture(scope="session")
def django_db_keepdb(migrated: Path | None, turn: TextIO | None) -> bool:
    """Whether migrate finds a file, in which there is nothing left to do."""
    return migrated is not None and migrated.exists()


@pytest.fixture(scope="session")
def django_db_setup(
    migrated: Path | None, turn: TextIO | None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    if migrated and turn:
        if not migrated.exists():
            with django_db_blocker.unblock():
                copy_to(migrated)
        fcntl.flock(turn, fcntl.LOCK_UN)


def copy_to(file: Path) -> None:
    """All that the database of the tests holds; between tests, what migrate makes."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])


@pytest.fixture(scope="session")
def give_migrated(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Callable[[Path], None]:
    """Makes a file in which migrate has nothing left to do; none where the tests are on another database."""

    def give(file: Path) -> None:
        if connection.vendor == "sqlite":
            with django_db_blocker.unblock():
                copy_to(file)

    return give
