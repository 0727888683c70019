"""What the REST adapters share: a viewset of tasks, each an @action that dispatches one operation."""

import re
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar, cast
from uuid import UUID

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import get_language
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.utils.urls import replace_query_param
from rest_framework.viewsets import ViewSet

from library_site.cqrs.answers import plain
from library_site.cqrs.barcodes import BARCODE_IN_PATH, id_of, may_be_barcode
from library_site.cqrs.context import Actor, Context
from library_site.cqrs.dispatcher import authorise, dispatch
from library_site.cqrs.errors import FieldError, InvalidInput, NotFound
from library_site.cqrs.messages import MAX_PAGE_SIZE, PAGE_SIZE, Message, Overriding
from library_site.cqrs.operations import RegisteredOperation, operation_of

Action = TypeVar("Action", bound=Callable[..., Response])


@dataclass(frozen=True, kw_only=True)
class RestTask:
    """What REST takes and answers for one operation; the schema (schema.py) says the same."""

    operation: RegisteredOperation
    takes: type[serializers.Serializer[Any]]
    answers: type[serializers.Serializer[Any]]
    status: int
    request_example: dict[str, Any] | None
    answer_example: dict[str, Any]


@cache
def _reader(takes: type[serializers.Serializer[Any]], language: str) -> serializers.Serializer[Any]:
    """What reads requests: to make its fields costs more than to read them, and they keep the words of one language."""
    return takes()


_authorise: ContextVar[Callable[[], None]] = ContextVar("authorise")


class IdField(serializers.UUIDField):
    """An id in a request, or the barcode that stands for it: text only, where REST framework takes numbers too."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        try:
            return super().to_internal_value(_identified(str(self.field_name), data, _authorise.get()))
        except InvalidInput as error:
            raise serializers.ValidationError([ErrorDetail(each.detail, each.code) for each in error.errors]) from error


class BarcodeConverter(StringConverter):
    """A barcode in a path, where an id may stand: it has a digit, which no word has that is a route there."""

    regex = BARCODE_IN_PATH


register_converter(BarcodeConverter, "barcode")


class NoFields(serializers.Serializer[Any]):
    """The request of an operation that takes nothing but what its path says."""


class OverrideField(serializers.ListField):
    """The refusals that a request overrides, by their codes: those of the operation that may be overridden."""

    def __init__(self, message: type[Overriding[Any]], **kwargs: Any) -> None:
        codes = [refusal.code for refusal in operation_of(message).overridable]
        kwargs["help_text"] = "The codes of the refusals to override; each takes its permission."
        super().__init__(child=serializers.ChoiceField(choices=codes), required=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return tuple(super().to_internal_value(data))


class OverridingRequest(serializers.Serializer[Any]):
    """The request of a command some of whose refusals may be overridden."""

    override_reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=500,
        help_text="Why, for the journal: required with an override. It names nobody.",
    )


class CountedRow(serializers.Serializer[Any]):
    """A row of what is counted over everything: its page says when that was."""


class PageRequest(serializers.Serializer[Any]):
    """The request of a query."""

    cursor = serializers.CharField(required=False, help_text="From `next` or `previous` of an earlier page.")
    page_size = serializers.IntegerField(
        required=False, min_value=1, help_text=f"Rows, up to {MAX_PAGE_SIZE}; {PAGE_SIZE} if not given."
    )


def rest_task(
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
    """Make the decorated method of a TaskViewSet the @action for the operation that `message` asks for.

    `path` follows the viewset's prefix (and the id, if `detail`); `takes` are the fields of the body (of the query
    string, for a query) and `answers` those of the answer (of a row, for a query).
    """
    operation = operation_of(message)
    made = RestTask(
        operation=operation,
        takes=takes or (PageRequest if operation.is_query else NoFields),
        answers=answers,
        status=status,
        request_example=request_example,
        answer_example=answer_example,
    )

    def decorate(view: Action) -> Action:
        routed: Any = action(detail=detail, methods=["get" if operation.is_query else "post"], url_path=path)(view)
        routed.rest_task = made
        return cast(Action, routed)

    return decorate


class TaskViewSet(ViewSet):
    """Tasks on one kind of thing; only those that this process serves have a URL."""

    lookup_field = "id"
    lookup_value_converter = "uuid"
    serializer_class = NoFields  # for the browsable API and the schema; each task says its own

    @classmethod
    def get_extra_actions(cls) -> list[Any]:
        """The tasks that are served. (REST framework's way reads every attribute, and so imports what makes schemas)"""
        actions = [each for _, each in sorted(vars(cls).items()) if hasattr(each, "rest_task")]
        return [each for each in actions if each.rest_task.operation.is_served]

    @property
    def permission(self) -> str:
        """What the request asks for, if it is a task: clients.py reads it with the token."""
        task = getattr(getattr(self, self.action or "", None), "rest_task", None)
        return task.operation.permission if task else ""

    def perform(self, request: Request, **from_path: Any) -> Response:
        """Dispatch the action's message, made of the request and of what the path says.

        `from_path` are ids, or barcodes that stand for them.
        """
        rest_task: RestTask = getattr(self, self.action).rest_task
        operation = rest_task.operation
        replayed: list[bool] = []
        context = context_of(request, on_replay=lambda: replayed.append(True))
        may = partial(authorise, operation, context)
        _authorise.set(may)
        reader = _reader(rest_task.takes, get_language())
        asked = reader.run_validation(request.query_params if operation.is_query else request.data)
        fields, nested = _flat(asked)
        ids = {name: _identified(name, value, may) for name, value in from_path.items()}
        try:
            result = dispatch(operation.message(**fields, **ids), context)
        except InvalidInput as error:
            raise _in_terms_of_the_request(error, nested) from error
        body = plain(result, link=partial(_link, request))
        headers = {"Idempotency-Replayed": "true"} if replayed else None
        return Response(body, status=rest_task.status, headers=headers)


class TaskRouter(SimpleRouter):
    """Paths as the contract has them."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The URLs, and again those with an id that a barcode may stand for, with the barcode."""
        urls = super().get_urls()
        routes = [(str(url.pattern), url.callback) for url in urls if isinstance(url, URLPattern)]
        return urls + [
            path(route.replace("<uuid:", "<barcode:"), view) for route, view in routes if may_be_barcode(id_in(route))
        ]


def by_first_word(urls: Iterable[Any]) -> list[URLPattern | URLResolver]:
    """The same URLs, of which a request is compared with those only that begin as it does."""
    kinds: dict[str, list[Any]] = {}
    for url in urls:
        word, slash, rest = str(url.pattern).partition("/")
        kinds.setdefault(word + slash, []).append(path(rest, url.callback, name=url.name))
    return [path(word, include(each)) for word, each in kinds.items()]


def id_in(route: str) -> str:
    """The field of the message that the id in a route is: of book/<uuid:id>/borrow, book_id. Empty: it has none."""
    found = re.search(r"(\w*)/<uuid:(\w+)>", route)
    if found is None:
        return ""
    kind, name = found.groups()
    return f"{kind}_id" if name == "id" else name


def context_of(request: Request, on_replay: Callable[[], object] | None = None) -> Context:
    """The context of a REST request. Raises InvalidInput for a junk idempotency key."""
    key = request.headers.get("Idempotency-Key")
    return Context(actor=Actor.of_user(request.user), source="rest", idempotency_key=key, on_replay=on_replay)


def _identified(name: str, id_or_barcode: UUID | str, authorise: Callable[[], None]) -> UUID | str:
    """The id that is meant in a field; nobody finds out which barcodes there are who may not do what is asked."""
    try:
        return id_of(name, id_or_barcode)
    except NotFound:
        authorise()
        raise


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
