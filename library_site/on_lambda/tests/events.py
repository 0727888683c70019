"""Events as AWS sends them, without what nothing reads."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any, NoReturn
from urllib.parse import urlsplit

from deploy.tests.events import Request, http_event, queue_event
from library_site.on_lambda.deadline import RESERVE

SOURCE = "203.0.113.9"
"""The address that the gateway sees."""

Headers = dict[str, str]


@dataclass(frozen=True)
class LambdaContext:
    """What Lambda tells a function of an invocation."""

    aws_request_id: str = "request-1"
    function_name: str = "library-production"
    ends: float = field(default_factory=lambda: monotonic() + 20)

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - monotonic()) * 1000)


def nearly_over(**values: Any) -> LambdaContext:
    """An invocation whose deadline is in a moment."""
    return LambdaContext(ends=monotonic() + RESERVE + 0.2, **values)


def hang(*args: Any, **kwargs: Any) -> NoReturn:
    """What does not come to an end before somebody stops it."""
    Event().wait(10)
    raise AssertionError("nobody stopped it")


def http(kind: str) -> Callable[..., dict[str, Any]]:
    """Makes requests as this kind of gateway sends them: deploy/tests has recorded one of each."""

    def make(target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> dict[str, Any]:
        url, said = urlsplit(target), {"host": "testserver"} | (headers or {})
        cookies = dict(each.split("=", 1) for each in said.pop("cookie", "").split("; ") if each)
        return http_event(kind, Request(method, url.path, url.query, said, cookies, body, SOURCE))

    return make


v1, v2, alb, alb_lists = map(http, ("rest_api", "function_url", "balancer", "balancer_multi_value"))
HTTP = {"v1": v1, "v2": v2, "alb": alb, "alb_lists": alb_lists}


def queue(*bodies: Any) -> dict[str, Any]:
    """An SQS batch; its messages are called message-1, message-2, ..."""
    texts = [body if isinstance(body, str) else json.dumps(body, default=str) for body in bodies]
    return queue_event(*texts, ids=tuple(f"message-{number}" for number, _ in enumerate(texts, 1)))


def bus(detail: Any, id: str = "event-1") -> dict[str, Any]:
    """An event of EventBridge's."""
    return {"version": "0", "id": id, "detail-type": "Task", "source": "library.tests", "detail": detail}


def ask(operation: str, **arguments: Any) -> dict[str, Any]:
    """The document that asks for an operation, as JSON would bring it."""
    document: dict[str, Any] = json.loads(
        json.dumps({"operation": operation, "arguments": arguments}, default=str),
    )
    return document
