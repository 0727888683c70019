"""The columns that a release uses, and whether it would run on the database as it is.

Each release leaves a file of its columns beside this one, by which every later release knows what it used.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from library_site.releases import BREAKING

FOLDER = Path(__file__).resolve().parent

Columns = dict[str, dict[str, bool]]
"""By table and column: whether it may be null."""


class UnknownRelease(Exception):
    """No release of this name has left its columns; it names those that have."""


def used() -> Columns:
    """The columns that this code reads and writes."""
    models = [each._meta for each in apps.get_models(include_auto_created=True) if each._meta.managed]
    return {
        each.db_table: {
            cast(str, field.column): field.null for field in sorted(each.local_concrete_fields, key=_column)
        }
        for each in sorted(models, key=lambda each: each.db_table)
    }


def _column(field: object) -> str:
    return str(vars(field)["column"])


def releases() -> list[str]:
    """Those that have left their columns, the oldest first."""
    return sorted((path.stem for path in FOLDER.glob("*.json")), key=number)


def number(release: str) -> tuple[int, ...]:
    """By which releases are ordered: 0.10.0 comes after 0.9.0."""
    return tuple(int(part) for part in release.split("."))


def obstacles(release: str) -> list[str]:
    """Why the release would not run on today's database, in sentences; none if it would. Raises UnknownRelease."""
    if release not in releases():
        raise UnknownRelease(f"There is no release {release}; there are {', '.join(releases())}.")
    wanted: Columns = json.loads((FOLDER / f"{release}.json").read_text())
    return [*_of_columns(wanted), *_of_migrations(release)]


def _of_columns(wanted: Columns) -> Iterator[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table, columns in wanted.items():
            if table in tables:
                described = connection.introspection.get_table_description(cursor, table)
                there_now = {each.name: each for each in described}
                yield from _of_table(table, columns, there_now)
                yield from _of_rows(cursor, table, [*_may_be_empty_now(columns, there_now)])
            else:
                yield f"The table {table} is gone."


def _of_table(table: str, columns: dict[str, bool], there: dict[str, Any]) -> Iterator[str]:
    for column in columns.keys() - there.keys():
        yield f"{table}.{column} is gone."
    for column, each in there.items():
        if column not in columns and not each.null_ok and each.default is None:
            yield f"{table}.{column} must have a value, which it does not know of (no db_default)."
        elif columns.get(column) and not each.null_ok:
            yield f"{table}.{column} must have a value now, which it may leave out."


def _may_be_empty_now(columns: dict[str, bool], there: dict[str, Any]) -> Iterator[str]:
    yield from (name for name, null in columns.items() if not null and name in there and there[name].null_ok)


def _of_rows(cursor: Any, table: str, columns: Iterable[str]) -> Iterator[str]:
    """Of columns that the release knows as never empty."""
    quoted = connection.ops.quote_name
    for column in columns:
        where = f"FROM {quoted(table)} WHERE {quoted(column)} IS NULL"
        cursor.execute(f"SELECT EXISTS (SELECT 1 {where})")
        if cursor.fetchone()[0]:
            yield f"{table}.{column} is empty in some rows, and the release knows none such."


def _of_migrations(release: str) -> Iterator[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    for migration, first in BREAKING.items():
        if migration in applied and number(release) < number(first):
            yield f"After the migration {'.'.join(migration)} no release before {first} runs."
