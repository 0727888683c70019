"""What REST answers to every error: a problem (RFC 9457)."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.translation import gettext as _
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework.exceptions import APIException, ParseError, Throttled, ValidationError
from rest_framework.response import Response

from library_site.cqrs.answers import (
    DATABASE_OUTAGES,
    MEDIA_TYPE,
    RETRY_AFTER,
    UNAVAILABLE,
    problem,
    problem_of,
    status_of,
    too_many_requests,
)
from library_site.cqrs.errors import DomainError, FieldError, InvalidInput

from .parsers import TooLarge


class Unavailable(APIException):
    """The database is down, or too slow."""

    status_code = 503
    default_code = UNAVAILABLE["code"]
    default_detail = UNAVAILABLE["detail"]
    wait = RETRY_AFTER


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
        if isinstance(exc, Throttled):
            return too_many_requests(vars(exc)["wait"])
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
    if isinstance(error, DATABASE_OUTAGES):
        return Unavailable()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return ParseError(_("The request cannot be understood."))
    return error


def _field(attr: str | None) -> str:
    return "" if attr is None or attr in {"non_field_errors", "__all__"} else attr
