"""The journal: who did what, and the stored answers that make a retry safe.

An entry keeps ids, never what is personal. The fingerprint of the whole request (keyed, so that it gives nothing
away) tells an equal request from another one with the same idempotency key.
"""

import json
import re
from dataclasses import fields
from typing import Any, cast

import msgspec
from django.utils.crypto import salted_hmac

from .context import Context
from .errors import DomainError, IdempotencyKeyReused
from .messages import Message
from .operations import Operation

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which PostgreSQL's JSON can't hold


def replay(operation: Operation, command: Message[Any], context: Context) -> Any | None:
    """The stored answer, if this actor has had this key carried out before.

    Raises IdempotencyKeyReused when it was carried out for another request.
    """
    if context.idempotency_key is None:
        return None
    entry = _entries().filter(actor=context.actor.id, idempotency_key=context.idempotency_key).first()
    if entry is None:
        return None
    if entry.fingerprint != _fingerprint(operation, command):
        raise IdempotencyKeyReused(
            "This idempotency key was already used for another request. Use a new key for a new request."
        )
    if context.on_replay:
        context.on_replay()
    return msgspec.convert(entry.result, operation.result)


def was_carried_out(context: Context) -> bool:
    """Whether this actor has had a command with this key carried out."""
    return context.idempotency_key is not None and _of_key(context).exists()


def carried_out(operation: Operation, command: Message[Any], context: Context, result: Any) -> None:
    """Write the entry; call it in the transaction of the effect. IntegrityError when the key is taken."""
    from .models import JournalEntry

    _write(operation, command, context, JournalEntry.Outcome.CARRIED_OUT, result=msgspec.to_builtins(result))


def refused(operation: Operation, command: Message[Any], context: Context, refusal: DomainError) -> None:
    from .models import JournalEntry

    _write(operation, command, context, JournalEntry.Outcome.REFUSED, code=refusal.code)


def _entries() -> Any:
    from .models import JournalEntry  # models can't be imported before the app registry is ready

    return JournalEntry.objects.filter(outcome=JournalEntry.Outcome.CARRIED_OUT)


def _write(operation: Operation, command: Message[Any], context: Context, outcome: str, **answer: Any) -> None:
    from .models import JournalEntry

    JournalEntry.objects.create(
        operation=operation.name,
        arguments=_impersonal_arguments(command),
        fingerprint=_fingerprint(operation, command),
        actor=context.actor.id,
        source=context.source,
        at=context.now,
        outcome=outcome,
        idempotency_key=context.idempotency_key,
        **answer,
    )


def _impersonal_arguments(command: Message[Any]) -> dict[str, Any]:
    arguments = cast(dict[str, Any], msgspec.to_builtins(command))
    kept = (field.name for field in fields(command) if not field.metadata.get("personal", False))
    return {name: _storable(arguments[name]) for name in kept}


def _storable(value: Any) -> Any:
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _fingerprint(operation: Operation, command: Message[Any]) -> str:
    request = json.dumps([operation.name, msgspec.to_builtins(command)])
    return salted_hmac("library.journal", request, algorithm="sha256").hexdigest()
