"""Watches every statement of the test suite: no adapter writes to the library's tables but through dispatch().

A write to a table of catalog or circulation is a violation when the innermost frame of ours that decides about it
belongs to an adapter, the legacy CRUD and the admin among them. dispatch() on the way makes it right. Writes with no
adapter on the way (migrations, flushes, a test's own) are nobody's violation.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent

WRITE = re.compile(
    r"\s*(?:WITH\s.*)?(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+[\"`]?(?:catalog|circulation)_",
    re.IGNORECASE | re.DOTALL,
)
ADAPTER = re.compile(
    r"(?:catalog|circulation)/(?!(?:commands|queries|domain|reading|records|models|migrations|(?:.*/)?tests)/|policies|states).+"
    r"|library_site/(?!statements)(?:(?:accounts|admin|html|importing|on_lambda|rest)/|cqrs/management/commands/)?\w+\.py"
)

violations: list[str] = []


def install() -> None:
    """Watch every connection, those of other threads too, from when it is made."""
    connection_created.connect(_watch, dispatch_uid="tests.guard")
    for connection in connections.all(initialized_only=True):
        _watch(sender=None, connection=connection)


def _watch(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def _guard(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    if WRITE.match(str(sql)) and (adapter := _adapter_that_writes()):
        violations.append(f"{adapter} writes past dispatch(): {str(sql)[:100]}")
    return execute(sql, params, many, context)


def _adapter_that_writes() -> str | None:
    """The adapter that writes on its own account, from the innermost frame outwards; None if that is nobody."""
    for code in _stack():
        verdict = _judge(code.co_filename.removeprefix(f"{ROOT}/"), code.co_name)
        if verdict is not None:
            return verdict or None
    return None


def _stack() -> Iterator[CodeType]:
    frame: Any = sys._getframe(1)
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


@cache
def _judge(path: str, function: str) -> str | None:
    """Whose write it is with this on the way: an adapter's, rightly somebody's (empty), or not to be said yet."""
    if path == "library_site/cqrs/dispatcher.py" and function in {
        "dispatch",
        "dispatch_all",
        "rehearse_all",
        "carry_out_all",
    }:
        return ""
    return f"{path}:{function}" if ADAPTER.fullmatch(path) else None
