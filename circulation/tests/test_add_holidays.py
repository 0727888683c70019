from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import context, set_policy

pytestmark = pytest.mark.django_db

NEXT = timezone.now().year + 1
CHRISTMAS = date(NEXT, 12, 25)


def add(*arguments: object) -> list[str]:
    """The lines that add_holidays prints."""
    out = StringIO()
    call_command("add_holidays", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def calendar() -> dict[date, tuple[bool, str]]:
    return {each.day: (each.is_open, each.note) for each in CalendarException.objects.all()}


def test_the_library_is_closed_on_the_holidays_of_a_country() -> None:
    said = add("DE", "--year", NEXT)

    assert calendar()[CHRISTMAS] == (False, "Christmas Day")
    assert date(NEXT, 11, 1) not in calendar()
    assert f"{CHRISTMAS} Christmas Day" in said
    assert said[-1] == f"Days closed: {len(calendar())}. Left as they were: 0."
    assert len(said) == len(calendar()) + 1
    journal = JournalEntry.objects.values_list("operation", "actor", "source", "outcome")
    assert set(journal) == {("SetCalendarException", "system:cli", "cli", "CARRIED_OUT")}


def test_a_subdivision_has_more_of_them_and_several_years_may_be_asked_for() -> None:
    add("de", "--subdivision", "BY", "--year", NEXT, NEXT + 1, "--year", NEXT + 2)

    assert {date(year, 11, 1) for year in (NEXT, NEXT + 1, NEXT + 2)} <= set(calendar())


def test_without_a_year_it_is_this_one_and_the_next() -> None:
    add("GB")

    this_year = timezone.localdate().year
    assert {this_year + 1} <= {day.year for day in calendar()} <= {this_year, this_year + 1}
    assert min(calendar()) >= timezone.localdate(), "what is past changes nothing"


def test_what_the_calendar_says_already_stays_unless_it_is_to_be_replaced() -> None:
    dispatch(SetCalendarException(day=CHRISTMAS, is_open=True, note="Readings"), context())

    said = add("DE", "--year", NEXT)
    assert f"{CHRISTMAS} Christmas Day: left open" in said
    assert said[-1].endswith("Left as they were: 1.")
    assert calendar()[CHRISTMAS] == (True, "Readings")
    assert add("DE", "--year", NEXT)[-1] == f"Days closed: 0. Left as they were: {len(calendar())}."

    assert add("DE", "--year", NEXT, "--replace")[-1] == f"Days closed: {len(calendar())}. Left as they were: 0."
    assert calendar()[CHRISTMAS] == (False, "Christmas Day")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["XX"], "no holidays of “XX”. There are those of: .*DE, .*FR, "),
        (["DE", "--subdivision", "XX"], "DE has no subdivision “XX” .*There are: .*BY, "),
        (["AW", "--subdivision", "XX"], "There are: none"),
        (["DE", "--year", "1970"], "No holidays of DE are known in 1970"),
        (["DE", "--year", "20260"], "not a year from 1970 to 2100"),
        (["DE", "--year", "this"], "not a year from 1970 to 2100"),
        ([], "required: COUNTRY"),
    ],
)
def test_what_there_is_not_is_refused_and_what_there_is_is_said(arguments: list[Any], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        add(*arguments)
    assert calendar() == {}


def test_it_does_not_close_the_library_for_good() -> None:
    christmas = CHRISTMAS.replace(year=timezone.localdate().year + 1)
    dispatch(SetCalendarException(day=christmas, is_open=True), context())
    set_policy(closed_weekdays="1234567")

    with pytest.raises(CommandError, match="Christmas Day: By its calendar the library is not open"):
        add("DE", "--replace")
    assert calendar()[christmas] == (True, "")
