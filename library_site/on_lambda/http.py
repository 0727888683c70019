"""HTTP events (API Gateway v1 and v2, ALB, function URLs) to Django, through apig-wsgi."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes

from apig_wsgi import make_lambda_handler
from django.conf import settings
from django.http import HttpRequest

from library_site.views import unavailable
from library_site.wsgi import Request

from . import application
from .deadline import DeadlineExceeded, deadline
from .request_log import logged

logger = logging.getLogger(__name__)


_in_work: list[HttpRequest] = []
"""The request that is answered, as Django knows it: with the URL that it has been found to be."""


def is_http(event: dict[str, Any]) -> bool:
    """Whether the event is an HTTP request; what asks an authorizer about one has a type, and is no request to us."""
    context = event.get("requestContext")
    is_request = isinstance(context, dict) and ("http" in context or "elb" in context or "httpMethod" in event)
    return is_request and "type" not in event


def _answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Django's answer, or 503 when there is no time left for one; to HEAD without its body."""
    environ |= _corrected(environ) | {"library.in_work": _in_work}
    try:
        with deadline(environ["apig_wsgi.context"]):
            body: Iterable[bytes] = application(environ, start_response)
    except DeadlineExceeded:
        logger.exception("No answer within the function's time")
        response = unavailable(Request(environ))
        start_response("503 Service Unavailable", list(response.items()))
        body = [response.content]
    return _Nothing(body) if environ["REQUEST_METHOD"] == "HEAD" else body


class _Nothing:
    """Of a body, only that it is closed."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.close = getattr(body, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(())


def _corrected(environ: dict[str, Any]) -> dict[str, Any]:
    """What the gateway knows better than the headers that apig-wsgi believes, and texts as WSGI wants them."""
    event = environ["apig_wsgi.full_event"]
    texts = {"HTTP_HOST": _own_host()} | {
        name: _latin(value) for name, value in environ.items() if isinstance(value, str)
    }
    return texts | {
        "PATH_INFO": _path(event).decode("latin-1"),
        "REMOTE_ADDR": _peer(event),
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",  # nothing else is let in before it comes to us
    }


def _path(event: dict[str, Any]) -> bytes:
    """The path, decoded once: by an HTTP API (of either payload), else by us. A function's URL looks like one."""
    path = str(event["rawPath"] if "rawPath" in event else event["path"])
    is_url = ".lambda-url." in str(event["requestContext"].get("domainName"))
    return path.encode("utf-8", "replace") if "version" in event and not is_url else unquote_to_bytes(path)


def _own_host() -> str:
    """The host of a request that names none, as a balancer's that asks for our health."""
    return str(settings.ALLOWED_HOSTS[0]).lstrip(".*") or "localhost"


def _latin(text: str) -> str:
    """The text's UTF-8 bytes, each as one character (PEP 3333)."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def _peer(event: dict[str, Any]) -> str:
    """The address that the gateway saw: of X-Forwarded-For, a client can forge all but what a balancer adds."""
    context = event["requestContext"]
    if "elb" in context:
        return _header(event, "x-forwarded-for").rpartition(",")[2].strip()
    return str(context["http"]["sourceIp"] if "http" in context else context["identity"]["sourceIp"])


def _header(event: dict[str, Any], name: str) -> str:
    """Of a balancer's event; the last, if there are several."""
    several = event.get("multiValueHeaders") or {}
    return str(several[name][-1] if name in several else (event.get("headers") or {}).get(name, ""))


_in_wsgi = make_lambda_handler(_answer, binary_support=True)


def answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The answer, as the gateway that has sent the event wants it."""
    with logged("http") as said:
        try:
            said |= {"method": _method(event), "gateway_request_id": _gateway_request_id(event)}
            reply = _in_wsgi(event, context)
            said["status"] = reply["statusCode"]
        finally:
            said["route"] = _route(_in_work[0]) if _in_work else ""
            _in_work.clear()
    return reply


def _method(event: dict[str, Any]) -> str:
    context = event["requestContext"]
    return str(context["http"]["method"] if "http" in context else event["httpMethod"])


def _gateway_request_id(event: dict[str, Any]) -> str:
    """What the gateway's own log calls the request; a balancer calls it by its trace."""
    return str(event["requestContext"].get("requestId") or _header(event, "x-amzn-trace-id"))


def _route(request: HttpRequest) -> str:
    """The pattern of its URL, as the HTTP API's routes have it; what the path itself says may be about a person."""
    if request.resolver_match:
        return _pattern(request.resolver_match.route)
    return "/static/*" if request.path.startswith(settings.STATIC_URL) else ""


@cache
def _pattern(route: str) -> str:
    """/api/book/{id} of Django's api/book/<uuid:id>; of what catches all, where that begins."""
    return "/" + re.sub(r"[(].*", "*", re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)).lstrip("^")
