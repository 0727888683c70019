"""The one door: every command and every query goes through dispatch(), whichever adapter it comes from."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from time import sleep
from typing import Any, TypeVar, cast

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from . import journal, keys, telemetry
from .context import Context
from .errors import DomainError, NotAllowed, NotFound, Overtaken
from .ids import uuid7
from .messages import Command, Message
from .operations import Ahead, RegisteredOperation, operation_of
from .texts import override_name

R = TypeVar("R")

logger = logging.getLogger(__name__)

_ATTEMPTS, _PAUSE = 5, 0.2
"""How often a command is tried, and for how many seconds it waits before it is tried for the last time.

One that waited in vain for a lock is not: it has waited for long enough, and the database does not answer.
"""


def dispatch(message: Message[R], context: Context) -> R:
    """Carry out a command or answer a query; the way (or else dispatch_all) in which an adapter reaches the library.

    Raises DomainError: what the handler refuses, NotFound for an operation that this deployment does not serve,
    NotAllowed for an actor without its permission, IdempotencyKeyReused for a key used for another request.
    """
    operation = operation_of(type(message))
    with telemetry.logged(operation, context):
        if not operation.is_served:
            raise NotFound(_("{operation} is not served here.").format(operation=operation.name))
        if operation.is_query:
            authorise(operation, context)
            return cast(R, operation.handler(message, context))
        return _journalled(operation, message, context)


def dispatch_all(commands: Sequence[Command[R]], context: Context) -> list[R | DomainError]:
    """Carry out commands of one kind, in their order; of each the answer, or why it was refused.

    Each is authorised, refused and journalled by itself, as by dispatch(). If the operation can look ahead, they share
    a transaction; where another change comes in between, that is undone and each has its own. They can have no key.
    """
    if context.idempotency_key is not None:
        raise TypeError("A key is of one request.")
    operation = operation_of(type(commands[0])) if commands else None
    if operation and operation.ahead and operation.is_served:
        try:
            return _together(operation, operation.ahead, commands, context)
        except (DomainError, IntegrityError, OperationalError) as error:
            if not isinstance(_refusal(operation, error), DomainError):
                raise
    return [_answer_or_refusal(command, context) for command in commands]


class _Rehearsed(Exception):
    """All has been carried out, and is to be undone."""


def rehearse_all(commands: Sequence[Command[R]], context: Context) -> list[R | DomainError]:
    """What dispatch_all() would answer now: all is carried out, and undone, and the journal knows nothing of it.

    For an operation that can look ahead.
    """
    operation = operation_of(type(commands[0])) if commands else None
    if operation is None:
        return []
    if operation.ahead is None:
        raise TypeError(f"{operation.name} cannot be rehearsed: it does not look ahead.")
    try:
        return _rehearsed(operation, operation.ahead, commands, context)
    except (DomainError, IntegrityError) as error:
        if len(commands) == 1:
            return [error if isinstance(error, DomainError) else Overtaken()]
        return [answer for command in commands for answer in rehearse_all([command], context)]


def _rehearsed(
    operation: RegisteredOperation, ahead: Ahead, commands: Sequence[Command[R]], context: Context
) -> list[R | DomainError]:
    answers: list[R | DomainError] = []
    with suppress(_Rehearsed), journal.together(), ahead(commands) as found:
        answers += [_one_of_many(operation, command, context, found) for command in commands]
        raise _Rehearsed
    return answers


def authorise(operation: RegisteredOperation, context: Context, message: Message[Any] | None = None) -> None:
    """Raises NotAllowed for an actor without the permission; `message` says which one, if it is internal."""
    permission = operation.permission_of(message)
    if not context.actor.may(permission):
        raise NotAllowed(permission_needed(operation, permission if operation.is_internal else ""))


def permission_needed(operation: RegisteredOperation, called: str = "") -> str:
    """Which permission an operation takes, in words: as the admin calls it, unless it is `called` otherwise."""
    own = override_name(operation.waives.code) if operation.waives else operation.title
    return _("You may not do this: it takes the permission “{permission}”.").format(permission=called or own)


def _journalled(operation: RegisteredOperation, command: Message[R], context: Context) -> R:
    """The answer; the journal also keeps that there was none, and why."""
    try:
        authorise(operation, context, command)
        return _replayed_or_new(operation, command, context)
    except DomainError as refusal:
        journal.record_refusal(operation, command, context, refusal)
        raise


def _replayed_or_new(operation: RegisteredOperation, command: Message[R], context: Context) -> R:
    """The stored answer, or a new one: tried a few times when another change comes in between, which it then sees."""
    if (stored := keys.replay(operation, command, context)) is not None:
        return cast(R, stored)
    attempts = _ATTEMPTS
    while True:
        try:
            return _in_one_transaction(operation, command, context)
        except (DomainError, IntegrityError, OperationalError) as error:
            # An equal request that was in flight may just have won: its answer is the answer to this one too.
            if (stored := keys.replay(operation, command, context)) is not None:
                return cast(R, stored)
            refusal = _refusal(operation, error)
            attempts -= 1
            if not attempts or not isinstance(error, (Overtaken, IntegrityError)):
                raise refusal from refusal.__cause__
            sleep(_PAUSE / attempts)


def _in_one_transaction(operation: RegisteredOperation, command: Message[R], context: Context) -> R:
    """The effect, its entry in the journal and its key: all, or nothing."""
    entry_id = uuid7()
    with journal.accounting() as account, transaction.atomic(durable=True):
        result = cast(R, operation.handler(command, replace(context, whole=entry_id)))
        key = keys.remembered(operation, command, context, entry_id)
        journal.record_effect(operation, command, context, result, account, entry_id, key)
    return result


def _together(
    operation: RegisteredOperation, ahead: Ahead, commands: Sequence[Command[R]], context: Context
) -> list[R | DomainError]:
    """The effects of all that are not refused, with their entries, or nothing; then the entries of the others."""
    answers: list[R | DomainError] = []
    with telemetry.logged_together(operation, context, answers):
        with journal.together(), ahead(commands) as found:
            answers += [_one_of_many(operation, command, context, found) for command in commands]
        if any(isinstance(answer, DomainError) for answer in answers):
            with journal.together():
                for command, answer in zip(commands, answers, strict=True):
                    if isinstance(answer, DomainError):
                        journal.record_refusal(operation, command, context, answer)
    return answers


def _one_of_many(operation: RegisteredOperation, command: Command[R], context: Context, ahead: Any) -> R | DomainError:
    """Its answer, or why it was refused. Raises that when something had been changed already, for all to be undone."""
    entry_id = uuid7()
    with journal.accounting() as account:
        try:
            authorise(operation, context, command)
            result = cast(R, operation.handler(command, replace(context, whole=entry_id, ahead=ahead)))
        except DomainError as refusal:
            if account.changes or isinstance(refusal, Overtaken):
                raise
            return refusal
    journal.record_effect(operation, command, context, result, account, entry_id)
    return result


def _answer_or_refusal(command: Command[R], context: Context) -> R | DomainError:
    try:
        return dispatch(command, context)
    except DomainError as refusal:
        return refusal


def carry_out(command: Command[R], context: Context) -> R:
    """Carry out a command as a part of another, whose handler calls this with its own context.

    It takes its own permission and writes its own entry, which refers to that of the whole: they share a transaction,
    so that all is done or nothing. Raises DomainError, as dispatch().
    """
    operation = operation_of(type(command))
    authorise(operation, context)
    with journal.accounting() as account:
        result = cast(R, operation.handler(command, context))
    journal.record_effect(operation, command, context, result, account)
    return result


def carry_out_all(commands: Sequence[Command[R]], context: Context) -> list[R | DomainError]:
    """Carry out commands of one kind as parts of another; of each the answer, or why it was refused.

    One that is refused costs itself alone. If the operation can look ahead, it does so for all of them; where that
    meets another change, each is carried out by itself. The journal has no refusals of parts: the whole tells them.
    """
    operation = operation_of(type(commands[0])) if commands else None
    if operation and operation.ahead:
        try:
            with journal.together(durable=False), operation.ahead(commands) as found:
                return [_one_of_many(operation, command, context, found) for command in commands]
        except (DomainError, IntegrityError) as error:
            logger.info("%s: one by one, as of %d one met %s.", operation.name, len(commands), type(error).__name__)
    return [_part_or_refusal(command, context) for command in commands]


def _part_or_refusal(command: Command[R], context: Context) -> R | DomainError:
    """In a savepoint of its own."""
    try:
        with transaction.atomic():
            return carry_out(command, context)
    except DomainError as refusal:
        return refusal
    except IntegrityError:
        return Overtaken()


def _refusal(operation: RegisteredOperation, error: Exception) -> Exception:
    """What to say of an error: where the database has undone it, that another change came in between."""
    if isinstance(error, DomainError) or not _is_rolled_back(error):
        return error
    logger.warning("%s met another change: %s", operation.name, _rule(error))
    refusal = Overtaken()
    refusal.__cause__ = error
    return refusal


def _rule(error: Exception) -> str:
    """The rule that it met, by its name: the database's words quote rows, and rows name people."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis and (diagnosis.constraint_name or diagnosis.sqlstate)) or type(error).__name__


def _is_rolled_back(error: Exception) -> bool:
    """Whether the database has undone it because another change came in between: by a constraint, by a deadlock.

    Of a connection that is lost, nobody knows whether the commit was the last thing to get through.
    """
    undone = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", None) in undone
