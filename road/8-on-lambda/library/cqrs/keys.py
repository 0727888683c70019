"""Idempotency keys: the stored answers that make a retry safe. A key is its actor's own."""

from msgspec import convert, to_builtins

from library import models

from .errors import IdempotencyKeyReused


def replay(operation, command, context):
    """The stored answer, if this actor has had this key carried out before."""
    key = models.IdempotencyKey.objects.filter(actor=context.actor.id, key=context.idempotency_key).first()
    if key is None:
        return None
    if (key.entry.operation, key.entry.arguments) != (operation.name, to_builtins(command)):
        raise IdempotencyKeyReused("This key was used for another request. Use a new key for a new request.")
    return convert(key.entry.result, operation.result)


def remember(entry, context):
    """Keep the key with the entry of what was carried out. IntegrityError: it is taken."""
    if context.idempotency_key is not None:
        models.IdempotencyKey.objects.create(actor=context.actor.id, key=context.idempotency_key, entry=entry)
