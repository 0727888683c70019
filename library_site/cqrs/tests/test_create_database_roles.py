"""The database roles of the functions: real ones, that really log in."""

import hmac
import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import pbkdf2_hmac, sha256
from io import StringIO
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from psycopg import errors, sql

from tests.guard import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Only PostgreSQL has roles."),
]

Create = Callable[[Any, Any], str]

VARIABLES = {"writer": "WRITER_DATABASE_URL", "reader": "READER_DATABASE_URL"}


class Role(NamedTuple):
    name: str
    password: str

    @property
    def url(self) -> str:
        """As a function has it."""
        return f"postgres://{quote(self.name, safe='')}:{quote(self.password, safe='')}@db.internal:5432/library"


def new_role(kind: str) -> Role:
    return Role(f"test_{kind}_{uuid4().hex[:12]}", "correct horse")


def execute(statement: str, *names: str) -> list[Any]:
    """Carries out a statement, in which {} stands for a name each, as the superuser of the tests."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
        return cursor.fetchall() if cursor.description else []


def exists(role: Role) -> bool:
    return (role.name,) in execute("SELECT rolname FROM pg_roles")


def forget(*roles: Role) -> None:
    for role in filter(exists, roles):
        execute("DROP OWNED BY {}", role.name)
        execute("DROP ROLE {}", role.name)


@contextmanager
def logged_in(role: Role, database: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A session of the role's own, each statement of which is a transaction."""
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"],
        port=server["PORT"],
        dbname=database or server["NAME"],
        user=role.name,
        password=role.password,
        autocommit=True,
    ) as session:
        yield session


@pytest.fixture
def create(monkeypatch: pytest.MonkeyPatch) -> Iterator[Create]:
    """Calls the command with these roles; returns what it printed. The roles are gone afterwards."""
    roles: set[Role] = set()

    def create(writer: Role, reader: Role) -> str:
        roles.update({writer, reader})
        monkeypatch.setenv(VARIABLES["writer"], writer.url)
        monkeypatch.setenv(VARIABLES["reader"], reader.url)
        out = StringIO()
        call_command("create_database_roles", stdout=out)
        return out.getvalue()

    yield create
    forget(*roles)


def both(create: Create) -> tuple[Role, Role]:
    writer, reader = new_role("writer"), new_role("reader")
    assert create(writer, reader) == f"writer: {writer.name}\nreader: {reader.name}\n"
    return writer, reader


def knows(role: Role) -> bool:
    """Whether the password is the one that the server keeps (RFC 5802), however it lets the tests in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [role.name])
        (kept,) = cursor.fetchone()
    scheme, salting, keys = kept.split("$")
    rounds, salt = salting.split(":")
    assert scheme == "SCRAM-SHA-256"
    salted = pbkdf2_hmac("sha256", role.password.encode(), b64decode(salt), int(rounds))
    stored_key = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return stored_key == b64decode(keys.split(":")[0])


# Rights

WRITES = [
    "INSERT INTO auth_group (name) VALUES ('Readers')",
    "UPDATE catalog_book SET title = 'Persuasion'",
    "DELETE FROM cqrs_journalsubject",
    "UPDATE cqrs_journalentry SET arguments = arguments, result = result, changes = changes",
    "SELECT title FROM catalog_book FOR UPDATE",
]

OF_OWNERS = [
    "CREATE TABLE mine (id int)",
    "ALTER TABLE catalog_book ADD COLUMN mine int",
    "DROP TABLE catalog_book CASCADE",
    "TRUNCATE catalog_book CASCADE",
    "CREATE INDEX mine ON catalog_book (title)",
    "CREATE SCHEMA mine",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY catalog_book TO PROGRAM 'cat'",
]


OF_THE_JOURNAL = [
    "DELETE FROM cqrs_journalentry",
    "TRUNCATE cqrs_journalentry CASCADE",
    "TRUNCATE cqrs_journalsubject",
    "UPDATE cqrs_journalentry SET operation = 'LendBook'",
    "UPDATE cqrs_journalentry SET at = now(), arguments = '{}'",
    "UPDATE cqrs_journalsubject SET subject = entry_id",
    "UPDATE cqrs_journalsubject SET entry_id = subject",
    "ALTER TABLE cqrs_journalentry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
]


def assert_writes(role: Role) -> None:
    with logged_in(role) as session:
        for statement in WRITES:
            session.execute(statement)
        session.execute("DELETE FROM auth_group WHERE name = 'Readers'")


def assert_reads(role: Role) -> None:
    with logged_in(role) as session:
        for (table,) in execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            session.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table)))


def assert_only_reads(role: Role, *statements: str) -> None:
    assert_reads(role)
    with logged_in(role) as session:
        for statement in statements:
            with pytest.raises(errors.ReadOnlySqlTransaction):
                session.execute(statement)
        session.execute("SET default_transaction_read_only = off")  # which anybody may say
        for statement in statements:
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(statement)


@pytest.fixture
def make_table() -> Iterator[Callable[[], Any]]:
    """Makes a table, as a migration would."""
    yield lambda: execute("CREATE TABLE words (id serial PRIMARY KEY, word text)")
    execute("DROP TABLE IF EXISTS words")


def test_both_read_every_table_the_writer_writes_them_and_neither_changes_their_shape(
    create: Create, make_table: Callable[[], Any]
) -> None:
    make_table()
    writer, reader = both(create)

    assert_reads(writer)
    assert_writes(writer)
    assert_only_reads(reader, *WRITES)
    with logged_in(writer) as session:
        session.execute("INSERT INTO words (word) VALUES ('Emma')")  # whose id is the next of a sequence
    for role in (writer, reader):
        with logged_in(role) as session:
            session.execute("SET default_transaction_read_only = off")
            for statement in OF_OWNERS + OF_THE_JOURNAL:
                with pytest.raises(errors.InsufficientPrivilege):
                    session.execute(statement)


def test_tables_that_are_made_later_are_covered(create: Create, make_table: Callable[[], Any]) -> None:
    writer, reader = both(create)

    make_table()

    with logged_in(writer) as session:
        session.execute("INSERT INTO words (word) VALUES ('Emma')")
    with logged_in(reader) as session:
        assert session.execute("SELECT word FROM words").fetchall() == [("Emma",)]
    assert_only_reads(reader, "DELETE FROM words")


def test_a_statement_or_a_transaction_that_hangs_is_ended_by_the_server(create: Create) -> None:
    for role in both(create):
        with logged_in(role) as session:
            assert session.execute("SHOW statement_timeout").fetchone() == ("20s",)
            assert session.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("30s",)


# Again


def test_doing_it_again_changes_nothing_but_the_passwords(create: Create) -> None:
    writer, reader = both(create)
    changed = Role(writer.name, "battery staple")

    assert create(changed, reader) == f"writer: {writer.name}\nreader: {reader.name}\n"

    assert [knows(role) for role in (writer, changed, reader)] == [False, True, True]
    assert_writes(changed)
    assert_only_reads(reader, *WRITES)


def test_a_writer_that_becomes_the_reader_writes_no_longer(create: Create, make_table: Callable[[], Any]) -> None:
    first, second = both(create)

    create(second, first)
    make_table()

    assert_only_reads(first, *WRITES, "DELETE FROM words")
    assert_writes(second)


# Names and passwords

ODD = "@:/?#[]% +é$'\"\\{}()"


def test_any_character_may_stand_in_a_name_and_in_a_password(create: Create) -> None:
    writer, reader = (Role(f"{ODD}{new_role(kind).name}", f"pass{ODD}word") for kind in VARIABLES)

    create(writer, reader)

    assert knows(writer)
    assert knows(reader)
    with logged_in(writer) as session:
        assert session.execute("SELECT current_user").fetchone() == (writer.name,)


def test_a_password_is_read_as_the_settings_read_it(create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a URL in which somebody forgot to quote a bracket too."""
    writer, _ = both(create)
    monkeypatch.setenv(VARIABLES["writer"], f"postgres://{writer.name}:pass[word@db.internal/library")

    call_command("create_database_roles", stdout=StringIO())

    assert knows(Role(writer.name, "pass[word"))


def test_the_server_never_hears_the_password(create: Create, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(100) as captured:
        both(create)

    statements = [each["sql"] for each in captured.captured_queries]
    assert any("SCRAM-SHA-256$" in each for each in statements)
    assert not any("correct horse" in each for each in statements)


# By whom


def test_an_owner_who_is_no_superuser_may_do_it() -> None:
    """As where the server is somebody else's: in a database of the owner's own, made by a process of the owner's."""
    owner, writer, reader = new_role("owner"), new_role("writer"), new_role("reader")
    execute(f"CREATE ROLE {{}} LOGIN CREATEROLE PASSWORD '{owner.password}'", owner.name)
    execute("CREATE DATABASE {} OWNER {}", owner.name, owner.name)
    try:
        with logged_in(owner, database=owner.name) as session:
            session.execute("CREATE TABLE books (title text)")
        server = connection.settings_dict
        environ = {
            "DATABASE_URL": f"postgres://{owner.name}:{quote(owner.password)}@{server['HOST']}:{server['PORT']}/{owner.name}",
            VARIABLES["writer"]: writer.url,
            VARIABLES["reader"]: reader.url,
            "DJANGO_SETTINGS_MODULE": "library_site.settings",
        }
        for _ in range(2):
            ran = subprocess.run(
                [sys.executable, "manage.py", "create_database_roles"],
                env=os.environ | environ,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.stdout == f"writer: {writer.name}\nreader: {reader.name}\n", ran.stderr

        with logged_in(writer, database=owner.name) as session:
            session.execute("INSERT INTO books VALUES ('Emma')")
        with logged_in(reader, database=owner.name) as session:
            assert session.execute("SELECT title FROM books").fetchall() == [("Emma",)]
    finally:
        execute("DROP DATABASE {} WITH (FORCE)", owner.name)
        forget(writer, reader, owner)


# Refusals


def refused(monkeypatch: pytest.MonkeyPatch, writer: str, reader: str) -> str:
    """What it says when it refuses these URLs."""
    monkeypatch.setenv(VARIABLES["writer"], writer)
    monkeypatch.setenv(VARIABLES["reader"], reader)
    with pytest.raises(CommandError) as caught:
        call_command("create_database_roles")
    return str(caught.value)


@pytest.mark.parametrize("kind", VARIABLES)
@pytest.mark.parametrize(
    "url",
    [
        "",
        "junk",
        "postgres://",
        "postgres://h/db",
        "postgres://x@h/db",
        "postgres://:x@h/db",
        "sqlite:///x",
        "mysql://a:b@h/d",
    ],
)
def test_a_variable_that_names_no_role_is_refused(monkeypatch: pytest.MonkeyPatch, kind: str, url: str) -> None:
    roles = {each: new_role(each) for each in VARIABLES}

    message = refused(monkeypatch, **{each: role.url for each, role in roles.items()} | {kind: url})

    assert not any(map(exists, roles.values()))
    assert message == f"Set {VARIABLES[kind]} to postgres://NAME:PASSWORD@…, as the functions will have it."


def test_one_role_for_two_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    role, owner = new_role("both"), Role(execute("SELECT current_user")[0][0], "x")

    for writer, reader in ((role, role), (owner, role), (role, owner)):
        assert "must be three roles" in refused(monkeypatch, writer.url, reader.url)


@pytest.mark.parametrize("more", ["SUPERUSER", "CREATEROLE", "CREATEDB"])
def test_a_role_that_may_do_more_is_refused(monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    mighty, writer = new_role("mighty"), new_role("writer")
    execute(f"CREATE ROLE {{}} LOGIN {more}", mighty.name)
    try:
        message = refused(monkeypatch, writer.url, mighty.url)
    finally:
        forget(mighty)

    assert message == f"{mighty.name} is there already and may do more than a reader. Take another name."
    assert not exists(writer)
