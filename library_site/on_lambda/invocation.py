"""What surrounds the work on one event, whatever its kind: log fields, a deadline, connections that are alive."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from django.db import close_old_connections, connections

from library_site import metrics

from . import START_MS

RESERVE = 1.5
"""Seconds that are kept of an invocation's time, to answer that the rest was not enough."""

_firsts = iter([True])


class DeadlineExceeded(BaseException):
    """The time of this invocation is nearly over.

    Not an Exception, so that nothing on the way (a retry, an error page that reads the database) takes it for a
    failure that it can deal with.
    """


@contextmanager
def invocation(context: Any) -> Iterator[None]:
    """Surround the work on one event; `context` is Lambda's."""
    _identify(context)
    close_old_connections()  # those that are too old; the others are asked whether they are alive when they are used
    try:
        yield
    finally:
        close_old_connections()


def _identify(context: Any) -> None:
    """Put the function and the request on every line of the log, and tell of the first one that it is."""
    is_first = next(_firsts, False)
    about = {"function": context.function_name, "request_id": context.aws_request_id, "cold_start": is_first}
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, LambdaPowertoolsFormatter):
            handler.formatter.append_keys(**about)
    if is_first:
        metrics.cold_start(context.function_name, START_MS)


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
