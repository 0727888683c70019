"""Overriding a refusal: rule by rule, with the permission of the rule and a reason, for the journal to keep."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from .context import Context
from .errors import Conflict, DomainError, InvalidInput, Remedy, refuse_if_any
from .messages import Overriding
from .operations import Operation, operation_of


def override_permission(code: str) -> str:
    """The permission to override the refusal with this code."""
    return f"cqrs.override_{code}"


def refuse_unless_overridden(
    problems: Iterable[DomainError | None], command: Overriding[Any], context: Context
) -> None:
    """Raise the first of `problems` that the command does not override, if there is one, listing all such.

    A refusal that the actor may override has that for its remedy, unless there is a better one. Raises InvalidInput
    for an override without a reason.
    """
    operation = operation_of(type(command))
    standing = [problem for problem in problems if problem is not None]
    overridden = [problem for problem in standing if _is_overridden(problem, operation, command, context)]
    if overridden and not command.override_reason.strip():
        raise InvalidInput.of("override_reason", "Say why this is overridden: the journal keeps it.", "required")
    left = [problem for problem in standing if problem not in overridden]
    for problem in left:
        _offer_override(problem, operation, command, context)
    refuse_if_any(left)


def _is_overridden(problem: DomainError, operation: Operation, command: Overriding[Any], context: Context) -> bool:
    return problem.code in command.override and _may(problem, operation, context)


def _may(problem: DomainError, operation: Operation, context: Context) -> bool:
    return isinstance(problem, operation.overridable) and context.actor.may(override_permission(problem.code))


def _offer_override(problem: DomainError, operation: Operation, command: Overriding[Any], context: Context) -> None:
    """What the actor may not override says so, where it was tried; what it may is offered."""
    if _may(problem, operation, context):
        said = {field.name: getattr(command, field.name) for field in fields(command)}
        codes = [*command.override, problem.code]
        given = {name: value for name, value in said.items() if value and name != "override_reason"}
        problem.remedy = problem.remedy or Remedy(operation.name, given | {"override": codes})
    elif isinstance(problem, Conflict) and problem.code in command.override:
        problem.message += " You may not override this."
