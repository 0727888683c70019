"""Commands in processes of their own, which are killed on the way: before or after a statement, or at the end."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
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

# They are forks of a small process that has no thread and no connection.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["library_site.wsgi", "tests.killed"])


@contextmanager
def seam(step: Callable[[str], object]) -> Iterator[None]:
    """Calls `step` before and after each statement, BEGIN and COMMIT included, with its words."""
    database = connections["default"]
    begin_or_end = database._set_autocommit

    def around(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        step(sql)
        answer = execute(sql, *arguments)
        step(sql)
        return answer

    def around_end(sql: str, end: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: around(lambda _: end(), sql)

    def set_autocommit(on: bool) -> None:
        """So PostgreSQL's transactions begin; SQLite's do by a statement."""
        begin_or_end(on) if on else around(lambda _: begin_or_end(on), "BEGIN")

    with database.execute_wrapper(around), pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_set_autocommit", set_autocommit)
        patch.setattr(database, "_commit", around_end("COMMIT", database._commit))
        patch.setattr(database, "_rollback", around_end("ROLLBACK", database._rollback))
        yield


def killed(message: Message[Any], context: Context, at: int, later: float = 0) -> Answer | None:
    """The answer that a process acknowledged before it was killed, if it came so far.

    It is killed at the step with this number, or so many seconds later; at the latest when it has acknowledged.
    """
    connection.close()  # nobody else has the database open when the process dies
    ours, theirs = PROCESSES.Pipe(duplex=False)
    arguments = connection.settings_dict["NAME"], message, context, at, later, theirs
    process = PROCESSES.Process(target=_live, args=arguments, daemon=True)
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


def _live(
    database: str, message: Message[Any], context: Context, at: int, later: float, acknowledged: Connection
) -> None:
    connection.settings_dict["NAME"] = database
    steps, replays = count(), []

    def step(sql: str) -> None:
        if next(steps) == at:
            setitimer(ITIMER_REAL, later) if later else os.kill(os.getpid(), SIGKILL)

    with seam(step):
        answer = dispatch(message, replace(context, on_replay=lambda: replays.append(True)))
    acknowledged.send((answer, bool(replays)))
    os.kill(os.getpid(), SIGKILL)
