"""Commands in processes of their own, which are killed on the way: before or after a statement, or at the end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from signal import ITIMER_REAL, SIGALRM, SIGKILL, setitimer
from typing import Any

import pytest
from django.db import connection, connections

from library_site.cqrs import Context, dispatch
from library_site.cqrs.messages import Message

Answer = tuple[Any, bool]
"""What dispatch() returned, and whether that was the stored answer."""

PATIENCE = 30
"""Seconds that a process may take, also for locks that a dead one had."""

# They are forks of a small process that has Django ready, no thread and no connection.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["library_site.wsgi", "tests.killed"])


@contextmanager
def seam(step: Callable[[str], object]) -> Iterator[None]:
    """Calls `step` before and after each statement, BEGIN and COMMIT included, with its words."""
    database: Any = connections["default"]
    set_autocommit = database._set_autocommit

    def around(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        step(sql)
        answer = execute(sql, *arguments)
        step(sql)
        return answer

    def ends(sql: str, end: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: around(lambda _: end(), sql)

    def begins(on: bool) -> None:
        """So PostgreSQL's transactions begin; SQLite's do by a statement."""
        set_autocommit(on) if on else around(lambda _: set_autocommit(on), "BEGIN")

    with database.execute_wrapper(around), pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_set_autocommit", begins)
        patch.setattr(database, "_commit", ends("COMMIT", database._commit))
        patch.setattr(database, "_rollback", ends("ROLLBACK", database._rollback))
        yield


def killed(message: Message[Any], context: Context, at: int, later: float = 0) -> Answer | None:
    """The answer that a process acknowledged before it was killed, if it came so far."""
    answer: Answer | None = killed_at(at, partial(_dispatched, message, context), later)
    return answer


def killed_at(at: int, deed: Callable[[], Any], later: float = 0) -> Any:
    """What a deed returned in a process of its own, if it came so far.

    It is killed at the step with this number, or so many seconds later; at the latest when it has returned.
    """
    connection.close()  # nobody else has the database open when the process dies
    ours, theirs = PROCESSES.Pipe(duplex=False)
    given = connection.settings_dict["NAME"], deed, at, later, theirs
    process = PROCESSES.Process(target=_live, args=given, daemon=True)
    with ours:
        with theirs:
            process.start()
        process.join(PATIENCE)
        ended = process.exitcode
        process.kill()
        assert ended in {-SIGKILL, -SIGALRM}, f"ended with {ended}"
        with suppress(EOFError):
            return ours.recv()
    return None


def _live(database: str, deed: Callable[[], Any], at: int, later: float, answers: Connection) -> None:
    connection.settings_dict["NAME"] = database
    assert connection.features.supports_json_field  # Django asks SQLite for it once, in a savepoint
    steps = count()

    def step(sql: str) -> None:
        if next(steps) == at:
            setitimer(ITIMER_REAL, later) if later else os.kill(os.getpid(), SIGKILL)

    with seam(step):
        answer = deed()
    answers.send(answer)
    os.kill(os.getpid(), SIGKILL)


def _dispatched(message: Message[Any], context: Context) -> Answer:
    replays: list[bool] = []
    answer = dispatch(message, replace(context, on_replay=lambda: replays.append(True)))
    return answer, bool(replays)
