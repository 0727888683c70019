"""The one door: every command and every query goes through dispatch(), whichever adapter it comes from."""

from django.db import transaction

from .errors import NotAllowed
from .operations import operation_of


def dispatch(message, context):
    """Carry out a command or answer a query. Raises DomainError."""
    operation = operation_of(type(message))
    authorise(operation, context)
    if operation.is_query:
        return operation.handler(message, context)
    with transaction.atomic(durable=True):
        return operation.handler(message, context)


def authorise(operation, context):
    if not context.actor.may(operation.permission):
        raise NotAllowed(f"You may not do this: it takes the permission “{operation.title}”.")
