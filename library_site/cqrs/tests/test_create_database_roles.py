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
from typing import Any, NamedTuple, cast
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from psycopg import errors, sql

from library_site.cqrs.answers import DATABASE_OUTAGES
from tests.guard import ROOT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Only PostgreSQL has roles."),
]

Create = Callable[..., str]

VARIABLES = {kind: f"{kind.upper()}_DATABASE_URL" for kind in ("desk", "commands", "reader")}


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

    def create(*given: Role, **options: Any) -> str:
        roles.update(given)
        for kind, role in zip(VARIABLES, given, strict=True):
            monkeypatch.setenv(VARIABLES[kind], role.url)
        out = StringIO()
        call_command("create_database_roles", stdout=out, **options)
        return out.getvalue()

    yield create
    forget(*roles)


def created(create: Create, **options: Any) -> list[Role]:
    """The desk's role, that of commands, and the reader."""
    roles = [new_role(kind) for kind in VARIABLES]
    create(*roles, **options)
    return roles


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


def test_all_read_every_table_two_write_them_and_none_changes_their_shape(
    create: Create, make_table: Callable[[], Any]
) -> None:
    make_table()
    desk, commands, reader = created(create)

    for writer in (desk, commands):
        assert_reads(writer)
        assert_writes(writer)
        with logged_in(writer) as session:
            session.execute("INSERT INTO words (word) VALUES ('Emma')")  # whose id is the next of a sequence
    assert_only_reads(reader, *WRITES)
    for role in (desk, commands, reader):
        with logged_in(role) as session:
            session.execute("SET default_transaction_read_only = off")
            for statement in OF_OWNERS + OF_THE_JOURNAL:
                with pytest.raises(errors.InsufficientPrivilege):
                    session.execute(statement)


def test_tables_that_are_made_later_are_covered(create: Create, make_table: Callable[[], Any]) -> None:
    desk, commands, reader = created(create)

    make_table()

    for writer in (desk, commands):
        with logged_in(writer) as session:
            session.execute("INSERT INTO words (word) VALUES ('Emma')")
    with logged_in(reader) as session:
        assert session.execute("SELECT word FROM words").fetchall() == [("Emma",)] * 2
    assert_only_reads(reader, "DELETE FROM words")


def test_a_statement_or_a_transaction_that_hangs_is_ended_by_the_server(create: Create) -> None:
    for role in created(create):
        with logged_in(role) as session:
            for setting, value in {
                "statement_timeout": "20s",
                "lock_timeout": "1s",
                "idle_in_transaction_session_timeout": "30s",
                "idle_session_timeout": "20s",
            }.items():
                assert session.execute(f"SHOW {setting}").fetchone() == (value,)


# Limits


def there_are() -> int:
    """Connections for the three roles."""
    ((most,),), ((kept,),) = execute("SHOW max_connections"), execute("SHOW superuser_reserved_connections")
    return int(most) - int(kept) - 3


def limits(*roles: Role) -> list[int]:
    known = dict(execute("SELECT rolname, rolconnlimit FROM pg_roles"))
    return [known[role.name] for role in roles]


def test_each_has_a_share_of_what_the_server_has_and_none_of_what_maintenance_needs(create: Create) -> None:
    desk, commands, reader = limits(*created(create))

    assert desk + commands + reader == there_are()
    assert commands == reader == there_are() * 3 // 10


def test_what_is_chosen_counts_and_the_others_share_the_rest(create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment, for good, or by options."""
    roles = [new_role(kind) for kind in VARIABLES]
    monkeypatch.setenv("COMMANDS_CONNECTIONS", "5")
    monkeypatch.setenv("IDLE_SECONDS", "9")

    said = create(*roles, idle_seconds=7)

    desk, commands, reader = limits(*roles)
    assert (desk + reader, commands) == (there_are() - 5, 5)
    assert desk > reader
    assert said.splitlines() == [
        *(
            f"{kind}: {role.name}, at most {limit} connections, each idle for 7 s"
            for kind, role, limit in zip(VARIABLES, roles, (desk, commands, reader), strict=True)
        ),
        f"owner: {execute('SELECT current_user')[0][0]}, a superuser, whom no limit binds",
    ]
    with logged_in(roles[0]) as session:
        assert session.execute("SHOW idle_session_timeout").fetchone() == ("7s",)


@pytest.mark.parametrize(
    "options", [{"desk": 193}, {"desk": 100, "commands": 50, "reader": 50}, {"reader": 0}, {"commands": -1}]
)
def test_limits_that_add_up_to_more_than_there_is_are_refused(create: Create, options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match=f"^The server has {there_are()} connections for them"):
        created(create, **options)


def test_a_session_may_not_be_idle_for_ever(create: Create) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        created(create, idle_seconds=0)


def test_who_is_at_the_limit_is_told_that_the_database_does_not_answer(create: Create) -> None:
    """Whatever the driver raises: it counts as an outage, which is a 503 that says when to try again."""
    role = created(create, commands=1)[1]
    another = connection.copy()
    another.settings_dict |= {"USER": role.name, "PASSWORD": role.password}
    with logged_in(role), pytest.raises(DATABASE_OUTAGES, match="too many connections for role"):
        another.ensure_connection()


# Again


def test_doing_it_again_changes_nothing_but_the_passwords(create: Create) -> None:
    desk, *others = created(create)
    changed = Role(desk.name, "battery staple")

    create(changed, *others)

    assert [knows(role) for role in (desk, changed, *others)] == [False, True, True, True]
    reader = others[-1]
    assert_writes(changed)
    assert_only_reads(reader, *WRITES)


def test_a_writer_that_becomes_the_reader_writes_no_longer(create: Create, make_table: Callable[[], Any]) -> None:
    first, commands, second = created(create)

    create(second, commands, first)
    make_table()

    assert_only_reads(first, *WRITES, "DELETE FROM words")
    assert_writes(second)


def test_a_role_of_before_is_told_of_and_loses_all_when_it_is_retired(create: Create) -> None:
    before, desk, commands, reader = created(create)[0], *(new_role(kind) for kind in VARIABLES)

    assert f"--retire {before.name}\n" in create(desk, commands, reader)
    with logged_in(before) as session:
        session.execute("SELECT title FROM catalog_book")  # until then, it may be in use
        assert f"{before.name} can log in no longer" in create(desk, commands, reader, retire=[before.name])
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute("SELECT title FROM catalog_book")

    assert (before.name, False) in execute("SELECT rolname, rolcanlogin FROM pg_roles")
    assert before.name not in create(desk, commands, reader)


def test_what_is_in_use_or_no_role_is_not_retired(create: Create) -> None:
    roles = [new_role(kind) for kind in VARIABLES]
    for name in (roles[0].name, execute("SELECT current_user")[0][0], "nobody_of_that_name"):
        with pytest.raises(CommandError, match="must be a role, and none of the four"):
            create(*roles, retire=[name])


# Names and passwords

ODD = "@:/?#[]% +é$'\"\\{}()"


def test_any_character_may_stand_in_a_name_and_in_a_password(create: Create) -> None:
    roles = [Role(f"{ODD}{new_role(kind).name}", f"pass{ODD}word") for kind in VARIABLES]

    create(*roles)

    assert all(map(knows, roles))
    with logged_in(roles[0]) as session:
        assert session.execute("SELECT current_user").fetchone() == (roles[0].name,)


def test_a_password_is_read_as_the_settings_read_it(create: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a URL in which somebody forgot to quote a bracket too."""
    desk = created(create)[0]
    monkeypatch.setenv(VARIABLES["desk"], f"postgres://{desk.name}:pass[word@db.internal/library")

    call_command("create_database_roles", stdout=StringIO())

    assert knows(Role(desk.name, "pass[word"))


def test_the_server_never_hears_the_password(create: Create, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(150) as captured:
        created(create)

    statements = [each["sql"] for each in captured.captured_queries]
    assert any("SCRAM-SHA-256$" in each for each in statements)
    assert not any("correct horse" in each for each in statements)


# By whom


def test_an_owner_who_is_no_superuser_may_do_it() -> None:
    """As where the server is somebody else's: in a database of the owner's own, made by a process of the owner's."""
    owner, *roles = (new_role(kind) for kind in ("owner", *VARIABLES))
    execute(f"CREATE ROLE {{}} LOGIN CREATEROLE PASSWORD '{owner.password}'", owner.name)
    execute("CREATE DATABASE {} OWNER {}", owner.name, owner.name)
    try:
        with logged_in(owner, database=owner.name) as session:
            session.execute("CREATE TABLE books (title text)")
        server = connection.settings_dict
        environ = {
            "DATABASE_URL": f"postgres://{owner.name}:{quote(owner.password)}@{server['HOST']}:{server['PORT']}/{owner.name}",
            **{VARIABLES[kind]: role.url for kind, role in zip(VARIABLES, roles, strict=True)},
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
            assert [line.split(",")[0] for line in ran.stdout.splitlines()] == [
                *(f"{kind}: {role.name}" for kind, role in zip(VARIABLES, roles, strict=True)),
                f"owner: {owner.name}",
            ], ran.stderr

        with logged_in(roles[0], database=owner.name) as session:
            session.execute("INSERT INTO books VALUES ('Emma')")
        with logged_in(roles[-1], database=owner.name) as session:
            assert session.execute("SELECT title FROM books").fetchall() == [("Emma",)]
        with logged_in(owner, database=owner.name) as session:
            assert session.execute("SHOW idle_session_timeout").fetchone() == ("20s",)
        assert limits(owner) == [
            3 if cast(Any, connection).pg_version < 160_000 else -1
        ]  # later, few may limit themselves
    finally:
        execute("DROP DATABASE {} WITH (FORCE)", owner.name)
        forget(*roles, owner)


# Refusals


def refused(monkeypatch: pytest.MonkeyPatch, **urls: str) -> str:
    """What it says when it refuses these URLs."""
    for kind, url in urls.items():
        monkeypatch.setenv(VARIABLES[kind], url)
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
    role, other, owner = new_role("both"), new_role("other"), Role(execute("SELECT current_user")[0][0], "x")

    for roles in ((role, role, other), (role, other, role), (other, role, role), (owner, role, other)):
        urls = {kind: each.url for kind, each in zip(VARIABLES, roles, strict=True)}
        assert "must be four roles" in refused(monkeypatch, **urls)


@pytest.mark.parametrize("more", ["SUPERUSER", "CREATEROLE", "CREATEDB", "IN ROLE pg_write_all_data"])
def test_a_role_that_may_do_more_is_refused(monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    mighty, desk, commands = new_role("mighty"), new_role("desk"), new_role("commands")
    execute(f"CREATE ROLE {{}} LOGIN {more}", mighty.name)
    try:
        message = refused(monkeypatch, desk=desk.url, commands=commands.url, reader=mighty.url)
    finally:
        forget(mighty)

    assert message == f"{mighty.name} is there already and may do more than the role reader should. Take another name."
    assert not exists(desk)
