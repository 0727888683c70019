"""A database that has been migrated once: the first worker that needs it makes it, the others copy it too."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

ONE_AT_A_TIME, IN_USE = 7_265_114, 7_265_115
"""Locks: of whoever makes a database or takes it away, and of all that may copy one."""


@contextmanager
def migrated(server: str, kind: str, migrate: Callable[[str], object]) -> Iterator[str]:
    """The name of a database on this server, the same for all workers of a run; gone when the last of them ends."""
    name = f"{kind}_{os.environ.get('PYTEST_XDIST_TESTRUNUID') or uuid4().hex}"
    identifier = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True, connect_timeout=10) as held:
        held.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not held.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            held.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
            migrate(name)
        held.execute("SELECT pg_advisory_lock_shared(%s)", [IN_USE])
        held.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
        yield name
        held.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        held.execute("SELECT pg_advisory_unlock_shared(%s)", [IN_USE])
        if held.execute("SELECT 1 WHERE pg_try_advisory_lock(%s)", [IN_USE]).fetchone():
            held.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def drop(name: str, verbosity: int) -> None:
    """Though threads of the last test have not left it yet."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """On PostgreSQL, the test database that pytest-django makes of each of several workers is such a copy."""
    if connection.vendor != "postgresql" or "PYTEST_XDIST_TESTRUNUID" not in os.environ:
        yield
        return
    setattr(connection.creation, "_destroy_test_db", drop)  # noqa: B010 - stubs do not know it

    def migrate(name: str) -> None:
        configured, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
        with django_db_blocker.unblock():
            call_command("migrate", verbosity=0)
            connection.close()
        connection.settings_dict["NAME"] = configured

    with migrated(os.environ["TEST_DATABASE_URL"], "migrated", migrate) as name:
        connection.settings_dict["TEST"]["TEMPLATE"] = name
        yield
