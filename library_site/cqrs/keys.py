"""Idempotency keys: the stored answers that make a retry safe.

A key is its actor's own. The fingerprint of the whole request (salted, so that equal requests don't show) tells an
equal request from another one with the same key.
"""

import json
from datetime import datetime
from hashlib import blake2b
from secrets import token_bytes
from typing import Any, cast

import msgspec
from django.apps import apps
from django.utils.translation import gettext as _

from .context import Context
from .errors import IdempotencyKeyReused
from .journal import arguments_of
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
    return msgspec.convert(key.entry.result, operation.result)


def is_key_used(context: Context) -> bool:
    """Whether this actor has had a command with this key carried out."""
    return _find(context) is not None


def command_of_key(context: Context) -> Message[Any] | None:
    """The command that this actor has had carried out with this key, as far as the journal keeps its arguments.

    An adapter that finds out what is meant (any copy with an ISBN) means the same when a request is repeated.
    """
    key = _find(context)
    operation = key and operation_named(key.entry.operation)
    return cast(Message[Any], msgspec.convert(key.entry.arguments, operation.message)) if key and operation else None


def remember(operation: RegisteredOperation, command: Message[Any], context: Context, entry: Any) -> None:
    """Write the key, if there is one, in the transaction of the effect. IntegrityError when it is taken."""
    if context.idempotency_key is not None:
        _rows().create(
            actor=context.actor.id,
            key=context.idempotency_key,
            fingerprint=_fingerprint(operation, command, token_bytes(blake2b.SALT_SIZE)),
            entry=entry,
        )


def forget(before: datetime) -> int:
    """Delete the keys of what was carried out before then; how many."""
    return cast(int, _rows().filter(at__lt=before).delete()[0])


def _rows() -> Any:
    return apps.get_model("cqrs", "IdempotencyKey").objects  # its module can't be imported before the registry is ready


def _find(context: Context) -> Any | None:
    """The key of the context, if this actor has had a command with it carried out."""
    if context.idempotency_key is None:
        return None
    keys = _rows().select_related("entry")
    return keys.filter(actor=context.actor.id, key=context.idempotency_key).first()


def _fingerprint(operation: RegisteredOperation, command: Message[Any], salt: bytes) -> str:
    request = json.dumps([operation.name, arguments_of(command)]).encode()
    return f"{salt.hex()}:{blake2b(request, digest_size=32, salt=salt).hexdigest()}"
