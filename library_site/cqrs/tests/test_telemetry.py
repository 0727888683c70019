"""One log record for every operation: how it ended, how long it took, and nothing about anybody."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError

from catalog.commands import AddNewBook
from catalog.queries import SearchBooks
from library_site.cqrs import Actor, Conflict, Context, NotAllowed, NotFound, dispatch, telemetry
from tests.library import Handler, context
from tests.process import python

pytestmark = pytest.mark.django_db

EMMA = AddNewBook(title="Emma", author_name="Jane Austen")
LOGGER = "library_site.operations"


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)


def records(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record for record in caplog.records if record.name == LOGGER]


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str, str, str]]:
    """What each record says: level, operation, outcome, code, message."""
    return [(each.levelname, each.operation, each.outcome, each.code, each.getMessage()) for each in records(caplog)]


# Outcomes


def test_what_is_answered_carried_out_or_replayed_is_told(caplog: pytest.LogCaptureFixture) -> None:
    dispatch(SearchBooks(q="emma"), context())
    for _ in range(2):
        dispatch(EMMA, context(idempotency_key="emma"))

    done = ("INFO", "AddNewBook", "CARRIED_OUT", "", "AddNewBook: carried_out")
    assert told(caplog) == [("INFO", "SearchBooks", "ANSWERED", "", "SearchBooks: answered"), done, done]


def test_what_is_not_served_and_what_is_not_allowed_are_refusals_too(
    caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    clerk = Context(actor=Actor.of_user(User.objects.create_user("clerk")), source="rest")
    with pytest.raises(NotAllowed):
        dispatch(EMMA, clerk)
    settings.LIBRARY_OPERATIONS = ["queries"]
    with pytest.raises(NotFound):
        dispatch(EMMA, context())

    assert [(record.outcome, record.code) for record in records(caplog)] == [
        ("REFUSED", "permission_denied"),
        ("REFUSED", "not_found"),
    ]


@pytest.mark.parametrize("error", [ZeroDivisionError, OperationalError, KeyboardInterrupt])
def test_a_failure_is_an_error_and_told_by_its_kind(
    caplog: pytest.LogCaptureFixture, handle: Callable[[Handler], None], error: type[BaseException]
) -> None:
    def fail(command: AddNewBook, context: Context) -> Any:
        raise error("of ann@example.org")

    handle(fail)

    with pytest.raises(error):
        dispatch(EMMA, context())

    kind = error.__name__
    assert told(caplog) == [("ERROR", "AddNewBook", "FAILED", kind, f"AddNewBook: {kind}")]
    assert records(caplog)[0].exc_info is None


def test_a_conflict_with_another_change_is_a_refusal(
    caplog: pytest.LogCaptureFixture, handle: Callable[[Handler], None]
) -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    def meet_another(command: AddNewBook, context: Context) -> Any:
        raise OperationalError from Deadlock()

    handle(meet_another)

    with pytest.raises(Conflict):
        dispatch(EMMA, context())

    assert told(caplog)[0][:4] == ("INFO", "AddNewBook", "REFUSED", "conflict")


# What else a record says


def test_a_record_says_who_through_which_door_and_for_how_long(
    caplog: pytest.LogCaptureFixture, librarian: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 100.01234])
    monkeypatch.setattr(telemetry, "perf_counter", lambda: next(clock))

    dispatch(SearchBooks(q="emma"), Context(actor=Actor.of_user(librarian), source="html"))

    (record,) = records(caplog)
    assert (record.actor, record.source, record.duration_ms) == (f"user:{librarian.pk}", "html", 12.3)


# Who hears of it

REFUSED_AND_FAILED = """
import django; django.setup()
from django.db import OperationalError
from contextlib import suppress
from catalog.commands import AddNewBook
from catalog.queries import SearchBooks
from library_site.cqrs import Actor, Context, NotFound, dispatch

context = Context(actor=Actor.system("cli"), source="cli")
with suppress(NotFound):
    dispatch(AddNewBook(title="Emma", author_name="Jane Austen"), context)
with suppress(OperationalError):
    dispatch(SearchBooks(q="emma"), context)
"""


def test_people_hear_of_failures_only() -> None:
    """Of a process that refuses one operation, and fails in another for it has no tables."""
    ran = python(REFUSED_AND_FAILED, LIBRARY_OPERATIONS="queries")

    (line,) = ran.stderr.splitlines()
    assert line.endswith("ERROR library_site.operations: SearchBooks: OperationalError")
    assert (ran.returncode, ran.stdout) == (0, "")
