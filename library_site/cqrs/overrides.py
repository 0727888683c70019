"""Overriding a refusal: rule by rule, with the permission of the rule and a reason, for the journal to keep."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext as _

from .context import Context
from .errors import Conflict, DomainError, InvalidInput, Remedy, refuse_if_any
from .messages import Overriding
from .operations import RegisteredOperation, operation_of, override_permission
from .texts import sentences


def refuse_unless_overridden(
    problems: Iterable[DomainError | None], command: Overriding[Any], context: Context
) -> None:
    """Raise the first of `problems` that the command does not override, if there is one, listing all such.

    A refusal that the actor may override has that for its remedy, unless there is a better one. Raises InvalidInput
    for an override without a reason, listing what it would override too; and, where nothing is left in the way, for
    one that is not the actor's to make: the journal would tell of it.
    """
    found = [problem for problem in problems if problem is not None]
    if not found and not command.override:
        return
    operation = operation_of(type(command))
    left = [problem for problem in found if not _is_overridden(problem, operation, command, context)]
    for problem in left:
        _offer_override(problem, operation, command, context)
    if command.override and not command.override_reason.strip():
        detail = _("Say why this is overridden: the journal keeps it.")
        missing = InvalidInput.of("override_reason", detail, "required")
        left = [missing, *found]
    refuse_if_any(left)
    _refuse_idle_override(operation, command, context)


def _is_overridden(
    problem: DomainError, operation: RegisteredOperation, command: Overriding[Any], context: Context
) -> bool:
    return problem.code in command.override and _may_override(problem, operation, context)


def _may_override(problem: DomainError, operation: RegisteredOperation, context: Context) -> bool:
    return isinstance(problem, operation.overridable) and context.actor.may(override_permission(problem.code))


def _refuse_idle_override(operation: RegisteredOperation, command: Overriding[Any], context: Context) -> None:
    """Refuse to override what is not in the way, to an actor who could not if it were."""
    overridable = {refusal.code for refusal in operation.overridable}
    for code in command.override:
        if code not in overridable:
            detail = _("{operation} has no rule “{code}” that can be overridden.")
            raise InvalidInput.of("override", detail.format(operation=operation.title, code=code))
        if not context.actor.may(override_permission(code)):
            raise InvalidInput.of("override", _("You may not override “{code}”.").format(code=code))


def _offer_override(
    problem: DomainError, operation: RegisteredOperation, command: Overriding[Any], context: Context
) -> None:
    """What the actor may not override says so, where it was tried; what it may is offered."""
    if _may_override(problem, operation, context):
        arguments = {field.name: getattr(command, field.name) for field in fields(command)}
        codes = [*command.override, problem.code]
        given = {name: value for name, value in arguments.items() if value and name != "override_reason"}
        problem.remedy = problem.remedy or Remedy(operation.name, given | {"override": codes})
    elif isinstance(problem, Conflict) and problem.code in command.override:
        problem.message = sentences(problem.message, _("You may not override this."))
