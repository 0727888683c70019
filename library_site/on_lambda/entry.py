"""The function's entry point: each kind of event that the library serves to its adapter; any other is refused."""

from typing import Any, NoReturn

from . import http, messages
from .invocation import entry_point
from .request_log import Refusal, logged


class UnknownEvent(Refusal):
    """No adapter of ours serves an event of this shape; whoever sent it must learn of that."""

    code = "unknown_event"


@entry_point
def handler(event: Any, context: Any) -> Any:
    """What Lambda calls. Raises UnknownEvent, and what the adapters raise."""
    return _adapter(event)(event, context)


def _adapter(event: Any) -> Any:
    if isinstance(event, dict):
        if http.is_http(event):
            return http.answer
        if "operation" in event:
            return messages.from_invoker
        if isinstance(event.get("detail"), dict) and "operation" in event["detail"] and "id" in event:
            return messages.from_bus
        if _is_batch(event.get("Records")):
            return messages.from_queue
    return _refuse


def _refuse(event: Any, context: Any) -> NoReturn:
    known = sorted(event) if isinstance(event, dict) else type(event).__name__
    with logged("unknown"):
        raise UnknownEvent(f"This function serves no event of this kind: {known}")


def _is_batch(records: Any) -> bool:
    return (
        isinstance(records, list)
        and bool(records)
        and all(isinstance(record, dict) and record.get("eventSource") == "aws:sqs" for record in records)
    )
