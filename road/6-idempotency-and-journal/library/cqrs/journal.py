"""The journal: who did what, and what was refused."""

from msgspec import to_builtins

from library import models


def record(operation, message, context, **outcome):
    """Write an entry; of an effect, in its transaction."""
    return models.JournalEntry.objects.create(
        operation=operation.name,
        arguments=to_builtins(message),
        actor=context.actor.id,
        source=context.source,
        at=context.now,
        **outcome,
    )
