"""The journal: who did what, and the stored answers that make a retry safe.

An entry keeps ids, never what is personal. The fingerprint of the whole request (salted, so that equal requests don't
show) tells an equal request from another one with the same idempotency key.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, cast
from uuid import UUID

import msgspec
from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from .context import Context
from .errors import DomainError, IdempotencyKeyReused
from .messages import Message
from .operations import RegisteredOperation, operation_named

_CARRIED_OUT, _REFUSED = "CARRIED_OUT", "REFUSED"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which PostgreSQL's JSON can't hold


def replay(operation: RegisteredOperation, command: Message[Any], context: Context) -> Any | None:
    """The stored answer, if this actor has had this key carried out before.

    Raises IdempotencyKeyReused when it was carried out for another request.
    """
    entry = _entry_of_key(context)
    if entry is None:
        return None
    salt = bytes.fromhex(entry.fingerprint.partition(":")[0])
    if entry.fingerprint != _fingerprint(operation, command, salt):
        raise IdempotencyKeyReused(
            _("This idempotency key was already used for another request. Use a new key for a new request.")
        )
    if context.on_replay:
        context.on_replay()
    return msgspec.convert(entry.result, operation.result)


def is_key_used(context: Context) -> bool:
    """Whether this actor has had a command with this key carried out."""
    return _entry_of_key(context) is not None


def command_of_key(context: Context) -> Message[Any] | None:
    """The command that this actor has had carried out with this key, as far as the journal keeps its arguments.

    An adapter that finds out what is meant (any copy with an ISBN) means the same when a request is repeated.
    """
    entry = _entry_of_key(context)
    operation = entry and operation_named(entry.operation)
    return cast(Message[Any], msgspec.convert(entry.arguments, operation.message)) if entry and operation else None


def record_effect(operation: RegisteredOperation, command: Message[Any], context: Context, result: Any) -> None:
    """Write the entry; call it in the transaction of the effect. IntegrityError when the key is taken."""
    entry = _write(operation, command, context, outcome=_CARRIED_OUT, result=msgspec.to_builtins(result))
    _write_subjects(entry, command, result)


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


def _entry_of_key(context: Context) -> Any | None:
    """The entry of the command that this actor has had carried out with this key, if there is one."""
    if (key := context.idempotency_key) is None:
        return None
    return _rows("JournalEntry").filter(outcome=_CARRIED_OUT, actor=context.actor.id, idempotency_key=key).first()


def _write(operation: RegisteredOperation, command: Message[Any], context: Context, **outcome: Any) -> Any:
    return _rows("JournalEntry").create(
        operation=operation.name,
        arguments=_impersonal_arguments(command),
        fingerprint=_fingerprint(operation, command, token_bytes(blake2b.SALT_SIZE)),
        actor=context.actor.id,
        source=context.source,
        at=context.now,
        idempotency_key=context.idempotency_key,
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
    arguments = _arguments(command)
    kept = (field.name for field in fields(command) if not field.metadata.get("personal", False))
    return {name: _storable(arguments[name]) for name in kept if name in arguments}


def _arguments(command: Message[Any]) -> dict[str, Any]:
    """The arguments as plain values, less those that are as if they were not given."""
    defaults = {field.name for field in fields(command) if getattr(command, field.name) == field.default}
    arguments = cast(dict[str, Any], msgspec.to_builtins(command))
    return {name: value for name, value in arguments.items() if name not in defaults}


def _storable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _fingerprint(operation: RegisteredOperation, command: Message[Any], salt: bytes) -> str:
    request = json.dumps([operation.name, _arguments(command)]).encode()
    return f"{salt.hex()}:{blake2b(request, digest_size=32, salt=salt).hexdigest()}"
