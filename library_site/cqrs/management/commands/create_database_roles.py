"""The roles that functions connect as: desk and commands, which write, and a reader that cannot."""

import os
from argparse import ArgumentParser
from typing import Any, NamedTuple, cast

import environ
from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from library_site.cqrs.management.append_only import BLANKABLE
from library_site.cqrs.management.connections import IDLE_SECONDS, MAINTENANCE, SHARES, limits

ENVIRONMENT = {kind: f"{kind.upper()}_DATABASE_URL" for kind in SHARES}

OLDEST = 140_000  # the first PostgreSQL that ends a session because it is idle

IDLE = "ALTER ROLE {role} SET idle_session_timeout = {idle}"  # a frozen process says nothing, and holds a connection
LIMIT = "ALTER ROLE {role} CONNECTION LIMIT {limit}"
NO_RIGHTS = [
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {role}",
]
COMMON = [
    "ALTER ROLE {role} LOGIN PASSWORD {password}",
    "ALTER ROLE {role} RESET ALL",
    "ALTER ROLE {role} SET statement_timeout = '20s'",
    "ALTER ROLE {role} SET lock_timeout = '1s'",  # of who comes by a proxy; others say for how long (docs/adr/0017)
    "ALTER ROLE {role} SET idle_in_transaction_session_timeout = '30s'",
    "ALTER ROLE {role} SET client_connection_check_interval = '2s'",  # what a function has given up ends
    IDLE,
    LIMIT,
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    *NO_RIGHTS,
]
WRITES = [
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
]
READS = [
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
    "ALTER ROLE {role} SET default_transaction_read_only = on",
]
RIGHTS = {"desk": WRITES, "commands": WRITES, "reader": READS}

OF_THE_JOURNAL = [
    "REVOKE UPDATE, DELETE ON cqrs_journalentry FROM {role}",
    f"GRANT UPDATE ({', '.join(BLANKABLE)}) ON cqrs_journalentry TO {{role}}",
    "REVOKE UPDATE ON cqrs_journalsubject FROM {role}",
]
"""Who writes writes entries, and blanks them; what they are about may be deleted, and not changed."""

_MAY_DO_MORE = """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
    FROM pg_roles WHERE rolname = %s
"""

_OTHERS = """
    SELECT DISTINCT rolname FROM pg_class, aclexplode(relacl) granted, pg_roles
    WHERE relnamespace = 'public'::regnamespace AND pg_roles.oid = grantee AND rolcanlogin AND NOT rolname = ANY(%s)
    ORDER BY 1
"""


class Login(NamedTuple):
    """A role and its password."""

    name: str
    password: str


class Command(BaseCommand):
    help = (
        "Creates the database roles that DESK_DATABASE_URL, COMMANDS_DATABASE_URL and READER_DATABASE_URL connect as, "
        "or gives them these passwords, rights and limits if they are there. The first two delete nothing from the "
        "journal, and change nothing but what may be blanked; the reader reads. Each may hold so many connections, and "
        "a session that says nothing for a while is ended, so that frozen processes keep nobody out. Run it as the "
        "owner of the tables, after migrate; PostgreSQL 14 or later only."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind in SHARES:
            variable = f"{kind.upper()}_CONNECTIONS"  # by which an upgrade, too, knows what was chosen
            told = f"Connections of the role {kind}, at most: by default {variable}, or else a share."
            parser.add_argument(f"--{kind}", type=int, metavar="N", default=os.environ.get(variable), help=told)
        idle = os.environ.get("IDLE_SECONDS", IDLE_SECONDS)
        parser.add_argument("--idle-seconds", type=int, metavar="N", default=idle, help="Or IDLE_SECONDS, or 20.")
        parser.add_argument("--retire", nargs="+", default=[], metavar="ROLE", help="Takes its login and its rights.")

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_what_cannot_be(options["idle_seconds"])
        logins = {kind: _login(variable) for kind, variable in ENVIRONMENT.items()}
        owner, is_superuser = _owner()
        names = {login.name for login in logins.values()} | {owner}
        if len(names) <= len(logins):
            raise CommandError("The owner, the desk's role, that of commands and the reader must be four roles.")
        most, idle = limits(options), options["idle_seconds"]
        with transaction.atomic():
            _run(["REVOKE CREATE ON SCHEMA public FROM PUBLIC"])
            for kind, login in logins.items():
                _grant(kind, login, limit=most[kind], idle=idle)
                self.stdout.write(f"{kind}: {login.name}, at most {most[kind]} connections, each idle for {idle} s")
            self.stdout.write(f"owner: {owner}, {_bound(owner, idle, is_superuser=is_superuser)}")
            for name in options["retire"]:
                _retire(name, names)
                self.stdout.write(f"{name} can log in no longer, and has no rights.")
        for name in _others(names):
            self.stdout.write(f"{name} has rights here, too. When nobody connects as it any more: --retire {name}")


def _refuse_what_cannot_be(idle: int) -> None:
    if connection.vendor != "postgresql":
        raise CommandError("Only PostgreSQL has roles.")
    if cast(Any, connection).pg_version < OLDEST:
        raise CommandError("This takes PostgreSQL 14 or later, which ends sessions that are idle.")
    if idle < 1:
        raise CommandError("--idle-seconds must be at least 1: without it, frozen processes keep others out.")


def _retire(name: str, in_use: set[str]) -> None:
    """Take a role's login and its rights, if it is one that is not in use."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if name in in_use or not cursor.fetchone():
            raise CommandError(f"{name}: to retire, it must be a role, and none of the four.")
    _run(["ALTER ROLE {role} NOLOGIN", *NO_RIGHTS], role=sql.Identifier(name))


def _owner() -> tuple[str, bool]:
    """The name of whom we are, and whether it is a superuser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolsuper FROM pg_roles WHERE rolname = current_user")
        name, is_superuser = cursor.fetchone()
    return str(name), bool(is_superuser)


def _others(names: set[str]) -> list[str]:
    """Who else may log in and has rights: a role of before, say."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [list(names)])
        return [name for (name,) in cursor.fetchall()]


def _login(variable: str) -> Login:
    url = environ.Env().str(variable, default="")
    read = environ.Env.db_url_config(url) if url.startswith("postgres") else {}  # as the settings read it
    if not read.get("USER") or not read.get("PASSWORD"):
        raise CommandError(f"Set {variable} to postgres://NAME:PASSWORD@…, as the functions will have it.")
    return Login(read["USER"], read["PASSWORD"])


def _grant(kind: str, login: Login, *, limit: int, idle: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MAY_DO_MORE, [login.name])
        known = cursor.fetchone()
    if known and known[0]:
        raise CommandError(
            f"{login.name} is there already and may do more than the role {kind} should. Take another name."
        )
    # Encrypted here, so that no log of the server's ever holds the password.
    encrypted = connection.connection.pgconn.encrypt_password(login.password.encode(), login.name.encode())
    values = {
        "role": sql.Identifier(login.name),
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "password": sql.Literal(encrypted.decode()),
        "limit": sql.Literal(limit),
        "idle": sql.Literal(f"{idle}s"),
    }
    _run(([] if known else ["CREATE ROLE {role}"]) + COMMON + RIGHTS[kind], **values)
    if RIGHTS[kind] == WRITES and "cqrs_journalentry" in connection.introspection.table_names():
        _run(OF_THE_JOURNAL, **values)


def _bound(owner: str, idle: int, *, is_superuser: bool) -> str:
    """What binds the owner from now on, in words. (Since PostgreSQL 16, few may limit themselves.)"""
    if is_superuser:
        return "a superuser, whom no limit binds"
    values = {"role": sql.Identifier(owner), "limit": sql.Literal(MAINTENANCE), "idle": sql.Literal(f"{idle}s")}
    _run([IDLE], **values)
    try:
        with transaction.atomic():
            _run([LIMIT], **values)
    except ProgrammingError:
        return f"as many connections as are left, each idle for {idle} s"
    return f"at most {MAINTENANCE} connections, each idle for {idle} s"


def _run(statements: list[str], **values: sql.Composable) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(**values))
