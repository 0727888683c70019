"""SetCalendarException: a day on which the library is open or closed out of turn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from circulation.policies import MAX_DAYS, LibraryNeverOpens
from library_site.cqrs import InvalidInput, dispatch
from tests.library import context, set_policy

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = date(2026, 12, 25)


def set_exception(day: date = DAY, *, is_open: bool = False, note: str = "") -> None:
    dispatch(SetCalendarException(day=day, is_open=is_open, note=note), context(now=NOW))


def stored() -> list[tuple[date, bool, str]]:
    return list(CalendarException.objects.values_list("day", "is_open", "note"))


def test_what_is_said_last_of_a_day_holds() -> None:
    set_exception(note="Christmas Day.")
    set_exception(is_open=True, note=" Carols. ")

    assert stored() == [(DAY, True, "Carols.")]


def test_the_last_open_day_is_not_closed() -> None:
    set_policy(closed_weekdays="123456")
    days = [NOW.date() + timedelta(days=number) for number in range(MAX_DAYS + 1)]
    sundays = [day for day in days if day.isoweekday() == 7]
    CalendarException.objects.bulk_create(CalendarException(day=day) for day in sundays[:-1])

    with pytest.raises(LibraryNeverOpens):
        set_exception(sundays[-1])

    assert not CalendarException.objects.filter(day=sundays[-1]).exists()


def test_a_note_is_short_and_plain() -> None:
    for note in ("x" * 201, "\x00"):
        with pytest.raises(InvalidInput):
            set_exception(note=note)
    assert stored() == []


def test_a_day_that_is_past_is_refused_and_today_is_not() -> None:
    with pytest.raises(InvalidInput, match="This day is past") as refused:
        set_exception(NOW.date() - timedelta(days=1))
    assert [error.field for error in refused.value.errors] == ["day"]

    set_exception(NOW.date())

    assert stored() == [(NOW.date(), False, "")]
