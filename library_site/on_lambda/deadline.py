"""The end of the time that Lambda gives, before it comes: work that hangs is given up while there is time to say so."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.db import connections

RESERVE = 1.5
"""Seconds that are kept of an invocation's time, to answer that the rest was not enough."""


class DeadlineExceeded(BaseException):
    """The time of this invocation is nearly over.

    Not an Exception, so that nothing on the way (a retry, an error page that reads the database) takes it for a
    failure that it can deal with.
    """


class NoTimeLeft(DeadlineExceeded):
    """It was over before the work was begun."""


@contextmanager
def deadline(context: Any, *, among: int = 1) -> Iterator[None]:
    """Raise DeadlineExceeded inside, in the main thread, RESERVE seconds before Lambda would kill the process.

    Sooner for work that shares the time that is left `among` so many pieces, of which it is the first. Again each
    second, should the first have been lost on the way out. Raises NoTimeLeft at once when the moment is past.
    """
    seconds = (context.get_remaining_time_in_millis() / 1000 - RESERVE) / among
    if seconds <= 0:
        raise NoTimeLeft
    previous = signal.signal(signal.SIGALRM, _exceeded)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except DeadlineExceeded:
        signal.setitimer(signal.ITIMER_REAL, 0)  # it may have come just as the timer was to be stopped
        connections.close_all()
        raise
    finally:
        signal.signal(signal.SIGALRM, previous)


def _exceeded(number: int, frame: FrameType | None) -> None:
    for each in connections.all(initialized_only=True):
        if each.connection is not None:
            if each.vendor == "sqlite":
                each.connection.rollback()  # it is not closed, and keeps its lock, while a cursor is halfway through
            each.connection.close()  # so that nothing on the way out, Django's own cleaning up included, hangs on it
    raise DeadlineExceeded
