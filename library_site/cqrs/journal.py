"""The journal: who did what, and what that changed. An entry keeps ids, never what is personal.

It accounts for the rows of the models that say which of their columns count (`accounted`): whoever changes one says so
by `became`, and `manage.py check_journal` adds it all up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
from django.apps import apps
from django.db import transaction
from django.db.models import Func, Model

from .context import Context
from .errors import DomainError
from .ids import uuid7
from .messages import Message
from .operations import RegisteredOperation

_CARRIED_OUT, _REFUSED = "CARRIED_OUT", "REFUSED"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which PostgreSQL's JSON can't hold

MOST_OF_A_TEXT, MOST_OF_A_LIST = 200, 50
"""Characters and elements that are kept of what was refused."""

MOST_REFUSALS, ASK_FROM = 600, 60
"""Of one actor with one code, in a minute, that are written; from how many on in this process the table is asked."""

Changes = dict[tuple[str, Any], dict[str, Any]]
"""By table and id: what the row was then."""

_changes: ContextVar[Changes] = ContextVar("changes")


@contextmanager
def accounting() -> Iterator[Changes]:
    """What rows become in here."""
    changes: Changes = {}
    token = _changes.set(changes)
    try:
        yield changes
    finally:
        _changes.reset(token)


def became(*rows: Model) -> None:
    """Say, for the entry of what is being carried out, that these rows were changed, and what they are now."""
    for row in rows:
        _changes.get()[row._meta.label_lower, row.pk] = state_of(row)


def is_gone(row: Model) -> None:
    """Say that a row is about to be deleted."""
    if hasattr(row, "accounted"):
        _changes.get()[row._meta.label_lower, row.pk] = {"gone": True}


def state_of(row: Any) -> dict[str, Any]:
    """The columns of a row that the journal accounts for, as plain values, less those that are empty."""
    columns = {name: getattr(row, name) for name in row.accounted}
    return cast(dict[str, Any], msgspec.to_builtins({name: value for name, value in columns.items() if value}))


def record_effect(
    operation: RegisteredOperation,
    command: Message[Any],
    context: Context,
    result: Any,
    changes: Changes,
    entry_id: UUID | None = None,
) -> Any:
    """Write the entry; call it in the transaction of the effect, after it: its number is in the order of the locks."""
    entry = _write(
        operation.name,
        _impersonal_arguments(command),
        context,
        id=entry_id or uuid7(),
        outcome=_CARRIED_OUT,
        result=msgspec.to_builtins(result),
        changes=[{"table": table, "id": str(pk)} | state for (table, pk), state in changes.items()],
    )
    _write_subjects(entry, *_ids(command), *_ids(result), *(pk for _, pk in changes))
    return entry


def record_refusal(
    operation: RegisteredOperation, command: Message[Any], context: Context, refusal: DomainError
) -> None:
    """Write the entry of a command that was not carried out, unless there were too many like it."""
    record(operation.name, _short(_impersonal_arguments(command)), context, code=refusal.code, about=_ids(command))


def record(
    name: str, arguments: Mapping[str, Any], context: Context, *, code: str = "", about: Iterable[Any] = ()
) -> None:
    """Write an entry of something that no handler does, or of what was refused; `code` says why."""
    if code and _flood.takes(context, code):
        return
    with transaction.atomic():
        entry = _write(name, arguments, context, outcome=_REFUSED if code else _CARRIED_OUT, code=code)
        _write_subjects(entry, *about)


def about(subject: UUID) -> Any:
    """The ids of the entries about something, as a subquery."""
    return _rows("JournalSubject").filter(subject=subject).values("entry")


def _rows(model: str) -> Any:
    return apps.get_model("cqrs", model).objects  # its module can't be imported before the registry is ready


def _write(name: str, arguments: Mapping[str, Any], context: Context, **outcome: Any) -> Any:
    return _rows("JournalEntry").create(
        operation=name,
        arguments=arguments,
        actor=context.actor.id,
        source=context.source,
        at=context.now,
        whole_id=context.whole,
        number=_NextNumber(),
        left_out=_flood.say(),
        **outcome,
    )


class _Flood:
    """Refusals of this process: how many there were in this minute, and how many have no entry yet."""

    def __init__(self) -> None:
        self.minute: datetime | None = None
        self.met: Counter[tuple[str, str]] = Counter()
        self.left_out = 0

    def takes(self, context: Context, code: str) -> bool:
        """Whether this actor was refused so often in this minute that one more entry says nothing; it is counted."""
        minute = context.now.replace(second=0, microsecond=0)
        if minute != self.minute:
            self.minute, self.met = minute, Counter()
        self.met[context.actor.id, code] += 1
        if self.met[context.actor.id, code] <= ASK_FROM:
            return False
        span = {"at__gte": minute, "at__lt": minute + timedelta(minutes=1)}
        written = _rows("JournalEntry").filter(actor=context.actor.id, code=code, **span)
        is_too_much = bool(written[:MOST_REFUSALS].count() == MOST_REFUSALS)
        self.left_out += is_too_much
        return is_too_much

    def say(self) -> int:
        """How many have no entry; the next is asked anew, once the entry that says so is committed."""
        if number := self.left_out:
            transaction.on_commit(lambda: self.said(number))
        return number

    def said(self, number: int) -> None:
        self.left_out -= number


_flood = _Flood()


class _NextNumber(Func):
    """The next number of an entry. (The rows that it is about are locked; SQLite has one writer at a time.)"""

    template = "(SELECT COALESCE(MAX(number), 0) + 1 FROM cqrs_journalentry)"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="nextval('cqrs_journal_number')")


def _write_subjects(entry: Any, *subjects: Any) -> None:
    rows = _rows("JournalSubject")
    found = {subject for subject in subjects if isinstance(subject, UUID)}
    rows.bulk_create([rows.model(entry=entry, subject=subject) for subject in sorted(found)])


def _ids(message: Any) -> Iterator[UUID]:
    """The ids that a message or a result holds."""
    for field in fields(message):
        value = getattr(message, field.name)
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, UUID))


def _impersonal_arguments(command: Message[Any]) -> dict[str, Any]:
    """The arguments, of which those that are personal are left out, or what their field lets be kept of them."""
    arguments = arguments_of(command)
    for field in fields(command):
        if field.metadata.get("personal", False):
            arguments.pop(field.name, None)
            if kept := field.metadata["kept"](command):
                arguments[field.name] = msgspec.to_builtins(kept)
    return {name: _storable(value) for name, value in arguments.items()}


def arguments_of(command: Message[Any]) -> dict[str, Any]:
    """The arguments as plain values, less those that are as if they were not given."""
    defaults = {field.name for field in fields(command) if getattr(command, field.name) == field.default}
    arguments = cast(dict[str, Any], msgspec.to_builtins(command))
    return {name: value for name, value in arguments.items() if name not in defaults}


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(each) for each in value]
    return _UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value


def _short(value: Any) -> Any:
    """What was refused may be of any length: as much of it as says what it was."""
    if isinstance(value, dict):
        return {_short(name): _short(each) for name, each in list(value.items())[:MOST_OF_A_LIST]}
    if isinstance(value, list):
        return [_short(each) for each in value[:MOST_OF_A_LIST]]
    if isinstance(value, str) and len(value) > MOST_OF_A_TEXT:
        return f"{value[: MOST_OF_A_TEXT - 1]}…"
    return value
