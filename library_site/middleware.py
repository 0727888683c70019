"""What nobody keeps: answers. And the middleware that only pages need: a program that brings a token goes without."""

import logging
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxMiddleware
from django_permissions_policy import PermissionsPolicyMiddleware

from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.sessions import briefly

logger = logging.getLogger(__name__)


def no_store(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nobody on the way, and no browser at a desk, keeps an answer, unless it says itself that it may be kept.

    So do static files, and the schema: all else may name people, were it by a redirect's address or in an error.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


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


class Sessions(SessionMiddleware):
    """Django's; what only reads is answered though its session cannot be kept, and does not wait for that."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} or not request.session.modified:
            return super().process_response(request, response)
        try:
            with briefly(connection):
                return super().process_response(request, response)
        except DATABASE_OUTAGES as error:
            logger.warning("A session was not kept: %s", type(error).__name__)
            return response


def _for_pages(middleware: Any) -> Any:
    class ForPages(middleware):
        def __call__(self, request: HttpRequest) -> Any:
            return self.get_response(request) if has_token(request) else super().__call__(request)

    return ForPages


content_security = _for_pages(CSPMiddleware)
permissions_policy = _for_pages(PermissionsPolicyMiddleware)
sessions = _for_pages(Sessions)
messages = _for_pages(MessageMiddleware)
htmx = _for_pages(HtmxMiddleware)
