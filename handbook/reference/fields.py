"""What a message takes and what it is answered: each field with its type in words, and what is said of it."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from rest_framework import serializers

from library_site.cqrs import Data, Overriding, Query
from library_site.cqrs.barcodes import may_be_barcode
from library_site.cqrs.operations import RegisteredOperation
from tests.doors import Route

from .markdown import of_code, table

WORDS = {
    UUID: "id",
    bool: "true or false",
    date: "date",
    datetime: "date and time",
    int: "whole number",
    str: "text",
    tuple[UUID, ...]: "ids",
    tuple[str, ...]: "texts",
}


def taken(operation: RegisteredOperation, route: Route) -> str:
    """The table of the message's fields."""
    hints, requested = get_type_hints(operation.message), by_field(route.action.rest_task.takes())
    of_path = {field: f"By REST in the path: `{{{name}}}`." for name, field in route.in_path.items()}
    rows = [
        (
            f"`{field.name}`",
            _type_of(field.name, hints[field.name]),
            _default(field),
            of_path.get(field.name) or _said_of_request(field.name, *requested[field.name]),
        )
        for field in sorted(fields(operation.message), key=_is_of_many)
    ]
    return table(("field", "type", "default", "what it is"), rows) if rows else "It takes nothing."


def _said_of_request(name: str, place: str, field: serializers.Field[Any, Any, Any, Any]) -> str:
    """What is said of the field, and where the request has it, if that is not in a field of the same name."""
    said = _said_of(field)
    return said if place == name else f"By REST: `{place}`. {said}"


def answered(operation: RegisteredOperation, route: Route) -> str:
    """The table of the answer's fields; of a query, those of a row."""
    row = row_of(operation)
    hints, said = get_type_hints(row), route.action.rest_task.answers().fields
    rows = [
        (f"`{field.name}`", _words(hints[field.name], or_null=True), _said_of(said[field.name]))
        for field in fields(row)
    ]
    return table(("field", "type", "what it is"), rows)


def row_of(operation: RegisteredOperation) -> type[Data]:
    """The data of the answer; of a query, that of a row of its pages."""
    answer: type[Data] = get_args(operation.result)[0] if operation.is_query else operation.result
    return answer


def by_field(request: serializers.Serializer[Any]) -> dict[str, tuple[str, serializers.Field[Any, Any, Any, Any]]]:
    """Where the request has each field of the message (author_id is author.id there), and what reads it."""
    return dict(_flat(request))


def _flat(request: serializers.Serializer[Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    for name, field in request.fields.items():
        if isinstance(field, serializers.Serializer):
            yield from ((f"{name}_{inner}", (f"{name}.{inner}", each)) for inner, each in field.fields.items())
        else:
            yield name, (name, field)


def _is_of_many(field: Field[Any]) -> bool:
    """Whether each query, or each command that may override, has the field: it comes last."""
    return field.name in {each.name for kind in (Query, Overriding) for each in fields(kind)}


def _type_of(name: str, hint: Any) -> str:
    words = _words(hint, or_null=False)
    return f"{words}, or barcode" if may_be_barcode(name) else words


def _words(hint: Any, *, or_null: bool) -> str:
    """X | None in words."""
    if get_origin(hint) is tuple and issubclass(row := get_args(hint)[0], Data):
        return f"rows of {', '.join(f'`{field.name}`' for field in fields(row))}"
    if get_origin(hint) is tuple or not get_args(hint):
        return WORDS[hint]
    (known,) = (each for each in get_args(hint) if each is not type(None))
    return f"{WORDS[known]} or null" if or_null else WORDS[known]


def _default(field: Field[Any]) -> str:
    """What a message without the field means."""
    if field.default is MISSING:
        return "required"
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default) if isinstance(field.default, int) else "none"


def _said_of(field: Any) -> str:
    """What the adapter says of it: its help, its choices and bounds."""
    choices = getattr(getattr(field, "child", field), "choices", {})
    bounds = [
        f"One of {of_code(map(str, choices))}." if choices else "",
        f"At most {field.max_length} characters." if getattr(field, "max_length", None) else "",
        f"From {field.min_value}." if getattr(field, "min_value", None) is not None else "",
    ]
    return " ".join(filter(None, [str(field.help_text or ""), *bounds]))
