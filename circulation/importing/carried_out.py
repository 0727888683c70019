"""Commands of many rows, carried out together. Adapter: it translates."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError, reset_queries

from library_site.cqrs import Command, Context
from library_site.cqrs.answers import is_locked

BATCH = 100
"""Rows that are imported in one transaction: what a desk may have to wait for."""

ATTEMPTS = 8
"""How often they wait for what others hold."""

Way = Callable[[Sequence[Any], Context], list[Any]]
"""dispatch_all(), or rehearse_all(), of which nothing stays."""


def carried_out(way: Way, commands: Sequence[Command[Any]], context: Callable[[], Context]) -> list[Any]:
    """Of each its answer, or why it was refused. Who holds what they wait for is waited for again."""
    for attempts in range(ATTEMPTS, 0, -1):
        try:
            return way(commands, context())
        except OperationalError as error:
            if attempts == 1 or not is_locked(error):
                raise
        finally:
            reset_queries()  # which Django keeps where DEBUG is set
    return []
