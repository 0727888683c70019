"""The connection, whose health is asked for after it was idle."""

from time import monotonic
from typing import ClassVar

from django.db.backends.postgresql import base

IDLE = 10
"""Seconds without a statement, after which a connection may have been cut without anybody's having noticed."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, which asks each request's connection whether it is well; this one only asks after it was idle.

    One that breaks in between fails the statement that meets it, and is asked by the next request; what only reads is
    asked once more by a new one (statements.py).
    """

    used_at: ClassVar[float] = 0

    def close_if_health_check_failed(self) -> None:
        self.used_at, before = monotonic(), self.used_at  # type: ignore[misc]
        if self.used_at - before < IDLE:
            self.health_check_done = True
        super().close_if_health_check_failed()
