"""The journal: who did what. An entry keeps ids, never what is personal."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, cast
from uuid import UUID

import msgspec
from django.apps import apps
from django.db import transaction

from .context import Context
from .errors import DomainError
from .ids import uuid7
from .messages import Message
from .operations import RegisteredOperation

_CARRIED_OUT, _REFUSED = "CARRIED_OUT", "REFUSED"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which PostgreSQL's JSON can't hold


def record_effect(
    operation: RegisteredOperation, command: Message[Any], context: Context, result: Any, entry_id: UUID | None = None
) -> Any:
    """Write the entry; call it in the transaction of the effect."""
    outcome = {"outcome": _CARRIED_OUT, "result": msgspec.to_builtins(result)}
    entry = _write(operation, command, context, id=entry_id or uuid7(), **outcome)
    _write_subjects(entry, command, result)
    return entry


def record_refusal(
    operation: RegisteredOperation, command: Message[Any], context: Context, refusal: DomainError
) -> None:
    """Write the entry of a command that was not carried out."""
    with transaction.atomic():
        entry = _write(operation, command, context, outcome=_REFUSED, code=refusal.code)
        _write_subjects(entry, command)


def about(subject: UUID) -> Any:
    """The ids of the entries about something, as a subquery."""
    return _rows("JournalSubject").filter(subject=subject).values("entry")


def _rows(model: str) -> Any:
    return apps.get_model("cqrs", model).objects  # its module can't be imported before the registry is ready


def _write(operation: RegisteredOperation, command: Message[Any], context: Context, **outcome: Any) -> Any:
    return _rows("JournalEntry").create(
        operation=operation.name,
        arguments=_impersonal_arguments(command),
        actor=context.actor.id,
        source=context.source,
        at=context.now,
        whole_id=context.whole,
        **outcome,
    )


def _write_subjects(entry: Any, *messages: Any) -> None:
    subjects = {subject for message in messages for subject in _ids(message)}
    rows = _rows("JournalSubject")
    rows.bulk_create([rows.model(entry=entry, subject=subject) for subject in sorted(subjects)])


def _ids(message: Any) -> Iterator[UUID]:
    """The ids that a message or a result holds."""
    for field in fields(message):
        value = getattr(message, field.name)
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, UUID))


def _impersonal_arguments(command: Message[Any]) -> dict[str, Any]:
    arguments = arguments_of(command)
    kept = (field.name for field in fields(command) if not field.metadata.get("personal", False))
    return {name: _storable(arguments[name]) for name in kept if name in arguments}


def arguments_of(command: Message[Any]) -> dict[str, Any]:
    """The arguments as plain values, less those that are as if they were not given."""
    defaults = {field.name for field in fields(command) if getattr(command, field.name) == field.default}
    arguments = cast(dict[str, Any], msgspec.to_builtins(command))
    return {name: value for name, value in arguments.items() if name not in defaults}


def _storable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value
