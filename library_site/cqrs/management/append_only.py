"""The journal is append-only in the database itself: triggers, made anew after every migration.

An entry is never deleted, and changed only so that single values of its JSON become null; that it is about something
may be deleted, never changed. A migration that has to write to the journal calls `let_change` first. On SQLite, which
drops no column that a trigger names, there are none while `migrate` is at work; there they guard against slips: who
holds the file can do anything, as can the owner of the tables on PostgreSQL.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

BLANKABLE = ("arguments", "result", "changes")
"""The columns of an entry of which values may become null."""

REFUSAL = "The journal is append-only: of an entry, single values may become null; nothing else is changed or deleted."

POSTGRESQL = """
CREATE OR REPLACE FUNCTION cqrs_is_blanked(before jsonb, after jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public AS $$
BEGIN
    IF before IS NOT DISTINCT FROM after THEN
        RETURN true;
    ELSIF jsonb_typeof(before) = 'object' AND jsonb_typeof(after) = 'object' THEN
        RETURN (
            SELECT bool_and(COALESCE(cqrs_is_blanked(old.value, new.value), false))
            FROM jsonb_each(before) old FULL JOIN jsonb_each(after) new USING (key)
        );
    ELSIF jsonb_typeof(before) = 'array' AND jsonb_typeof(after) = 'array' THEN
        RETURN (
            SELECT bool_and(COALESCE(cqrs_is_blanked(old.value, new.value), false))
            FROM jsonb_array_elements(before) WITH ORDINALITY old (value, place)
            FULL JOIN jsonb_array_elements(after) WITH ORDINALITY new (value, place) USING (place)
        );
    END IF;
    RETURN COALESCE(jsonb_typeof(after) = 'null' AND jsonb_typeof(before) NOT IN ('object', 'array'), false);
END $$;

CREATE OR REPLACE FUNCTION cqrs_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
    blankable text[] := '{arguments, result, changes}';
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'cqrs_journalentry' THEN
        IF to_jsonb(new) - blankable = to_jsonb(old) - blankable
            AND cqrs_is_blanked(old.arguments, new.arguments)
            AND cqrs_is_blanked(old.result, new.result)
            AND cqrs_is_blanked(old.changes, new.changes)
        THEN
            RETURN new;
        END IF;
    END IF;
    RAISE restrict_violation USING MESSAGE = '{refusal}';
END $$;

CREATE OR REPLACE TRIGGER cqrs_append_only BEFORE UPDATE OR DELETE ON cqrs_journalentry
    FOR EACH ROW EXECUTE FUNCTION cqrs_append_only();
CREATE OR REPLACE TRIGGER cqrs_no_truncate BEFORE TRUNCATE ON cqrs_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION cqrs_append_only();
CREATE OR REPLACE TRIGGER cqrs_append_only BEFORE UPDATE ON cqrs_journalsubject
    FOR EACH ROW EXECUTE FUNCTION cqrs_append_only();
CREATE OR REPLACE TRIGGER cqrs_no_truncate BEFORE TRUNCATE ON cqrs_journalsubject
    FOR EACH STATEMENT EXECUTE FUNCTION cqrs_append_only();
"""

NOT_BLANKED = """
    EXISTS (
        SELECT 1 FROM json_tree(new.{column}) now
        LEFT JOIN json_tree(old.{column}) was ON was.fullkey = now.fullkey
        WHERE NOT (
            now.type IS was.type AND now.atom IS was.atom
            OR now.type = 'null' AND COALESCE(was.type, 'object') NOT IN ('object', 'array')
        )
    )
    OR (SELECT COUNT(*) FROM json_tree(new.{column})) <> (SELECT COUNT(*) FROM json_tree(old.{column}))
    OR (SELECT COUNT(DISTINCT fullkey) <> COUNT(*) FROM json_tree(new.{column}))
    OR new.{column} IS NULL AND old.{column} IS NOT NULL
"""

SQLITE = {
    "cqrs_entry_stays": "BEFORE DELETE ON cqrs_journalentry",
    "cqrs_entry_is_not_replaced": """
        BEFORE INSERT ON cqrs_journalentry
        WHEN EXISTS (
            SELECT 1 FROM cqrs_journalentry WHERE id = new.id OR number = new.number OR rowid = new.rowid
        )
    """,
    "cqrs_entry_is_not_changed": "BEFORE UPDATE ON cqrs_journalentry WHEN {changed}",
    "cqrs_subject_is_not_changed": "BEFORE UPDATE ON cqrs_journalsubject",
    "cqrs_subject_is_not_replaced": """
        BEFORE INSERT ON cqrs_journalsubject
        WHEN EXISTS (
            SELECT 1 FROM cqrs_journalsubject
            WHERE subject = new.subject AND entry_id = new.entry_id OR rowid = new.rowid
        )
    """,
}
"""By the name of each trigger, when it refuses."""


def make_changeable(sender: AppConfig, using: str, plan: list[Any], **kwargs: Any) -> None:
    """Before there is anything to migrate in SQLite: take the triggers away."""
    if sender.label == "cqrs" and plan and connections[using].vendor == "sqlite":
        let_change(connections[using])


def make_append_only(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrating: make the triggers."""
    if sender.label == "cqrs":
        guard(connections[using])


def guard(connection: BaseDatabaseWrapper) -> None:
    """Let nothing be changed in the journal, or deleted, from now on, if the tables are there as they are now."""
    with connection.cursor() as cursor:
        is_there = "cqrs_journalentry" in connection.introspection.table_names(cursor)
        table = connection.introspection.get_table_description(cursor, "cqrs_journalentry") if is_there else []
        columns = {column.name for column in table}
        if not columns.issuperset(BLANKABLE):
            return
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL.replace("{refusal}", REFUSAL))
            return
        kept = {"rowid", *columns}.difference(BLANKABLE)
        changed = [f"new.{column} IS NOT old.{column}" for column in sorted(kept)]
        changed += [NOT_BLANKED.replace("{column}", column) for column in BLANKABLE]
        for name, when in SQLITE.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            condition = when.replace("{changed}", " OR ".join(changed))
            cursor.execute(f"CREATE TRIGGER {name} {condition} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


AT_WORK = """
SELECT COUNT(*) FROM pg_trigger
WHERE tgrelid IN ('cqrs_journalentry'::regclass, 'cqrs_journalsubject'::regclass)
    AND tgname IN ('cqrs_append_only', 'cqrs_no_truncate') AND tgenabled IN ('O', 'A')
"""


def is_guarded(connection: BaseDatabaseWrapper) -> bool:
    """Whether all triggers are there: `migrate` may have failed before it made them.

    And whether they are at work: who restores data into PostgreSQL may have disabled them, and forgotten it.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(AT_WORK)
            return bool(cursor.fetchone() == (4,))
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return SQLITE.keys() <= {name for (name,) in cursor.fetchall()}


def let_change(connection: BaseDatabaseWrapper) -> None:
    """Let the journal be changed, until it is guarded again. For migrations, and for tests that empty their tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS cqrs_append_only CASCADE")
            return
        for name in SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
