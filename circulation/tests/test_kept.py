"""What is counted over everything: how long an answer is kept, and that it says of when it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from circulation.queries import GetMostBorrowedBooks, GetStockByState
from circulation.reading import kept
from library_site.cqrs import dispatch
from tests.library import add_book, context, lend

pytestmark = pytest.mark.django_db

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture
def _takes_long(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is counted; and it is kept."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "TIMES", 1_000_000)


def books(after: timedelta = timedelta(), **asked: Any) -> tuple[int, timedelta]:
    """How many there are, and of when that is."""
    page = dispatch(GetStockByState(**asked), context(now=NOW + after))
    assert page.counted_at
    return sum(row.books for row in page.rows), page.counted_at - NOW


@pytest.mark.usefixtures("_takes_long")
def test_what_took_long_is_answered_as_it_was_counted_until_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    add_book()
    assert books() == (1, timedelta())
    add_book()
    second = timedelta(seconds=1)
    assert books(second) == (1, timedelta())
    assert books(second, page_size=50) == (2, second)
    assert books(timedelta(days=1)) == (2, timedelta(days=1))
    assert dispatch(GetMostBorrowedBooks(), context(now=NOW)).rows == []

    cache.clear()
    monkeypatch.setattr(kept, "TIMES", 0)
    assert books(second) == (2, second)
    add_book()
    assert books(second) == (3, second)


def test_what_took_no_time_is_counted_each_time(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for number in range(1, 4):
        add_book()
        assert books()[0] == number


@pytest.mark.parametrize("page", ["loans", "most-borrowed", "stock"])
def test_a_page_asks_once_and_says_when_it_was_counted(desk: Client, page: str) -> None:
    lend("Emma")
    with CaptureQueriesContext(connection) as asked:
        shown = desk.get(f"/statistics/{page}").content.decode()
    assert len([each for each in asked if "GROUP BY" in each["sql"]]) == 1
    assert "Counted at " in shown
    assert "Counted at" not in desk.get("/statistics/overdue").content.decode()


def test_rest_says_when_it_was_counted(api: APIClient) -> None:
    before = timezone.now()
    counted_at = api.get("/api/statistics/stock").json()["counted_at"]
    assert before <= datetime.fromisoformat(counted_at) <= timezone.now()
    assert "counted_at" not in api.get("/api/statistics/overdue").json()
