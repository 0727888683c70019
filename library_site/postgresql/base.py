"""Django's connection to PostgreSQL, with cursors that prepare; nobody waits on it for ever (docs/adr/0017)."""

from contextvars import ContextVar
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import psycopg
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as DjangosOperations
from psycopg.pq import TransactionStatus

ServerBindingCursor: Any = base.ServerBindingCursor

HEALTH = 2
"""Seconds in which a connection that was idle says that it is well."""

LONGER = 1
"""Seconds that are waited for a server's answer after its own timeout: it comes first, unless the server is frozen."""

IDLE_IN_TRANSACTION = 30
"""Seconds after which the server ends a transaction in which a request that hangs says nothing: it may hold rows."""

SILENCE = 2
"""Seconds for which a database that did not answer is not connected to anew: nothing on the way out waits again."""

_silent_until: dict[str, float] = {}
"""Of databases that did not answer."""

_answers_a_request = ContextVar("answers_a_request", default=False)


def _requests_begin(**kwargs: Any) -> None:
    _answers_a_request.set(True)


def _requests_end(**kwargs: Any) -> None:
    _answers_a_request.set(False)


request_started.connect(_requests_begin)
request_finished.connect(_requests_end)


class Connection(psycopg.Connection[Any]):
    """Psycopg's, which a server that says nothing, as its own timeouts are frozen with it, does not hold for ever."""

    alias = ""
    patience: float | None = None
    """Seconds that an answer to a request may take; what was typed into a shell takes as long as it takes."""
    hurry: float | None = None
    """Seconds that any answer may take just now."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Raises OperationalError when it takes longer. Whether a COMMIT got through, nobody knows then."""
        bound = timeout or self.hurry or (self.patience if _answers_a_request.get() else None)
        try:
            return super().wait(gen, interval, bound)
        except psycopg.OperationalError as error:
            if self.pgconn.transaction_status != TransactionStatus.ACTIVE:
                raise
            self.close()
            _silent_until[self.alias] = monotonic() + SILENCE
            raise psycopg.OperationalError(f"The database said nothing for {bound} seconds.") from error


def _timeouts() -> dict[str, float]:
    """What the server is to bound, in seconds: who sits at a counter waits for less than what was typed into a shell.

    There a statement may take its time, as migrations and checks do, and a lock is waited for as a statement is here.
    """
    if not _answers_a_request.get():
        return {"lock_timeout": settings.STATEMENT_TIMEOUT}
    return {
        "lock_timeout": settings.LOCK_TIMEOUT,
        "statement_timeout": settings.STATEMENT_TIMEOUT,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }


class DatabaseOperations(DjangosOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """With its values, also where these are bound on the server."""
        if isinstance(cursor, ServerBindingCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that has a cursor for statements.py."""

    Database: Any = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
    ops_class = DatabaseOperations
    prepares: Any = None

    def get_connection_params(self) -> Any:
        """With the timeouts; a pooler that shares its connections hears of none, and its role has them."""
        params = super().get_connection_params()
        if params["prepare_threshold"] is not None:
            said = (f"-c {name}={seconds * 1000:.0f}" for name, seconds in _timeouts().items() if seconds)
            params["options"] = " ".join([*said, params.get("options", "")])
        return params

    def get_new_connection(self, conn_params: Any) -> Any:
        """Raises OperationalError at once, where the database has just not answered."""
        if monotonic() < _silent_until.get(self.alias, 0):
            raise psycopg.OperationalError("The database has just not answered.")
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.errors.ConnectionTimeout:
            _silent_until[self.alias] = monotonic() + SILENCE
            raise
        connection.alias = self.alias
        connection.patience = settings.STATEMENT_TIMEOUT + LONGER if settings.STATEMENT_TIMEOUT else None
        return connection

    def is_usable(self) -> bool:
        """Whether it is well, and says so soon; where it does not, a new one may at once."""
        if self.connection is None or self.connection.closed:
            return False
        self.connection.hurry = HEALTH
        is_well = bool(super().is_usable())
        self.connection.hurry = None
        if not is_well:
            _silent_until.pop(self.alias, None)
        return is_well

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
