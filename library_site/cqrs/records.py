"""Edits of records: what the legacy CRUD says. Whoever knows which tasks the edits of a table mean says so by @edits.

A record's version is an opaque text that changes with every column of its row, but for those that its model says are
`unversioned`: REST's ETag, and what a form of the admin was opened with.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model, ProtectedError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import journal
from .context import Context
from .errors import Conflict, DomainError, FieldError, InvalidInput, NotFound, StillReferenced
from .messages import Command, Data, personal
from .operations import handles, operation_of
from .validation import still_referenced

M = TypeVar("M", bound=Model)

ACTIONS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class RecordEdited(Data):
    record_id: Any


def impersonal(command: "EditRecord") -> dict[str, Any]:
    """What the journal keeps of an edit: the columns, and of those that say nothing of a person the values."""
    personal_columns: frozenset[str] = getattr(apps.get_model(command.table), "personal", frozenset())
    return {name: None if name in personal_columns else value for name, value in command.values.items()}


class EditRecord(Command[RecordEdited]):
    """Add, change or delete a record of a table (catalog.book), as HTTP's methods do.

    `record_id` is the primary key of its row. `values` are those of the columns that were sent, by their names.
    """

    table: str
    method: str
    record_id: Any = None
    values: Mapping[str, Any] = personal(kept=impersonal)


class NoSuchTask(Conflict):
    """The edit means what no task does."""

    code = "no_such_task"
    short = gettext_lazy("No task does this")


class PreconditionFailed(DomainError):
    """The record is not what the request says that it was."""

    code = "precondition_failed"
    short = gettext_lazy("The record has changed")


class PreconditionRequired(DomainError):
    """The request has to say what it found: a stale copy must not end a loan."""

    code = "precondition_required"
    short = gettext_lazy("It was not said what the record was")


def version_of(row: Model) -> str:
    """The version of a record, as an entity tag."""
    counted = [each for each in row._meta.concrete_fields if each.name not in getattr(row, "unversioned", ())]
    columns = {field.attname: str(getattr(row, field.attname)) for field in counted}
    return f'"{salted_hmac("library.version", json.dumps(columns), algorithm="sha256").hexdigest()[:32]}"'


Edit = Callable[[EditRecord, Context], Any]
"""Carries an edit out; the id of the record."""

_edits: dict[str, Edit] = {}
_tasks: dict[str, tuple[type[Command[Any]], ...]] = {}


def edits(table: str, *, by: tuple[type[Command[Any]], ...] = ()) -> Callable[[Edit], Edit]:
    """Register the decorated function as what carries the edits of a table out, `by` these tasks."""

    def register(edit: Edit) -> Edit:
        _edits[table], _tasks[table] = edit, by
        return edit

    return register


def refusals_of(table: str, method: str) -> list[type[DomainError]]:
    """What an edit of the table may be refused with, the refusals of its tasks included."""
    if method == "DELETE":
        return [NotFound, PreconditionFailed, StillReferenced]
    tasks = [refusal for task in _tasks.get(table, ()) for refusal in operation_of(task).refusals]
    moves = [NoSuchTask, *([PreconditionRequired] if method == "PUT" else [])] if tasks else []
    there = [] if method == "POST" else [NotFound, PreconditionFailed]
    tasks = [refusal for refusal in tasks if refusal is not NotFound]
    return list(dict.fromkeys([InvalidInput, *there, Conflict, *moves, *tasks]))


def permission_of(command: EditRecord) -> str:
    """The table's permission for what is to be done to a row."""
    table = apps.get_model(command.table)._meta
    return f"{table.app_label}.{ACTIONS[command.method]}_{table.model_name}"


@handles(EditRecord, title=gettext_lazy("Edit record"), internal=permission_of)
def edit_record(command: EditRecord, context: Context) -> RecordEdited:
    """Edit a record as it is asked: what that means for the library is carried out as tasks, or refused as they are.

    The permission for the table is needed, and for each of the tasks its own. All is done, or nothing.
    """
    record_id = _edits.get(command.table, edit_plainly)(command, context)
    return RecordEdited(record_id=record_id)


def check_version(row: Model, context: Context) -> None:
    """Raises PreconditionFailed for a record that is not what the request was made for."""
    if context.if_match is not None and not {"*", version_of(row)} & set(context.if_match):
        raise PreconditionFailed(
            _("Somebody else changed this meanwhile. Nothing was done: look at it anew before you change it.")
        )


def edited(row: M, values: Mapping[str, Any]) -> M:
    """The row with these values, which is still to be saved. Raises InvalidInput for what does not fit."""
    for name, value in values.items():
        setattr(row, name, value)
    check_fits(row, set(values))
    return row


def differences(row: Model, edited: Model, names: Iterable[str]) -> dict[str, Any]:
    """What an edit would make of these columns that they are not."""
    wanted = {name: getattr(edited, name) for name in names}
    return {name: value for name, value in wanted.items() if value != getattr(row, name)}


def check_fits(row: Model, names: set[str]) -> None:
    """Raises InvalidInput for what the rules of the model say of these columns, and of the row as a whole."""
    others = {each.name for each in row._meta.fields if not {each.name, each.attname} & names}
    try:
        row.clean_fields(exclude=others)
        row.clean()
    except ValidationError as error:
        found = ((name, each) for name, errors in error.error_dict.items() for each in errors)
        raise InvalidInput(*(_field_error(row, name, each) for name, each in found)) from error


def _field_error(row: Model, name: str, error: ValidationError) -> FieldError:
    field = next((each for each in row._meta.fields if each.name == name), None)
    if isinstance(field, ForeignKey) and error.code == "invalid":
        kind = field.related_model._meta.verbose_name
        return FieldError(name, "does_not_exist", _("There is no such record: {kind}.").format(kind=kind))
    return FieldError(name, error.code or "invalid", " ".join(error.messages))


def edit_plainly(command: EditRecord, context: Context) -> Any:
    """Carry an edit out that means no task; the id of the record. Raises what the rules of the model refuse."""
    model = apps.get_model(command.table)
    if command.method == "POST":
        row = model()
    else:
        row = lock(model, command)
        check_version(row, context)
    if command.method == "DELETE":
        delete(row)
    else:
        change(row, command.values)
    return command.record_id or row.pk


def lock(model: type[M], command: EditRecord) -> M:
    """The record, for this transaction alone; what refers to it waits only if it is to be deleted. Raises NotFound."""
    rows = model._default_manager.select_for_update(no_key=command.method != "DELETE")
    row = rows.filter(pk=command.record_id).first()
    if row is None:
        kind = model._meta.verbose_name
        raise NotFound(_("There is no such record: {kind}.").format(kind=kind), record_id=command.record_id)
    return row


def change(row: Model, values: Mapping[str, Any]) -> None:
    """Save these values of a row, which may be a new one. Raises InvalidInput."""
    edited(row, values)
    if row._state.adding:
        row.save(force_insert=True)
    else:
        row.save(update_fields=set(values))


def delete(row: Model) -> None:
    """Delete a locked row. Raises StillReferenced."""
    journal.is_gone(row)
    try:
        row.delete()
    except ProtectedError as error:
        raise still_referenced(error) from error
