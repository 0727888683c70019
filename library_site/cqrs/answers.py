"""What adapters answer: results as plain values, refusals as problems (RFC 9457), the one table of HTTP statuses."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy, ngettext

from .errors import Conflict, DomainError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound
from .paging import Page
from .records import PreconditionFailed, PreconditionRequired

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEDIA_TYPE = "application/problem+json"


STATUSES: dict[type[DomainError], int] = {
    InvalidInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    IdempotencyKeyReused: 422,
    PreconditionRequired: 428,
}


def status_of(error: type[DomainError]) -> int:
    """The HTTP status of a kind of refusal."""
    return next(status for base, status in STATUSES.items() if issubclass(error, base))


def problem_of(error: DomainError) -> dict[str, Any]:
    """A refusal as plain values, ready for JSON."""
    body = problem(status_of(type(error)), error.code, error.message)
    body |= {name: msgspec.to_builtins(value) for name, value in error.details.items()}
    if isinstance(error, InvalidInput):
        body["errors"] = [msgspec.to_builtins(each) for each in error.errors]
    if isinstance(error, Conflict) or len(error.problems) > 1:
        body["problems"] = [{"code": each.code, "detail": each.message} for each in error.problems]
        body["detail"] = " ".join(each.message for each in error.problems)
    if remedies := [(each.code, each.remedy) for each in error.problems if each.remedy]:
        body["remedies"] = [
            {"code": code, "operation": remedy.operation, "arguments": msgspec.to_builtins(remedy.arguments)}
            for code, remedy in remedies
        ]
    return body


def problem(status: int, code: str, detail: "StrOrPromise") -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }


UNAVAILABLE = problem(
    503,
    "unavailable",
    gettext_lazy(
        "The library's database does not answer, or somebody holds what this waits for. Please try again in a moment."
    ),
)


DATABASE_OUTAGES = (OperationalError, InterfaceError)


def is_locked(error: Exception) -> bool:
    """Whether it was waited in vain for what somebody else holds: nothing was done, then."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03" or "database is locked" in str(error)


RETRY_AFTER = 5
"""Seconds, for those whom the database does not answer."""


def too_many_requests(seconds: int) -> dict[str, Any]:
    """What a program is told that asks too often, and when it may ask again."""
    text = ngettext(
        "Too many requests. Try again in %d second.", "Too many requests. Try again in %d seconds.", seconds
    )
    return problem(429, "too_many_requests", text % seconds)


def plain(answer: Any, link: Callable[[str], str] = str) -> Any:
    """What REST answers, ready for JSON; a page has what `link` makes of its cursors: by default, the cursors."""
    if not isinstance(answer, Page):
        return msgspec.to_builtins(answer)
    counted = {"counted_at": msgspec.to_builtins(answer.counted_at)} if answer.counted_at else {}
    return counted | {
        "next": answer.next and link(answer.next),
        "previous": answer.previous and link(answer.previous),
        "results": msgspec.to_builtins(answer.rows),
    }
