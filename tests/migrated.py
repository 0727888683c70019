"""PostgreSQL's test databases: the first worker that needs one runs the migrations, the others copy what it made.

The copy's original is named after the run, and gone with its last worker; who comes later makes another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

LOCK = 7_265_114  # any number that nobody else takes


@contextmanager
def server() -> Iterator[Any]:
    """A cursor at the server, for one worker at a time."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")  # who migrates takes seconds
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield cursor


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Before pytest-django makes the test database, on PostgreSQL, for one worker of several."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if connection.vendor != "postgresql" or not run:
        yield
        return
    original = f"migrated_{run}"
    with django_db_blocker.unblock(), server() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [original])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{original}"')
            migrate(original)
    connection.settings_dict["TEST"]["TEMPLATE"] = original
    yield
    with django_db_blocker.unblock(), server() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{original}"')


def migrate(database: str) -> None:
    configured, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], database
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = configured
