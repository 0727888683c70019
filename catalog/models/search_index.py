"""For migrations: what PostgreSQL finds words by, and the keys of the rows that are there.

A trigger keeps the lexemes in step with the key, whoever writes that: the version before this one may be at work
meanwhile. What it writes is found as it was before; as it is now, when it is saved again.
"""

import sys
from collections.abc import Callable
from time import sleep
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

from .search import BEGINS, LEXEMES

_BATCH, _PAUSE = 500, 0.1

Step = Callable[[Any, BaseDatabaseSchemaEditor], None]

_INDEX_OF_BEFORE = (
    "CREATE INDEX {table}_words ON {table} USING gin (array_to_tsvector(string_to_array(search_key, ' ')))"
)
_KEEP_LEXEMES = f"""
ALTER TABLE {{table}} ADD COLUMN IF NOT EXISTS {LEXEMES} tsvector;
CREATE OR REPLACE FUNCTION {{table}}_{LEXEMES}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := string_to_array(new.search_key, ' ');
BEGIN
    {{isbns}}
    new.{LEXEMES} := array_to_tsvector(words);
    RETURN new;
END $$;
CREATE OR REPLACE TRIGGER {LEXEMES} BEFORE INSERT OR UPDATE OF search_key ON {{table}}
    FOR EACH ROW EXECUTE FUNCTION {{table}}_{LEXEMES}();
"""
_WITHOUT_ISBNS = r"""
    IF new.isbn <> '' THEN
        words := array_remove(words, new.isbn);
        words := array_remove(words, substring(new.search_key FROM '\m' || substr(new.isbn, 4, 9) || '[0-9x]'));
    END IF;
"""
_FORGET_LEXEMES = f"""
DROP TRIGGER {LEXEMES} ON {{table}};
DROP FUNCTION {{table}}_{LEXEMES}();
ALTER TABLE {{table}} DROP COLUMN {LEXEMES};
"""
_INDEX = (
    f"DROP INDEX CONCURRENTLY IF EXISTS {{table}}_{LEXEMES}",  # one that was not finished
    # What was written last is read one by one in each search, until there is so much of it (kB).
    f"CREATE INDEX CONCURRENTLY {{table}}_{LEXEMES} ON {{table}} USING gin ({LEXEMES}) "
    "WITH (gin_pending_list_limit = 256)",
    "ANALYZE {table}",
    "DROP INDEX CONCURRENTLY IF EXISTS {table}_words",
)


def create_index_of_before(table: str) -> Step:
    return _on_postgresql(table, _INDEX_OF_BEFORE)


def drop_index_of_before(table: str) -> Step:
    return _on_postgresql(table, "DROP INDEX {table}_words")


def keep_lexemes(table: str, *, has_isbn: bool = False) -> Step:
    """From now on every row that is written has them."""
    return _on_postgresql(table, _KEEP_LEXEMES.replace("{isbns}", _WITHOUT_ISBNS * has_isbn))


def forget_lexemes(table: str) -> Step:
    return _on_postgresql(table, _FORGET_LEXEMES)


def create_index(table: str) -> Step:
    """In place of that of before, which the version before uses until then. Nobody waits for it."""
    return _on_postgresql(table, *_INDEX)


def _on_postgresql(table: str, *sql: str) -> Step:
    def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for each in sql:
                schema_editor.execute(each.format(table=table))

    return run


class _Progress:
    """How far it is, on a terminal."""

    def __init__(self, of: str, total: int) -> None:
        self.of, self.total, self.done = of, total, 0

    def add(self, number: int) -> None:
        self.done += number
        if sys.stderr.isatty():
            sys.stderr.write(f"\r  {self.of}: {self.done:,} of {self.total:,} ")
            sys.stderr.flush()

    def end(self) -> None:
        if self.done and sys.stderr.isatty():
            sys.stderr.write("\n")


def fold(label: str, *columns: str, key: Callable[..., str]) -> Step:
    """Give the rows that are there their keys, of the values of these columns: a batch at a time, each committed.

    A row that somebody else has locked is left for the next pass. Repeated, it goes on where it ended.
    """

    def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        connection = schema_editor.connection
        rows = apps.get_model(label).objects.using(connection.alias).exclude(search_key__contains=BEGINS)
        progress = _Progress(label, rows.count())
        rows = rows.order_by("pk").values_list("pk", "search_key", *columns)
        while _fold_each(rows.select_for_update(skip_locked=True, of=("self",), no_key=True), key, progress):
            sleep(_PAUSE)
        progress.end()

    return run


def _fold_each(rows: QuerySet[Any, Any], key: Callable[..., str], progress: _Progress) -> int:
    """One pass; how many it has changed."""
    connection, pk = connections[rows.db], rows.model._meta.pk
    update = f"UPDATE {rows.model._meta.db_table} SET search_key = %s WHERE id = %s"  # noqa: S608 - names of ours
    changed, batch = 0, rows
    while True:
        with transaction.atomic(rows.db), connection.cursor() as cursor:
            found = list(batch[:_BATCH])
            folded = [(key(*of), pk.get_db_prep_value(id, connection), was) for id, was, *of in found]
            values = [(new, id) for new, id, was in folded if new != was]
            if values:
                cursor.executemany(update, values)
        if not found:
            return changed
        changed, batch = changed + len(values), rows.filter(pk__gt=found[-1][0])
        progress.add(len(found))
