"""One record for each request, of whichever kind: what was asked for, how it ended, and how long it took.

None of it is personal: of a path it has the pattern of its URL, of a message the operation's name and the message's id.
(What is counted by `operation` are the records of telemetry.py: one request may ask for several, or for none.)
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from library_site import logs
from library_site.cqrs.answers import DATABASE_OUTAGES

logger = logging.getLogger("library_site.requests")


class Refusal(Exception):
    """What says all that there is to say: of where it was raised, nobody needs to know."""

    status, code = 400, "invalid"


@contextmanager
def logged(kind: str, **known: Any) -> Iterator[dict[str, Any]]:
    """Log the request that is answered inside, with what is known of it, and what is put into the fields meanwhile."""
    started = perf_counter()
    fields: dict[str, Any] = {"kind": kind, "status": 200} | known
    logs.dispatched.clear()
    try:
        yield fields
    except BaseException as error:
        fields["status"], fields["code"] = _said_of(error)
        raise
    finally:
        if logs.dispatched:
            fields["operations"] = ", ".join(logs.dispatched)
        fields["duration_ms"] = round((perf_counter() - started) * 1000, 1)
        words = (kind, fields.get("method"), fields.get("route", fields.get("operations")), str(fields["status"]))
        logger.info(" ".join(filter(None, words)), extra=fields)


def _said_of(error: BaseException) -> tuple[int, str]:
    """The HTTP status that the error would have, and its code."""
    if isinstance(error, Refusal):
        return error.status, error.code
    return (503 if isinstance(error, (TimeoutError, *DATABASE_OUTAGES)) else 500), type(error).__name__
