"""Events as the services of AWS send them (recorded in recorded/), and HTTP through its gateways.

Of each kind of gateway:

- rest_api: API Gateway's REST API (payload 1.0). The path is percent-encoded; a stage is taken off it, the base path of
  a custom domain is handed on.
- http_api: API Gateway's HTTP API (payload 2.0). The path is decoded; a stage is handed on, and so is a base path.
- balancer, balancer_multi_value: an Application Load Balancer, which encodes nothing and decodes nothing; each header
  has one value unless the target group is set to multi-value headers.
- function_url: a function's own URL (payload 2.0). The path is percent-encoded.
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

import pytest

FOLDER = Path(__file__).with_name("recorded")
HTTP_KINDS = ("rest_api", "http_api", "balancer", "balancer_multi_value", "function_url")
KINDS = pytest.mark.parametrize("kind", HTTP_KINDS)
BASES = ("", "/production", "/library/desk")
"""The paths under which tests have functions live."""
TEXTS = ("text/", "application/json", "application/javascript", "application/xml")

REFUSED = sorted(path.stem for path in (FOLDER / "refused").iterdir())
"""The recorded events that are none of ours."""

Event = dict[str, Any]


def recorded(name: str) -> Any:
    """A copy of a recorded event."""
    return json.loads((FOLDER / f"{name}.json").read_text())


# Messages


def queue_event(*bodies: str, ids: tuple[str, ...]) -> Event:
    """An SQS batch of these messages."""
    (record,) = recorded("queue")["Records"]
    return {"Records": [record | {"messageId": id, "body": body} for id, body in zip(ids, bodies, strict=True)]}


def bus_event(detail: Any, *, id: str, kind: str = "bus") -> Event:
    """An EventBridge event: somebody's own (bus), or a rule's that goes by the clock (schedule)."""
    event: Event = recorded(kind) | {"id": id, "detail": detail}
    return event


# HTTP


class Request(NamedTuple):
    """What a client sends; the path is percent-encoded and without the base path, under which the gateway lives."""

    method: str = "GET"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = {}
    cookies: Mapping[str, str] = {}
    body: bytes = b""
    source_ip: str = "203.0.113.10"
    base: str = ""
    hands_base_on: bool = True

    @property
    def handed_path(self) -> str:
        return (self.base if self.hands_base_on else "") + self.path

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Answer(NamedTuple):
    """What a client gets; the names of headers in lower case."""

    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


def host_of(kind: str) -> str:
    """The name that the recorded gateway of this kind has."""
    event = recorded(kind)
    headers = event.get("headers") or {name: values[-1] for name, values in event["multiValueHeaders"].items()}
    return next(str(value) for name, value in headers.items() if name.lower() == "host")


def http_event(kind: str, request: Request) -> Event:
    """The request as this kind of gateway hands it to a function."""
    make = {
        "rest_api": _rest_api,
        "http_api": _http_api,
        "balancer": _balancer,
        "balancer_multi_value": _balancer_multi_value,
        "function_url": _function_url,
    }
    return make[kind](recorded(kind), request)


def _rest_api(event: Event, request: Request) -> Event:
    headers = _merged(event["headers"], request, forwarded=f"{request.source_ip}, 130.176.0.1", cookie=request.cookie)
    query = parse_qs(request.query, keep_blank_values=True, errors="replace")
    context = event["requestContext"]
    context["identity"] |= {"sourceIp": request.source_ip}
    context |= {"httpMethod": request.method, "path": (request.base or "/production") + request.path}
    return event | {
        "path": request.handed_path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": request.path.lstrip("/")},
        **_body(request, is_text=_is_utf8(request.body), none=None),
    }


def _http_api(event: Event, request: Request) -> Event:
    headers = _lower(_merged(event["headers"], request, forwarded=request.source_ip))
    path = unquote(request.handed_path)
    stage = request.base.strip("/") if request.base.count("/") == 1 and request.hands_base_on else "$default"
    context = event["requestContext"] | {"stage": stage}
    context["http"] |= {"method": request.method, "path": path, "sourceIp": request.source_ip}
    event |= {"rawPath": path, "rawQueryString": request.query, "headers": headers, "requestContext": context}
    return event | _cookies(request) | _query(request) | (_body(request) if request.body else {})


def _function_url(event: Event, request: Request) -> Event:
    headers = _lower(_merged(event["headers"], request, forwarded=request.source_ip, cookie=request.cookie))
    context = event["requestContext"]
    context["http"] |= {"method": request.method, "path": request.handed_path, "sourceIp": request.source_ip}
    event |= {"rawPath": request.handed_path, "rawQueryString": request.query, "headers": headers}
    return event | _cookies(request) | _query(request) | (_body(request) if request.body else {})


def _balancer(event: Event, request: Request) -> Event:
    headers = _lower(_merged(event["headers"], request, forwarded=request.source_ip, cookie=request.cookie))
    query = dict(part.partition("=")[::2] for part in request.query.split("&") if part)
    event |= {"httpMethod": request.method, "path": request.handed_path}
    return event | {"headers": headers, "queryStringParameters": query} | _body(request)


def _balancer_multi_value(event: Event, request: Request) -> Event:
    recorded_headers = {name: values[-1] for name, values in event["multiValueHeaders"].items()}
    headers = _lower(_merged(recorded_headers, request, forwarded=request.source_ip, cookie=request.cookie))
    query: dict[str, list[str]] = {}
    for part in filter(None, request.query.split("&")):
        name, _, value = part.partition("=")
        query.setdefault(name, []).append(value)
    event |= {"httpMethod": request.method, "path": request.handed_path}
    several = {name: [value] for name, value in headers.items()}
    return event | {"multiValueHeaders": several, "multiValueQueryStringParameters": query} | _body(request)


def _merged(given: Mapping[str, str], request: Request, *, forwarded: str, cookie: str = "") -> dict[str, str]:
    """The gateway's headers and the client's, which wins; but the gateway adds what it saw to X-Forwarded-For."""
    sent = {name.title(): value for name, value in request.headers.items()}
    headers = {name.title(): value for name, value in given.items()} | sent
    headers["X-Forwarded-For"] = ", ".join(filter(None, [sent.get("X-Forwarded-For"), forwarded]))
    headers["Content-Length"] = str(len(request.body))
    return headers | ({"Cookie": cookie} if cookie else {})


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _cookies(request: Request) -> Event:
    return {"cookies": [f"{name}={value}" for name, value in request.cookies.items()]} if request.cookies else {}


def _query(request: Request) -> Event:
    query = parse_qs(request.query, keep_blank_values=True, errors="replace")
    return {"queryStringParameters": {name: ",".join(values) for name, values in query.items()}} if query else {}


def _body(request: Request, *, is_text: bool | None = None, none: str | None = "") -> Event:
    """The body: in base64, unless it is a text; by default the gateway goes by its type."""
    if not request.body:
        return {"body": none, "isBase64Encoded": False}
    if is_text is None:
        types = _lower(request.headers).get("content-type", "")
        is_text = types.startswith(TEXTS) and _is_utf8(request.body)
    body = request.body.decode() if is_text else base64.b64encode(request.body).decode()
    return {"body": body, "isBase64Encoded": not is_text}


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def http_answer(answer: Any) -> Answer:
    """What the gateway makes of a function's answer, of whichever kind it is."""
    assert isinstance(answer["statusCode"], int)
    assert isinstance(answer["body"], str)
    several = answer.get("multiValueHeaders") or {name: [value] for name, value in answer["headers"].items()}
    headers = {name.lower(): values for name, values in several.items()}
    assert all(isinstance(value, str) and "\n" not in value for values in headers.values() for value in values)
    cookies = [*headers.pop("set-cookie", []), *answer.get("cookies", [])]
    body = answer["body"].encode()
    return Answer(
        status=answer["statusCode"],
        headers={name: ", ".join(values) for name, values in headers.items()},
        cookies=cookies,
        body=base64.b64decode(body, validate=True) if answer["isBase64Encoded"] else body,
    )
