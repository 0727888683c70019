"""Who acts: whoever is signed in on the request that this process is answering, else the library itself."""

from contextvars import ContextVar
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from library_site.cqrs.context import Actor, Context, Source
from library_site.middleware import has_token

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


class Authentication(AuthenticationMiddleware):
    """Django's, that remembers the request while it is answered."""

    def process_request(self, request: HttpRequest) -> None:
        if has_token(request):
            request.user = AnonymousUser()  # until the token was looked at
        else:
            super().process_request(request)
        _request.set(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        _request.set(None)
        return response


def context_now() -> Context:
    """The context of what is done now, outside of commands."""
    request = _request.get()
    return Context(actor=Actor.system("cli"), source="cli") if request is None else context_of(request)


def context_of(request: HttpRequest) -> Context:
    actor = Actor.of_user(request.user) if request.user.is_authenticated else Actor.anonymous()
    return Context(actor=actor, source=source_of(request))


def source_of(request: HttpRequest | None) -> Source:
    if request is None:
        return "cli"
    if request.path_info.startswith("/api/"):
        return "rest"
    return "admin" if request.path_info.startswith("/admin/") else "html"
