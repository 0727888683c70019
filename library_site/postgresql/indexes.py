"""Indexes that are made while a library is at work."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently


class AddIndexQuietly(AddIndexConcurrently):
    """As AddIndex, in a migration that is not atomic; on PostgreSQL, what is written meanwhile does not wait for it.

    It waits for who reads already, however long that takes, as nobody waits for it. One that an interrupted migration
    left unfinished, which PostgreSQL would not use, is made anew.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("SET lock_timeout = 0")
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            schema_editor.execute("RESET lock_timeout")
        else:
            super(AddIndexConcurrently, self).database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            super(AddIndexConcurrently, self).database_backwards(app_label, schema_editor, from_state, to_state)
