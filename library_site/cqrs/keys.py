"""Idempotency keys: the stored answers that make a retry safe.

A key is its actor's own. The fingerprint of the whole request (salted, so that equal requests don't show) tells an
equal request from another one with the same key.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, cast
from uuid import UUID

import msgspec
from django.apps import apps
from django.db.models import CharField, QuerySet
from django.db.models.sql import InsertQuery
from django.utils import timezone
from django.utils.translation import gettext as _

from library_site.statements import Given, compiled, inserted, row_given

from .context import Context
from .errors import IdempotencyKeyReused
from .journal import Step, arguments_of
from .messages import Message
from .operations import RegisteredOperation, operation_named


def replay(operation: RegisteredOperation, command: Message[Any], context: Context) -> Any | None:
    """The stored answer, if this actor has had this key carried out before.

    Raises IdempotencyKeyReused when it was carried out for another request.
    """
    key = _find(context)
    if key is None:
        return None
    salt = bytes.fromhex(key.fingerprint.partition(":")[0])
    if key.fingerprint != _fingerprint(operation, command, salt):
        raise IdempotencyKeyReused(
            _("This idempotency key was already used for another request. Use a new key for a new request.")
        )
    if context.on_replay:
        context.on_replay()
    return msgspec.convert(key.result, operation.result)


def is_key_used(context: Context) -> bool:
    """Whether this actor has had a command with this key carried out."""
    return _find(context) is not None


def command_of_key(context: Context) -> Message[Any] | None:
    """The command that this actor has had carried out with this key, as far as the journal keeps its arguments.

    An adapter that finds out what is meant (any copy with an ISBN) means the same when a request is repeated.
    """
    key = _find(context)
    operation = key and operation_named(key.operation)
    return cast(Message[Any], msgspec.convert(key.arguments, operation.message)) if key and operation else None


def remembered(operation: RegisteredOperation, command: Message[Any], context: Context, entry_id: UUID) -> Step | None:
    """What writes the key, if there is one, with the entry: IntegrityError when it is taken."""
    if context.idempotency_key is None:
        return None
    return compiled(_new), {
        "actor": context.actor.id,
        "key": context.idempotency_key,
        "fingerprint": _fingerprint(operation, command, token_bytes(blake2b.SALT_SIZE)),
        "entry_id": entry_id,
        "at": timezone.now(),
    }


def _new() -> InsertQuery:
    return inserted(row_given(apps.get_model("cqrs", "IdempotencyKey")))


def forget(before: datetime) -> int:
    """Delete the keys of what was carried out before then; how many."""
    return cast(int, _rows().filter(at__lt=before).delete()[0])


def _rows() -> Any:
    return apps.get_model("cqrs", "IdempotencyKey").objects  # its module can't be imported before the registry is ready


@dataclass(frozen=True)
class _Key:
    """A key, and of its entry what tells the command and its answer."""

    fingerprint: str
    operation: str
    arguments: Any
    result: Any


def _find(context: Context) -> _Key | None:
    """The key of the context, if this actor has had a command with it carried out."""
    if context.idempotency_key is None:
        return None
    found = compiled(_key).rows({"actor": context.actor.id, "key": context.idempotency_key})
    return _Key(*found[0]) if found else None


def _key() -> QuerySet[Any]:
    keys = _rows().filter(actor=Given("actor", CharField()), key=Given("key", CharField()))
    return cast(
        QuerySet[Any],
        keys.values_list("fingerprint", *(f"entry__{name}" for name in ("operation", "arguments", "result"))),
    )


def _fingerprint(operation: RegisteredOperation, command: Message[Any], salt: bytes) -> str:
    request = json.dumps([operation.name, arguments_of(command)]).encode()
    return f"{salt.hex()}:{blake2b(request, digest_size=32, salt=salt).hexdigest()}"
