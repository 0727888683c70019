"""Django's connection to SQLite: where somebody holds the database, one thread waits for it, not all (docs/adr/0017).

SQLite lets those who would write try again and again, so that of many one may never be the first. Here the threads of
a process come one by one, and those behind go on waiting for as long as that moves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.sqlite3 import base


class _Line:
    """Threads that would write: the first asks SQLite, the others stand behind it."""

    def __init__(self) -> None:
        self.first, self.moved = Lock(), 0.0

    @contextmanager
    def turn(self, longest: float) -> Iterator[None]:
        """In here, nobody of this process is before us. Raises OperationalError where nobody was let in for a while."""
        self._wait(monotonic() + longest)
        try:
            yield
            self.moved = monotonic()
        finally:
            self.first.release()

    def _wait(self, until: float) -> None:
        while not self.first.acquire(timeout=settings.LOCK_TIMEOUT or -1):
            if monotonic() > min(until, self.moved + settings.LOCK_TIMEOUT):
                raise OperationalError("database is locked")


_line = _Line()


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        with _line.turn(self.settings_dict["OPTIONS"].get("timeout", 0)):
            django: Any = super()
            django._start_transaction_under_autocommit()
