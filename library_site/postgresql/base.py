"""Django's connection to PostgreSQL, with cursors that prepare, and fewer questions whether it is well."""

from time import time
from typing import Any, cast

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as DjangosOperations

IDLE = 10
"""Seconds without a statement, after which a connection may have been cut without anybody's having noticed."""

ServerBindingCursor: Any = base.ServerBindingCursor


class DatabaseOperations(DjangosOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """With its values, also where these are bound on the server."""
        if isinstance(cursor, ServerBindingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's asks for each request whether the connection is well; this one asks after it was idle.

    Where it breaks in between, the statement that meets it fails, and the next request asks; what only reads is said
    once more to a new one (statements.py).
    """

    ops_class = DatabaseOperations
    used_at = 0.0
    prepares: Any = None

    def prepared_cursor(self) -> Any:
        """A cursor whose values are bound on the server, which prepares what it hears often (`prepare_threshold`).

        It is the same each time: read what it finds before it is used again.
        """
        self.close_if_health_check_failed()
        self.ensure_connection()
        if self.prepares is None or self.prepares.connection is not self.connection:
            with self.wrap_database_errors:
                self.prepares = ServerBindingCursor(self.connection)
        return cast(Any, self)._prepare_cursor(self.prepares)

    def close_if_health_check_failed(self) -> None:
        # By the clock on the wall: the other one may stand still while a process of Lambda's is frozen.
        self.used_at, before = time(), self.used_at
        if 0 <= self.used_at - before < IDLE:
            self.health_check_done = True
        super().close_if_health_check_failed()
