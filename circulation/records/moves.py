"""From one status of a record to another: the task that does it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import product
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from library_site.cqrs import Command, Context, Remedy
from library_site.cqrs.operations import operation_named
from library_site.cqrs.records import EditRecord, NoSuchTask, PreconditionRequired

Tasks = Mapping[tuple[str, str], type[Command[Any]]]
"""By the status before and the one after."""


def pairs(befores: str, afters: str, task: type[Command[Any]]) -> Iterator[tuple[tuple[str, str], type[Command[Any]]]]:
    """AVAILABLE, ON_HOLD > BORROWED by a task, as entries of Tasks."""
    return ((pair, task) for pair in product(befores.split(", "), afters.split(", ")))


def message_of(task: type[Command[Any]], known: Mapping[str, Any]) -> Command[Any]:
    """The command, with what it asks for of what is known."""
    asked = {field.name for field in fields(task)}
    return task(**{name: value for name, value in known.items() if name in asked})


def no_such_task(before: str, after: str, instead: str, **row: UUID | None) -> NoSuchTask:
    """The refusal of a move that is in no table, and what to use instead; `row` names the record, if it is there."""
    operation = operation_named(instead)
    task = operation.title if operation else instead
    remedy = Remedy(instead, row) if all(row.values()) else None
    message = (
        _("An edit cannot make “{after}” of “{before}”. Use the task “{task}”.")
        if before != after
        else _("An edit cannot pass a loan on to somebody else. Use the task “{task}”.")
    )
    return NoSuchTask(message.format(before=before, after=after, task=task), remedy=remedy, task=instead)


def refuse_blind(command: EditRecord, context: Context, *, moves: bool) -> None:
    """Raises PreconditionRequired for a whole record that would move something, and may be a stale copy."""
    if moves and command.method == "PUT" and context.if_match is None:
        raise PreconditionRequired(
            _(
                "This would change who has it, or its status, and may be a stale copy. Send its ETag as If-Match, "
                "or PATCH what is to change."
            )
        )


def reason(comment: str = "") -> str:
    """What is said where a task asks for a reason."""
    with translation.override(settings.LANGUAGE_CODE):  # of the library, whoever has asked
        return comment.strip() or _("Edited as a record")
