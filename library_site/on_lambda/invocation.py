"""What surrounds the work on one event, whatever its kind: log fields, and connections that are alive."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from django.db import close_old_connections
from django.utils import translation

from library_site import logs

from . import START_MS
from .request_log import Refusal

logger = logging.getLogger(__name__)

R = TypeVar("R")

_firsts = iter([True])


def entry_point(work: Callable[[Any, Any], R]) -> Callable[[Any, Any], R]:
    """As Lambda calls it, with an event and its context: `work`, surrounded by what an invocation is.

    What it raises Lambda tells the invoker, and logs as a text of many lines. So it is we who log the traceback, and
    Lambda gets none.
    """

    @wraps(work)
    def handler(event: Any, context: Any) -> R:
        with invocation(context):
            try:
                return work(event, context)
            except Refusal as refusal:
                error: Exception = refusal
            except Exception as unforeseen:
                logger.exception("An event was not answered")
                error = unforeseen
        raise error.with_traceback(None) from None

    return handler


@contextmanager
def invocation(context: Any) -> Iterator[None]:
    """Surround the work on one event; `context` is Lambda's."""
    _identify(context)
    translation.deactivate()  # the language of the last request
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
        logs.count_cold_start(context.function_name, START_MS)
