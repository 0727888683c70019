"""What the code does, seen from outside: what is said to the database, and what is moved."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import atomic, set_rollback
from django.test.utils import CaptureQueriesContext

from circulation.states import MACHINES, Machine
from library_site.cqrs import dispatch
from library_site.cqrs.messages import Message
from tests.declared import Declared
from tests.library import context

TOGETHER = re.compile(r"(?:WITH |\), )step_\d+ AS \(|(?<=\))\) (?=INSERT)")
"""What stands before the parts of a statement that PostgreSQL carries out at once."""

Move = tuple[str, str, str]
"""Of what, from which state to which."""


def statements(message: Message[Any], *, key: str | None = None, database: Any = connection) -> list[str]:
    """What dispatching `message` says to the database, BEGIN and COMMIT included."""
    with CaptureQueriesContext(database) as captured:
        dispatch(message, context(idempotency_key=key))
    return parts(captured)


def parts(captured: CaptureQueriesContext) -> list[str]:
    """What was said; of what is said at once, each part."""
    return [part for each in captured for part in TOGETHER.split(each["sql"]) if part]


def moves_declared(declared: Declared) -> set[Move]:
    """The moves that a command may make, by its @moves."""
    name = declared.operation.name
    return {
        (machine.name, *move) for machine in MACHINES for move, commands in machine.moves.items() if name in commands
    }


def moves_made(declared: Declared) -> set[Move]:
    """The moves that a command makes in the histories that are declared of it."""
    made: set[Move] = set()
    for history in (declared.good, *declared.moves):
        with a_library_of_its_own():
            message = declared.message(history)
            with _watched() as moves:
                dispatch(message, context())
        made |= moves
    return made


@contextmanager
def a_library_of_its_own() -> Iterator[None]:
    """What comes about in it is gone afterwards."""
    block: Any = atomic()
    block._from_testcase = True  # so that dispatch() may begin transactions in it
    with block:
        yield
        set_rollback(True)


@contextmanager
def _watched() -> Iterator[set[Move]]:
    """The moves that are made from here on."""
    moves: set[Move] = set()
    check = Machine.check

    def checked(machine: Machine, before: str, after: str, command: Any) -> None:
        check(machine, before, after, command)
        moves.add((machine.name, str(before), str(after)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Machine, "check", checked)
        yield moves
