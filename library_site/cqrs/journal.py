"""The journal: who did what, and what that changed. An entry keeps ids, never what is personal.

It accounts for the rows of the models that say which of their columns count (`accounted`): whoever changes one says so
by `became`, and `manage.py check_journal` adds it all up.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple, cast
from uuid import UUID

import msgspec
from django.apps import apps
from django.db import transaction
from django.db.models import Func, Model
from django.db.models.sql import InsertQuery
from django.utils import timezone

from library_site.statements import Given, Statement, all_at_once, compiled, inserted, row_given

from .context import Context
from .errors import DomainError
from .ids import first_of, uuid7
from .messages import Message
from .operations import RegisteredOperation

Step = tuple[Statement, Mapping[str, Any]]

_CARRIED_OUT, _REFUSED = "CARRIED_OUT", "REFUSED"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and half characters, which PostgreSQL's JSON can't hold

MOST_OF_A_TEXT, MOST_OF_A_LIST = 200, 50
"""Characters and elements that are kept of what was refused."""

MOST_REFUSALS, ASK_FROM = 600, 60
"""Of one actor with one code, in a minute, that are written; from how many on in this process the table is asked."""


@dataclass
class Account:
    """What is carried out: by table and id what rows became, and how many refusals its entry says were left out."""

    changes: dict[tuple[str, Any], dict[str, Any]] = field(default_factory=dict)
    left_out: int = 0


_account: ContextVar[Account] = ContextVar("account")


@contextmanager
def accounting() -> Iterator[Account]:
    """Around what is carried out, and its transaction, if it is a whole."""
    token = _account.set(account := Account())
    try:
        yield account
    except BaseException:
        _flood.count(account.left_out)
        raise
    finally:
        _account.reset(token)


def became(*rows: Model) -> None:
    """Say, for the entry of what is being carried out, that these rows were changed, and what they are now."""
    for row in rows:
        _account.get().changes[row._meta.label_lower, row.pk] = state_of(row)


def is_gone(row: Model) -> None:
    """Say that a row is about to be deleted."""
    if hasattr(row, "accounted"):
        _account.get().changes[row._meta.label_lower, row.pk] = {"gone": True}


def state_of(row: Any) -> dict[str, Any]:
    """The columns of a row that the journal accounts for, as plain values, less those that are empty."""
    columns = {name: getattr(row, name) for name in row.accounted}
    return cast(dict[str, Any], msgspec.to_builtins({name: value for name, value in columns.items() if value}))


def record_effect(
    operation: RegisteredOperation,
    command: Message[Any],
    context: Context,
    result: Any,
    account: Account,
    entry_id: UUID | None = None,
    key: Step | None = None,
) -> None:
    """Write the entry; call it in the transaction of the effect, after it: its number is in the order of the locks.

    `entry_id` is that of a whole; a part gets its own. The `key` of the request is written with it.
    """
    account.left_out = _flood.take() if entry_id else 0
    _write(
        operation.name,
        _impersonal_arguments(command),
        context,
        about=(*_ids(command), *_ids(result), *(pk for _, pk in account.changes)),
        key=key,
        id=entry_id or uuid7(),
        outcome=_CARRIED_OUT,
        result=msgspec.to_builtins(result),
        changes=[{"table": table, "id": str(pk)} | state for (table, pk), state in account.changes.items()],
        left_out=account.left_out,
    )


def record_refusal(
    operation: RegisteredOperation, command: Message[Any], context: Context, refusal: DomainError
) -> None:
    """Write the entry of a command that was not carried out, unless there were too many like it."""
    record(operation.name, _short(_impersonal_arguments(command)), context, code=refusal.code, about=_ids(command))


def record(
    name: str,
    arguments: Mapping[str, Any],
    context: Context,
    *,
    code: str = "",
    about: Iterable[Any] = (),
    changes: Sequence[dict[str, Any]] = (),
) -> None:
    """Write an entry of something that no handler does, or of what was refused; `code` says why."""
    if code and _flood.holds(context, code):
        return
    with accounting() as account, transaction.atomic(savepoint=_unwritten.get() is None):
        account.left_out = _flood.take()
        outcome: dict[str, Any] = {"id": uuid7(), "outcome": _REFUSED if code else _CARRIED_OUT, "code": code}
        _write(name, arguments, context, about=about, changes=[*changes], left_out=account.left_out, **outcome)


def about(subject: UUID) -> Any:
    """The ids of the entries about something, as a subquery."""
    return _rows("JournalSubject").filter(subject=subject).values("entry")


def _rows(model: str) -> Any:
    return apps.get_model("cqrs", model).objects  # its module can't be imported before the registry is ready


class _Entry(NamedTuple):
    """What is given of an entry, and of the rows that say what it is about."""

    columns: dict[str, Any]
    about: list[UUID]


_unwritten: ContextVar[list[_Entry] | None] = ContextVar("unwritten", default=None)


@contextmanager
def together(*, durable: bool = True) -> Iterator[None]:
    """A transaction at whose end the entries of all that is carried out, or was refused, are written in their order.

    If it need not be `durable`, it may be within another.
    """
    entries: list[_Entry] = []
    token = _unwritten.set(entries)
    try:
        with transaction.atomic(durable=durable):
            yield
            _write_all(entries)
    except BaseException:
        _flood.count(sum(entry.columns["left_out"] for entry in entries))
        raise
    finally:
        _unwritten.reset(token)


_SUBJECTS = 16
"""Rows of one statement that say what an entry is about."""


def _write(
    name: str,
    arguments: Mapping[str, Any],
    context: Context,
    *,
    about: Iterable[Any],
    key: Step | None = None,
    **outcome: Any,
) -> None:
    """Write an entry, the rows that say what it is about, and the key, in one round trip; of many, later."""
    entry = {
        "operation": name,
        "arguments": arguments,
        "actor": context.actor.id,
        "source": context.source,
        "at": context.now,
        "whole_id": context.whole,
        "code": "",
        "result": None,
    } | outcome
    subjects = sorted({subject for subject in about if isinstance(subject, UUID)})
    if (unwritten := _unwritten.get()) is not None:
        unwritten.append(_Entry(entry, subjects))
        return
    steps: list[Step] = [(compiled(_entry), entry), *([key] if key else [])]
    for start in range(0, len(subjects), _SUBJECTS):
        some = {f"subject_{place}": subject for place, subject in enumerate(subjects[start : start + _SUBJECTS])}
        steps.append((compiled(_subjects, len(some)), {"entry_id": entry["id"], **some}))
    all_at_once(*steps)


def _entry() -> InsertQuery:
    return inserted(row_given(apps.get_model("cqrs", "JournalEntry"), number=_NextNumber()))


def _subjects(number: int) -> InsertQuery:
    model = apps.get_model("cqrs", "JournalSubject")
    given = (Given(f"subject_{place}", model._meta.get_field("subject")) for place in range(number))
    return inserted(*(row_given(model, subject=subject) for subject in given))


def _subject() -> InsertQuery:
    return inserted(row_given(apps.get_model("cqrs", "JournalSubject")))


def _write_all(entries: list[_Entry]) -> None:
    """Write them in their order, in which they are numbered."""
    compiled(_entry).insert_each(entry.columns for entry in entries)
    compiled(_subject).insert_each(
        {"subject": each, "entry_id": entry.columns["id"]} for entry in entries for each in entry.about
    )


class _Flood:
    """Refusals of this process: how many there were in this minute, and how many have no entry yet."""

    def __init__(self) -> None:
        self.met: Counter[tuple[datetime, str, str]] = Counter()
        self.left_out = 0
        self.lock = Lock()

    def holds(self, context: Context, code: str) -> bool:
        """Whether this actor was refused so often in this minute that one more entry says nothing; it is counted."""
        minute = context.now.replace(second=0, microsecond=0)
        if self.met and minute > max(self.met)[0]:
            self.met = Counter()
        self.met[minute, context.actor.id, code] += 1
        met = self.met[minute, context.actor.id, code]
        if met <= ASK_FROM:
            return False
        # Of more, so many have been written, here or elsewhere.
        is_too_much = met > MOST_REFUSALS or self._are_written(context.actor.id, code, minute)
        self.count(is_too_much)
        return is_too_much

    def _are_written(self, actor: str, code: str, minute: datetime) -> bool:
        span = {"at__gte": minute, "at__lt": minute + timedelta(minutes=1)}
        lately = first_of(timezone.now() - timedelta(minutes=2))  # of all that the actor ever did, the end of the index
        written = _rows("JournalEntry").filter(actor=actor, id__gte=lately, code=code, **span)
        return bool(written[:MOST_REFUSALS].count() == MOST_REFUSALS)

    def count(self, left_out: int) -> None:
        with self.lock:
            self.left_out += left_out

    def take(self) -> int:
        """How many have no entry, for the one that says so; what cannot be written is counted again."""
        with self.lock:
            left_out, self.left_out = self.left_out, 0
        return left_out


_flood = _Flood()


class _NextNumber(Func):
    """The next number of an entry. (The rows that it is about are locked; SQLite has one writer at a time.)"""

    template = "(SELECT COALESCE(MAX(number), 0) + 1 FROM cqrs_journalentry)"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return self.as_sql(compiler, connection, template="nextval('cqrs_journal_number')")


def _ids(message: Any) -> Iterator[UUID]:
    """The ids that a message or a result holds."""
    for value in vars(message).values():
        yield from (id for id in (value if isinstance(value, tuple) else (value,)) if isinstance(id, UUID))


def _impersonal_arguments(command: Message[Any]) -> dict[str, Any]:
    """The arguments, of which those that are personal are left out, or what their field lets be kept of them."""
    arguments = arguments_of(command)
    for each in fields(command):
        if each.metadata.get("personal", False):
            arguments.pop(each.name, None)
            if kept := each.metadata["kept"](command):
                arguments[each.name] = msgspec.to_builtins(kept)
    return cast(dict[str, Any], _storable(arguments))


def arguments_of(command: Message[Any]) -> dict[str, Any]:
    """The arguments as plain values, less those that are as if they were not given."""
    defaults = {each.name for each in fields(command) if getattr(command, each.name) == each.default}
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
