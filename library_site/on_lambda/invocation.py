"""What surrounds the work on one event, whatever its kind: log fields, a deadline, connections that are alive."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.db import close_old_connections, connections

from library_site import json_logs

from . import START_MS

RESERVE = 1.5
"""Seconds that are kept of an invocation's time, to answer that the rest was not enough."""

logger = logging.getLogger(__name__)


class DeadlineExceeded(BaseException):
    """The time of this invocation is nearly over.

    Not an Exception, so that nothing on the way (a retry, an error page that reads the database) takes it for a
    failure that it can deal with.
    """


@contextmanager
def invocation(context: Any) -> Iterator[None]:
    """Surround the work on one event; `context` is Lambda's."""
    cold = not json_logs.invocation
    json_logs.invocation |= {"request_id": context.aws_request_id, "function": context.function_name}
    if cold:
        fields: dict[str, Any] = {"cold_start": 1, "start_ms": START_MS}
        metrics = {"cold_start": "Count", "start_ms": "Milliseconds"}
        logger.info("Cold start", extra=fields | {"metrics": metrics, "dimensions": ["function"]})
    close_old_connections()  # those that are too old; the others are asked whether they are alive when they are used
    try:
        yield
    finally:
        close_old_connections()


@contextmanager
def deadline(context: Any) -> Iterator[None]:
    """Raise DeadlineExceeded inside, in the main thread, RESERVE seconds before Lambda would kill the process.

    Again each second: what ends a transaction may be as stuck as the transaction was. At once when that moment is past.
    """
    seconds = context.get_remaining_time_in_millis() / 1000 - RESERVE
    if seconds <= 0:
        raise DeadlineExceeded
    previous = signal.signal(signal.SIGALRM, _exceeded)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    except DeadlineExceeded:
        signal.setitimer(signal.ITIMER_REAL, 0)
        connections.close_all()  # they are somewhere in the middle of something
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _exceeded(number: int, frame: FrameType | None) -> None:
    raise DeadlineExceeded
