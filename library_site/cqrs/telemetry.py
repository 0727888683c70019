"""One log record for every operation: a line for a person, and fields for what counts and measures."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

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
        _log(operation, context, outcome, code, perf_counter() - started, level)


@contextmanager
def logged_together(operation: RegisteredOperation, context: Context, answers: list[Any]) -> Iterator[None]:
    """The same of many that are carried out inside, once it is certain; of each, its share of the time."""
    started = perf_counter()
    yield
    for answer in answers:
        code = answer.code if isinstance(answer, DomainError) else ""
        _log(operation, context, "REFUSED" if code else "CARRIED_OUT", code, (perf_counter() - started) / len(answers))


def _log(
    operation: RegisteredOperation, context: Context, outcome: str, code: str, took: float, level: int = logging.INFO
) -> None:
    fields = {
        "operation": operation.name,
        "actor": context.actor.id,
        "source": context.source,
        "outcome": outcome,
        "code": code,
        "duration_ms": round(took * 1000, 1),
    }
    logger.log(level, "%s: %s", operation.name, code or outcome.lower(), extra=fields)
