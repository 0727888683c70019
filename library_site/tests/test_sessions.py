"""A session ends when nobody has come for hours, and a day after somebody signed in; and by hand."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import InternalError, OperationalError, connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from library_site import sessions

pytestmark = pytest.mark.django_db

HOUR, STEP = timedelta(hours=1), timedelta(minutes=10)


class Clock:
    """What the sessions' clock says: so much later than it is."""

    later = timedelta(0)

    def now(self) -> datetime:
        return timezone.now() + self.later


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sessions, "timezone", clock)
    return clock


def is_in(client: Client) -> bool:
    """Whether a page takes the browser for somebody who has signed in; else it leads there."""
    response = client.get("/keys")
    assert response.status_code == 200 or response["Location"] == "/login?next=/keys"
    return response.status_code == 200


def left() -> timedelta:
    """For how long the session lasts, if nobody comes."""
    return Session.objects.get().expire_date - timezone.now()


def test_who_comes_back_in_time_goes_on_until_the_day_is_over(desk: Client, clock: Clock) -> None:
    for hours in (7, 14, 21, 23.9):
        clock.later = hours * HOUR
        assert is_in(desk)
    clock.later = 24.1 * HOUR
    assert not is_in(desk)


def test_who_was_away_for_hours_signs_in_again_and_what_the_script_sends_waits(desk: Client, clock: Clock) -> None:
    clock.later = 7 * HOUR
    assert is_in(desk)
    clock.later += 8.1 * HOUR
    assert not is_in(desk)
    assert desk.post("/", {"typed": "x"}, headers={"Accept": "application/json"}).status_code == 401
    assert desk.post("/return-book", {}, headers={"X-Requested-With": "queue"}).status_code == 401
    assert desk.get("/api/book").status_code == 401


def test_the_hours_are_settings(desk: Client, clock: Clock, settings: Any) -> None:
    settings.SESSION_HOURS = 2
    clock.later = 1.9 * HOUR
    assert is_in(desk)
    clock.later = 2.1 * HOUR
    assert not is_in(desk)


@pytest.mark.django_db(transaction=True)
def test_its_end_is_moved_once_in_a_step_past_all_else_that_it_keeps(desk: Client, clock: Clock) -> None:
    def moves(later: timedelta) -> list[str]:
        clock.later = later
        with CaptureQueriesContext(connection) as captured:
            assert is_in(desk)
        return re.findall(r'UPDATE "django_session" SET (\S+) = .* WHERE', " ".join(each["sql"] for each in captured))

    steps = [timedelta(0), STEP / 2, 1.1 * STEP, 1.2 * STEP, 2 * STEP, 2.2 * STEP]
    assert [moves(each) for each in steps] == [[], [], ['"expire_date"'], [], [], ['"expire_date"']]


def test_what_the_version_before_has_left_ends_in_hours_and_is_not_prolonged(desk: Client, clock: Clock) -> None:
    session = desk.session
    del session[sessions.SIGNED_IN]
    session.save()
    Session.objects.update(expire_date=timezone.now() + timedelta(days=14))

    assert is_in(desk)
    assert left() <= 8 * HOUR
    clock.later = 7 * HOUR
    desk.post("/register-user", {"name": ""})
    assert is_in(desk)
    assert left() <= 8 * HOUR


@contextmanager
def read_only() -> Iterator[None]:
    """As for a role that may only read."""

    def refuse(execute: Any, sql: Any, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            raise InternalError("cannot execute UPDATE in a read-only transaction")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.django_db(transaction=True)
def test_who_may_only_read_is_answered_all_the_same(desk: Client, clock: Clock) -> None:
    clock.later = HOUR
    with read_only():
        assert is_in(desk)


def test_on_sqlite_nobody_is_waited_for(tmp_path: Path) -> None:
    path = str(tmp_path / "library.sqlite3")
    ours = DatabaseWrapper(connection.settings_dict | {"ENGINE": "sqlite3", "NAME": path, "OPTIONS": {"timeout": 60}})
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    started = monotonic()
    with pytest.raises(OperationalError), sessions.briefly(ours, 0), ours.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id)")
    assert monotonic() - started < 5
    with ours.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone() == (60_000,)
    ours.close()
    other.close()


def test_a_process_without_pages_writes_nothing(desk: Client, clock: Clock, settings: Any) -> None:
    settings.LIBRARY_OPERATIONS = ["queries"]
    clock.later, before = HOUR, Session.objects.get().expire_date
    assert desk.get("/api/book").status_code == 200
    assert Session.objects.get().expire_date == before


def test_the_cookie_ends_with_the_browser_and_the_session_with_signing_out(client: Client, librarian: User) -> None:
    client.post("/login", {"username": "librarian", "password": "correct horse"})
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"], bool(cookie["httponly"])) == ("", "", True)
    assert client.post("/logout").status_code == 302
    assert not Session.objects.exists()
