"""The middleware that only pages need: a program that brings a token is answered without."""

from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_htmx.middleware import HtmxMiddleware
from django_permissions_policy import PermissionsPolicyMiddleware


def has_token(request: HttpRequest) -> bool:
    """Whether it is a program's request, which brings a token and wants no page."""
    known = vars(request)
    if "has_token" not in known:
        known["has_token"] = _has_token(request)
    return bool(known["has_token"])


def _has_token(request: HttpRequest) -> bool:
    said, path = request.META, request.path_info
    wants_page = "html" in said.get("HTTP_ACCEPT", "") or "format=" in said.get("QUERY_STRING", "")
    is_program = said.get("HTTP_AUTHORIZATION", "")[:6].lower() == "token " and not wants_page
    return is_program and path.startswith("/api/") and path != "/api/docs"


def _for_pages(middleware: Any) -> Any:
    class ForPages(middleware):
        def __call__(self, request: HttpRequest) -> Any:
            return self.get_response(request) if has_token(request) else super().__call__(request)

    return ForPages


content_security = _for_pages(CSPMiddleware)
permissions_policy = _for_pages(PermissionsPolicyMiddleware)
sessions = _for_pages(SessionMiddleware)
messages = _for_pages(MessageMiddleware)
htmx = _for_pages(HtmxMiddleware)
