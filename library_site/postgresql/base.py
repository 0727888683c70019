"""Django's connection to PostgreSQL, with cursors that prepare."""

from typing import Any, cast

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as DjangosOperations

ServerBindingCursor: Any = base.ServerBindingCursor


class DatabaseOperations(DjangosOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """With its values, also where these are bound on the server."""
        if isinstance(cursor, ServerBindingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that has a cursor for statements.py."""

    ops_class = DatabaseOperations
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
