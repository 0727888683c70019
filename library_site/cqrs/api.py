"""What the REST adapters share: a viewset of tasks, each an @action that dispatches one operation."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from .context import Actor, Context
from .dispatcher import dispatch
from .errors import FieldError, InvalidInput
from .messages import MAX_PAGE_SIZE, PAGE_SIZE, Message
from .operations import Operation, operation_of
from .rendering import plain

Action = TypeVar("Action", bound=Callable[..., Response])


class IdField(serializers.UUIDField):
    """An id in a request: text only, where REST framework takes numbers too."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class NoFields(serializers.Serializer[Any]):
    """The request of an operation that takes nothing but what its path says."""


class PageRequest(serializers.Serializer[Any]):
    """The request of a query."""

    cursor = serializers.CharField(required=False, help_text="From `next` or `previous` of an earlier page.")
    page_size = serializers.IntegerField(
        required=False, min_value=1, help_text=f"Rows, up to {MAX_PAGE_SIZE}; {PAGE_SIZE} if not given."
    )


def task(
    message: type[Message[Any]],
    path: str,
    *,
    answers: type[serializers.Serializer[Any]],
    answer_example: dict[str, Any],
    takes: type[serializers.Serializer[Any]] | None = None,
    request_example: dict[str, Any] | None = None,
    detail: bool = False,
    status: int = 200,
) -> Callable[[Action], Action]:
    """Make the decorated method of a TaskViewSet the REST door of the operation that `message` asks for.

    `path` follows the viewset's prefix (and the id, if `detail`); `takes` are the fields of the body (of the query
    string, for a query) and `answers` those of the answer (of a row, for a query).
    """
    operation = operation_of(message)
    request = takes or (PageRequest if operation.is_query else NoFields)

    def decorate(view: Action) -> Action:
        routed: Any = action(detail=detail, methods=["get" if operation.is_query else "post"], url_path=path)(view)
        routed = extend_schema(
            operation_id=operation.name,
            summary=operation.title,
            description=inspect.getdoc(operation.handler),
            request=None if operation.is_query else request,
            parameters=[request] if operation.is_query else None,
            responses={status: _page(answers) if operation.is_query else answers},
            examples=_examples(operation, request_example, answer_example, status),
        )(routed)
        routed.operation, routed.takes, routed.answers, routed.status = operation, request, answers, status
        return cast(Action, routed)

    return decorate


class TaskViewSet(ViewSet):
    """Tasks on one kind of thing; only those that this process serves have a URL."""

    lookup_field = "id"
    lookup_value_converter = "uuid"
    serializer_class = NoFields  # for the browsable API and the schema; each task says its own

    @classmethod
    def get_extra_actions(cls) -> list[Any]:
        doors: list[Any] = super().get_extra_actions()
        return [door for door in doors if door.operation.is_served]

    def carry_out(self, request: Request, **from_path: Any) -> Response:
        """Dispatch the action's message, made of the request and of what the path says."""
        door = getattr(self, self.action)
        operation: Operation = door.operation
        replayed: list[bool] = []
        context = context_of(request, on_replay=lambda: replayed.append(True))
        serializer = door.takes(data=request.query_params if operation.is_query else request.data)
        serializer.is_valid(raise_exception=True)
        fields, nested = _flat(serializer.validated_data)
        try:
            result = dispatch(operation.message(**fields, **from_path), context)
        except InvalidInput as error:
            raise _in_terms_of_the_request(error, nested) from error
        body = plain(result, link=partial(_link, request))
        headers = {"Idempotency-Replayed": "true"} if replayed else None
        return Response(body, status=door.status, headers=headers)


class TaskRouter(SimpleRouter):
    """Paths as the contract has them."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)


def context_of(request: Request, on_replay: Callable[[], object] | None = None) -> Context:
    """The context of a REST request. Raises InvalidInput for a junk idempotency key."""
    key = request.headers.get("Idempotency-Key")
    return Context(actor=Actor.of_user(request.user), source="rest", idempotency_key=key, on_replay=on_replay)


def _flat(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The flat fields of a message from those of a request ({"author": {"id"}} is author_id), and where they stood."""
    flat: dict[str, Any] = {}
    nested: dict[str, str] = {}
    for name, value in data.items():
        if not isinstance(value, dict):
            flat[name] = value
            continue
        for inner, inner_value in value.items():
            flat[f"{name}_{inner}"] = inner_value
            nested[f"{name}_{inner}"] = f"{name}.{inner}"
    return flat, nested


def _in_terms_of_the_request(error: InvalidInput, nested: dict[str, str]) -> InvalidInput:
    return InvalidInput(
        *(FieldError(nested.get(each.field, each.field), each.code, each.detail) for each in error.errors)
    )


def _link(request: Request, cursor: str) -> str:
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


def _page(row: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": row(many=True),
    }
    return inline_serializer(f"{row.__name__}Page", fields=fields)


def _examples(
    operation: Operation, request: dict[str, Any] | None, answer: dict[str, Any], status: int
) -> list[OpenApiExample]:
    body = {"next": None, "previous": None, "results": [answer]} if operation.is_query else answer
    examples = [OpenApiExample("Answer", value=body, response_only=True, status_codes=[str(status)])]
    if request is not None:
        examples.append(OpenApiExample("Request", value=request, request_only=True))
    return examples
