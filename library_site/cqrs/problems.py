"""Refusals as RFC 9457 problems: the one table of statuses, and what REST answers to every error."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from django.apps import apps
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.db.models import BaseConstraint, Model, ProtectedError, UniqueConstraint
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.response import Response

from .errors import Conflict, DomainError, FieldError, IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound
from .parsers import TooLarge

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[DomainError], int] = {
    InvalidInput: 400,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    IdempotencyKeyReused: 422,
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
        body["remedies"] = [{"code": code} | msgspec.to_builtins(remedy) for code, remedy in remedies]
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
    503, "unavailable", gettext_lazy("The library's database does not answer. Please try again in a moment.")
)
DATABASE_IS_DOWN = (OperationalError, InterfaceError)


class Unavailable(APIException):
    """The database is down, or too slow."""

    status_code = 503
    default_code = UNAVAILABLE["code"]
    default_detail = UNAVAILABLE["detail"]
    wait = 5  # seconds, for Retry-After


class Refusal(APIException):
    """A DomainError on its way through REST framework."""

    def __init__(self, error: DomainError) -> None:
        super().__init__(error.message, error.code)
        self.status_code = status_of(type(error))
        self.error = error


class ProblemHandler(ExceptionHandler):
    """Every error that REST answers with, as a problem."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        exc = _translated(exc)
        if isinstance(exc, DomainError):
            return Refusal(exc)
        return super().convert_known_exceptions(exc)

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        if isinstance(exc, Refusal):
            return problem_of(exc.error)
        errors = flatten_errors(exc.detail)
        if isinstance(exc, ValidationError):
            fields = (FieldError(_field(error.attr), error.code, error.detail) for error in errors)
            return problem_of(InvalidInput(*fields))
        code = "invalid" if exc.status_code == 400 else errors[0].code
        if exc.status_code == 401:
            code = "not_authenticated"
        body = problem(exc.status_code, code, errors[0].detail)
        if exc.status_code == 400:
            body["errors"] = [{"field": "", "code": error.code, "detail": error.detail} for error in errors]
        return body

    def get_response(self, exc: APIException, data: dict[str, Any]) -> Response:
        response: Response = super().get_response(exc, data)
        renderer = getattr(self.context["request"], "accepted_renderer", None)
        if renderer is None or renderer.format == "json":
            response.content_type = MEDIA_TYPE
        return response


def _translated(error: Exception) -> Exception:
    """What Django says, in our words."""
    if isinstance(error, ProtectedError):
        return still_referenced(error)
    if isinstance(error, IntegrityError):
        return Conflict(violated_rule(error))
    if isinstance(error, DATABASE_IS_DOWN):
        return Unavailable()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return ParseError(_("The request cannot be understood."))
    return error


def _field(attr: str | None) -> str:
    return "" if attr is None or attr in {"non_field_errors", "__all__"} else attr


def still_referenced(error: ProtectedError) -> Conflict:
    """What refers to a row that was to be deleted."""
    kinds = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
    said = _("It cannot be deleted while something refers to it: {kinds}.")
    return StillReferenced(said.format(kinds=", ".join(kinds)))


class StillReferenced(Conflict):
    """Something refers to the row that was to be deleted."""

    code = "still_referenced"


def violated_rule(error: IntegrityError) -> str:
    """The rule of the database that an edit broke, in words."""
    said = str(error)
    for model, constraint in _constraints():
        columns = constraint.fields if isinstance(constraint, UniqueConstraint) else ()
        spellings = {constraint.name, *(f"{model._meta.db_table}.{column}" for column in columns)}
        if any(spelling in said for spelling in spellings):
            return str(constraint.violation_error_message)
    return _("The database refuses this change: it refers to something that is not there, or that changed meanwhile.")


def _constraints() -> Iterator[tuple[type[Model], BaseConstraint]]:
    return ((model, constraint) for model in apps.get_models() for constraint in model._meta.constraints)
