"""The one door: every command and every query goes through dispatch(), whichever adapter it comes from."""

from django.db import IntegrityError, transaction
from msgspec import to_builtins

from . import journal, keys
from .errors import DomainError, NotAllowed
from .operations import operation_of


def dispatch(message, context):
    """Carry out a command or answer a query. Raises DomainError."""
    operation = operation_of(type(message))
    if operation.is_query:
        authorise(operation, context)
        return operation.handler(message, context)
    try:
        authorise(operation, context)
        return _replayed_or_new(operation, message, context)
    except DomainError as refusal:
        journal.record(operation, message, context, outcome="REFUSED", code=refusal.code)
        raise


def _replayed_or_new(operation, command, context):
    """The stored answer, or a new one; where an equal request in flight has just won, its answer."""
    if (stored := keys.replay(operation, command, context)) is not None:
        return stored
    try:
        return _in_one_transaction(operation, command, context)
    except (DomainError, IntegrityError):
        if (stored := keys.replay(operation, command, context)) is not None:
            return stored
        raise


def _in_one_transaction(operation, command, context):
    """The effect, its entry in the journal and its key: all, or nothing."""
    with transaction.atomic(durable=True):
        result = operation.handler(command, context)
        entry = journal.record(operation, command, context, outcome="CARRIED_OUT", result=to_builtins(result))
        keys.remember(entry, context)
    return result


def authorise(operation, context):
    if not context.actor.may(operation.permission):
        raise NotAllowed(f"You may not do this: it takes the permission “{operation.title}”.")
