"""What the OpenAPI schema says of every operation beyond its request and answer: keys, refusals, problems."""

import inspect
from functools import cache
from typing import Any

from drf_spectacular import openapi
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, inline_serializer
from rest_framework import serializers

from library_site.cqrs.answers import MEDIA_TYPE, problem, status_of
from library_site.cqrs.barcodes import BARCODE_IN_PATH, BARCODE_PATTERN, may_be_barcode
from library_site.cqrs.errors import DomainError, IdempotencyKeyReused
from library_site.cqrs.operations import RegisteredOperation
from library_site.cqrs.records import refusals_of

from .tasks import CountedRow, IdField, RestTask, id_in

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457). `code` is stable; `detail` is a sentence for a person.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "What is wrong with each field (code `invalid`).",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail")},
            },
        },
        "problems": {
            "type": "array",
            "description": "All that stands in the way (status 409).",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {name: {"type": "string"} for name in ("code", "detail")},
            },
        },
        "remedies": {
            "type": "array",
            "description": "What helps: the operations, with their arguments, that undo or override a problem.",
            "items": {
                "type": "object",
                "required": ["code", "operation", "arguments"],
                "properties": {
                    "code": {"type": "string", "description": "Of the problem."},
                    "operation": {"type": "string"},
                    "arguments": {"type": "object", "additionalProperties": True},
                },
            },
        },
    },
}

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[\\x20-\\x7e]{1,255}$"},
    OpenApiParameter.HEADER,
    description=(
        "The same key, caller and request, once carried out, gives the first answer again, with the header "
        "`Idempotency-Replayed: true`. A refused request may be tried again with its key."
    ),
)

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "example": '"5f0c1e9a4b7d4c21a3e8f60b9d2c7a15"'},
    OpenApiParameter.HEADER,
    description=(
        "The `ETag` that the record had when it was read: it is edited only if nobody has changed it since. A PUT that "
        "would change a status or who has a book is refused without it."
    ),
)

ETAG = OpenApiParameter(
    "ETag",
    {"type": "string", "example": '"5f0c1e9a4b7d4c21a3e8f60b9d2c7a15"'},
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version of the record, for `If-Match`. It changes with everything that the library keeps of it.",
)


def _id_or_barcode(pattern: str) -> dict[str, Any]:
    return {"type": "string", "anyOf": [{"format": "uuid"}, {"pattern": f"^{pattern}$"}]}


ID_OR_BARCODE, ID_OR_BARCODE_IN_PATH = _id_or_barcode(BARCODE_PATTERN), _id_or_barcode(BARCODE_IN_PATH)

GENERAL = {
    400: ("invalid", "The request cannot be understood; `errors` says which field."),
    401: ("not_authenticated", "Authentication credentials were not provided."),
    403: ("permission_denied", "The caller lacks the permission for this."),
    404: ("not_found", "Nothing in the library has this id."),
    409: ("conflict", "The state of the library forbids it."),
    413: ("too_large", "The request is too large."),
    415: ("unsupported_media_type", "The body must be application/json."),
    429: ("too_many_requests", "Too many requests: `Retry-After` says for how many seconds to wait."),
}


class TokenScheme(OpenApiAuthenticationExtension):
    """`Authorization: Token <token>`, for the documentation."""

    target_class = "library_site.rest.clients.TokenAuthentication"
    name = "Token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token` and a space before the token that `manage.py create_api_token` prints.",
        }


class IdFieldSchema(OpenApiSerializerFieldExtension):
    """An id in a request, for which a barcode may stand."""

    target_class = IdField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return ID_OR_BARCODE if may_be_barcode(self.target.field_name) else {"type": "string", "format": "uuid"}


class AutoSchema(openapi.AutoSchema):
    """REST framework's schema, what each RestTask says, and the problems that it answers with."""

    @property
    def rest_task(self) -> RestTask | None:
        """What the view's action was decorated with; None for CRUD."""
        return getattr(getattr(self.view, getattr(self.view, "action", None) or "", None), "rest_task", None)

    @property
    def operation(self) -> RegisteredOperation | None:
        return self.rest_task.operation if self.rest_task else None

    def get_operation_id(self) -> str:
        return self.operation.name if self.operation else super().get_operation_id()

    def get_summary(self) -> str | None:
        return str(self.operation.title) if self.operation else super().get_summary()

    def get_description(self) -> str:  # type: ignore[override]  # takes none there
        return inspect.getdoc(self.operation.handler) or "" if self.operation else super().get_description()

    def get_request_serializer(self) -> Any:
        if self.rest_task is None:
            return super().get_request_serializer()
        return None if self.rest_task.operation.is_query else self.rest_task.takes

    def get_response_serializers(self) -> Any:
        if self.rest_task is None:
            return super().get_response_serializers()
        answer = _page(self.rest_task.answers) if self.rest_task.operation.is_query else self.rest_task.answers
        return {self.rest_task.status: answer}

    def get_override_parameters(self) -> list[Any]:
        if self.rest_task is None:
            return self._parameters_of_crud()
        return [self.rest_task.takes] if self.rest_task.operation.is_query else [IDEMPOTENCY_KEY]

    def _parameters_of_crud(self) -> list[Any]:
        is_list = "{" not in self.path and self.method == "GET"
        etag = [] if self.method == "DELETE" or is_list else [ETAG]
        return [
            *etag,
            *([] if self.method == "GET" else [IDEMPOTENCY_KEY]),
            *([IF_MATCH] if self.method in {"PUT", "PATCH", "DELETE"} else []),
        ]

    def _resolve_path_parameters(self, variables: Any) -> Any:
        parameters = super()._resolve_path_parameters(variables)
        if self.rest_task is None or not may_be_barcode(field := id_in(self.path_regex)):
            return parameters
        kind = field.removesuffix("_id")
        text = f"The id of the {kind}, or the barcode that stands for it, if that has no slash."
        return [parameter | {"schema": ID_OR_BARCODE_IN_PATH, "description": text} for parameter in parameters]

    def get_examples(self) -> list[OpenApiExample]:
        if self.rest_task is None:
            return super().get_examples()
        body = self.rest_task.answer_example
        if self.rest_task.operation.is_query:
            counted = {"counted_at": "2026-11-23T09:30:00Z"} if issubclass(self.rest_task.answers, CountedRow) else {}
            body = counted | {"next": None, "previous": None, "results": [body]}
        examples = [OpenApiExample("Answer", value=body, response_only=True, status_codes=[str(self.rest_task.status)])]
        if self.rest_task.request_example is not None:
            examples.append(OpenApiExample("Request", value=self.rest_task.request_example, request_only=True))
        return examples

    def get_tags(self) -> list[str]:
        if self.operation is None:
            return ["CRUD"]
        return ["Queries" if self.operation.is_query else "Commands"]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        return bodies | {str(status): self._problem(status) for status in sorted(self._statuses())}

    def _statuses(self) -> set[int]:
        statuses = {400, 401, 403, 429} | ({404} if self._names_something() else set())
        if self.method in {"POST", "PUT", "PATCH"}:
            statuses |= {413, 415}
        return statuses | {status_of(refusal) for refusal in self._refusals()}

    def _names_something(self) -> bool:
        """Whether the request says an id, or a barcode, that nothing may have."""
        fields = self.rest_task.takes().fields.values() if self.rest_task else ()
        return "{" in self.path or any(isinstance(field, IdField) for field in fields)

    def _refusals(self) -> list[type[DomainError]]:
        if self.operation is None:
            view: Any = self.view
            edit = refusals_of(view.get_queryset().model._meta.label_lower, str(self.method))
            return [] if self.method == "GET" else [*edit, IdempotencyKeyReused]
        return [*self.operation.refusals, *([] if self.operation.is_query else [IdempotencyKeyReused])]

    def _problem_component(self) -> ResolvedComponent:
        component = ResolvedComponent("Problem", ResolvedComponent.SCHEMA, schema=PROBLEM_SCHEMA, object="Problem")
        self.registry.register_on_missing(component)
        return component

    def _problem(self, status: int) -> dict[str, Any]:
        """One response, with an example of each refusal that has this status."""
        refusals = [refusal for refusal in self._refusals() if status_of(refusal) == status]
        texts = [(refusal.code, refusal.__doc__ or "") for refusal in refusals] or [GENERAL[status]]
        return {
            "description": "; ".join(f"`{code}`: {text}" for code, text in texts),
            "content": {
                MEDIA_TYPE: {
                    "schema": self._problem_component().ref,
                    "examples": {code: {"value": problem(status, code, text)} for code, text in texts},
                }
            },
        }


@cache
def _page(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    if issubclass(row, CountedRow):
        fields["counted_at"] = serializers.DateTimeField(help_text="What takes long to count is counted seldom.")
    return inline_serializer(f"{row.__name__}Page", fields=fields)
