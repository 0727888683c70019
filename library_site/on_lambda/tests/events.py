"""Events as AWS sends them, without what nothing reads."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

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


def v2(target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> dict[str, Any]:
    """A request as an HTTP API or a function URL sends it; cookies apart from the other headers."""
    url = urlsplit(target)
    plain = {"host": "testserver"} | (headers or {})
    cookies = plain.pop("cookie", "")
    return {
        "version": "2.0",
        "rawPath": url.path,
        "rawQueryString": url.query,
        "headers": plain,
        "cookies": cookies.split("; ") if cookies else [],
        "requestContext": {"http": {"method": method, "path": url.path, "protocol": "HTTP/1.1", "sourceIp": SOURCE}},
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def v1(target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> dict[str, Any]:
    """A request as a REST API sends it: its path and its query are decoded."""
    url = urlsplit(target)
    plain = {"host": "testserver"} | (headers or {})
    query = parse_qs(url.query, keep_blank_values=True)
    return {
        "version": "1.0",
        "httpMethod": method,
        "path": unquote(url.path),
        "headers": plain,
        "multiValueHeaders": {name: [value] for name, value in plain.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": {"httpMethod": method, "identity": {"sourceIp": SOURCE}},
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }


def _balancer(target: str, method: str, headers: Headers | None, body: bytes) -> tuple[dict[str, Any], Headers]:
    """What both kinds of a load balancer's events hold, and the headers with the address that it adds."""
    claimed = (headers or {}).get("x-forwarded-for")
    address = f"{claimed}, {SOURCE}" if claimed else SOURCE
    plain = {"host": "testserver"} | (headers or {}) | {"x-forwarded-for": address, "x-forwarded-proto": "https"}
    event = {
        "httpMethod": method,
        "path": urlsplit(target).path,
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:region:1:targetgroup/library/1"}},
        "body": b64encode(body).decode(),
        "isBase64Encoded": True,
    }
    return event, plain


def _raw(query: str) -> dict[str, list[str]]:
    """The query as a load balancer has it: still encoded."""
    values: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(name, []).append(value)
    return values


def alb(target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> dict[str, Any]:
    """A request as a load balancer sends it: one value for each header, one for each name in the query."""
    event, plain = _balancer(target, method, headers, body)
    query = {name: values[-1] for name, values in _raw(urlsplit(target).query).items()}
    return event | {"headers": plain, "queryStringParameters": query}


def alb_lists(target: str, *, method: str = "GET", headers: Headers | None = None, body: bytes = b"") -> dict[str, Any]:
    """A request as a load balancer sends it whose target group has multi-value headers switched on."""
    event, plain = _balancer(target, method, headers, body)
    lists = {name: [value] for name, value in plain.items()}
    return event | {"multiValueHeaders": lists, "multiValueQueryStringParameters": _raw(urlsplit(target).query)}


HTTP = {"v1": v1, "v2": v2, "alb": alb, "alb_lists": alb_lists}


def queue(*bodies: Any) -> dict[str, Any]:
    """An SQS batch; its messages are called message-1, message-2, ..."""
    texts = (body if isinstance(body, str) else json.dumps(body, default=str) for body in bodies)
    return {
        "Records": [
            {"messageId": f"message-{number}", "eventSource": "aws:sqs", "body": text}
            for number, text in enumerate(texts, 1)
        ]
    }


def bus(detail: Any, id: str = "event-1") -> dict[str, Any]:
    """An event of EventBridge's."""
    return {"version": "0", "id": id, "detail-type": "Task", "source": "library.tests", "detail": detail}


def ask(operation: str, **arguments: Any) -> dict[str, Any]:
    """The document that asks for an operation, as JSON would bring it."""
    document: dict[str, Any] = json.loads(
        json.dumps({"operation": operation, "arguments": arguments}, default=str),
    )
    return document
