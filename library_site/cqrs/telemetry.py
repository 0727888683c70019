"""One log record for every operation: a line for a person, and fields for what counts and measures."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from .context import Context
from .errors import DomainError
from .operations import RegisteredOperation

logger = logging.getLogger("library_site.operations")


@contextmanager
def logged(operation: RegisteredOperation, context: Context) -> Iterator[None]:
    """Log how what happens inside ends, and how long it takes (ms): ANSWERED, CARRIED_OUT, REFUSED or FAILED."""
    started = perf_counter()
    outcome, code, level = "ANSWERED" if operation.is_query else "CARRIED_OUT", "", logging.INFO
    try:
        yield
    except DomainError as refusal:
        outcome, code = "REFUSED", refusal.code
        raise
    except BaseException as error:
        outcome, code, level = "FAILED", type(error).__name__, logging.ERROR
        raise
    finally:
        fields = {
            "operation": operation.name,
            "actor": context.actor.id,
            "source": context.source,
            "outcome": outcome,
            "code": code,
            "duration_ms": round((perf_counter() - started) * 1000, 1),
        }
        logger.log(level, "%s: %s", operation.name, code or outcome.lower(), extra=fields)
