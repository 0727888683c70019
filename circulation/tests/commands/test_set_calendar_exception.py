"""SetCalendarException: a day on which the library is open or closed out of turn."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.timezone import localdate

from circulation.commands import SetCalendarException
from circulation.models import CalendarException
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import EVERY_DAY, NEVER_OPEN, declared, refused
from tests.library import context, set_policy

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = date(2026, 12, 25)

CHRISTMAS: Arguments = {"day": "2099-12-25", "note": "Christmas Day"}


def where_the_library_never_opens(it: Arranger) -> Arguments:
    set_policy(closed_weekdays=EVERY_DAY)
    return CHRISTMAS


DECLARED = declared(
    SetCalendarException,
    good=lambda it: CHRISTMAS,
    # a savepoint (2) around the day and a savepoint (2) around the day; the policy (2); it is about nobody (-1)
    statements=11,
    refusals=[
        refused(
            InvalidInput,
            "This text holds characters that cannot be stored.",
            lambda it: CHRISTMAS | {"note": "Christmas \a"},
        ),
        refused(InvalidInput, "This day is past", lambda it: {"day": localdate() - timedelta(days=1)}),
        refused(LibraryNeverOpens, NEVER_OPEN, where_the_library_never_opens),
    ],
    moves=[lambda it: {"day": localdate()}],
)


def set_exception(day: date = DAY, *, is_open: bool = False, note: str = "") -> None:
    dispatch(SetCalendarException(day=day, is_open=is_open, note=note), context(now=NOW))


def stored() -> list[tuple[date, bool, str]]:
    return list(CalendarException.objects.values_list("day", "is_open", "note"))


def test_a_note_is_short_and_plain() -> None:
    for note in ("x" * 201, "\x00"):
        with pytest.raises(InvalidInput):
            set_exception(note=note)
    assert stored() == []
