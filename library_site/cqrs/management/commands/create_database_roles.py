"""The two roles that functions connect as: a writer, and a reader that cannot write."""

from typing import Any, NamedTuple

import environ
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg import sql

from library_site.cqrs.management.append_only import BLANKABLE

ENVIRONMENT = {"writer": "WRITER_DATABASE_URL", "reader": "READER_DATABASE_URL"}

COMMON = [
    "ALTER ROLE {role} LOGIN PASSWORD {password}",
    "ALTER ROLE {role} RESET ALL",
    "ALTER ROLE {role} SET statement_timeout = '20s'",
    "ALTER ROLE {role} SET idle_in_transaction_session_timeout = '30s'",
    "ALTER ROLE {role} SET client_connection_check_interval = '2s'",  # what a function has given up ends
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {role}",
]
RIGHTS = {
    "writer": [
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {role}",
    ],
    "reader": [
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
        "ALTER ROLE {role} SET default_transaction_read_only = on",
    ],
}


OF_THE_JOURNAL = [
    "REVOKE UPDATE, DELETE ON cqrs_journalentry FROM {role}",
    f"GRANT UPDATE ({', '.join(BLANKABLE)}) ON cqrs_journalentry TO {{role}}",
    "REVOKE UPDATE ON cqrs_journalsubject FROM {role}",
]
"""The writer writes entries, and blanks them; what they are about it may delete, and not change."""


class Login(NamedTuple):
    """A role and its password."""

    name: str
    password: str


class Command(BaseCommand):
    help = (
        "Creates the database roles that WRITER_DATABASE_URL and READER_DATABASE_URL connect as, or gives them these "
        "passwords and rights if they are there. The writer deletes nothing from the journal, and changes nothing "
        "but what may be blanked. Run it as the owner of the tables, after migrate; PostgreSQL only."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles.")
        logins = {kind: _login(variable) for kind, variable in ENVIRONMENT.items()}
        names = {login.name for login in logins.values()} | {_owner()}
        if len(names) < 3:
            raise CommandError("The owner, the writer and the reader must be three roles.")
        with transaction.atomic():
            _run(["REVOKE CREATE ON SCHEMA public FROM PUBLIC"])
            for kind, login in logins.items():
                _grant(kind, login)
                self.stdout.write(f"{kind}: {login.name}")


def _owner() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def _login(variable: str) -> Login:
    url = environ.Env().str(variable, default="")
    read = environ.Env.db_url_config(url) if url.startswith("postgres") else {}  # as the settings read it
    if not read.get("USER") or not read.get("PASSWORD"):
        raise CommandError(f"Set {variable} to postgres://NAME:PASSWORD@…, as the functions will have it.")
    return Login(read["USER"], read["PASSWORD"])


def _grant(kind: str, login: Login) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = %s", [login.name])
        known = cursor.fetchone()
    if known and known[0]:
        raise CommandError(f"{login.name} is there already and may do more than a {kind}. Take another name.")
    # Encrypted here, so that no log of the server's ever holds the password.
    encrypted = connection.connection.pgconn.encrypt_password(login.password.encode(), login.name.encode())
    values = {
        "role": sql.Identifier(login.name),
        "database": sql.Identifier(connection.settings_dict["NAME"]),
        "password": sql.Literal(encrypted.decode()),
    }
    _run(([] if known else ["CREATE ROLE {role}"]) + COMMON + RIGHTS[kind], **values)
    if kind == "writer" and "cqrs_journalentry" in connection.introspection.table_names():
        _run(OF_THE_JOURNAL, **values)


def _run(statements: list[str], **values: sql.Composable) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(**values))
