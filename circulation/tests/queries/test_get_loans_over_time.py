"""GetLoansOverTime: loans made and books returned, in each period of a span."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import override_settings

from circulation.queries import GetLoansOverTime
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import after
from tests.declared import declared, refused
from tests.library import borrow, context, give_back, lend, register, report_missing
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    GetLoansOverTime,
    good=lambda it: after(it.past_loan(), {"by": "month"}),
    statements=1,
    refusals=[
        refused(
            InvalidInput,
            "The last day is before the first. Exchange them.",
            lambda it: {"first": "2099-12-25", "last": "2099-12-24"},
        )
    ],
    large=lambda it: [{"by": by} for by in ("day", "week", "month")],
    not_in_model="what has a period is asked below",
)

"""A Monday."""
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _loans() -> None:
    """Three loans, two of them of the same book: the first came back, one was lost, one is still out."""
    again = lend(now=NOW - 9 * DAY)
    give_back(again, now=NOW - 2 * DAY)
    borrow(again, register(), now=NOW - 2 * DAY)
    report_missing(lend(now=NOW - DAY), now=NOW)


def counted(by: str, first: date, last: date | None = None) -> list[tuple[str, str, int, int]]:
    rows = there_and_back(GetLoansOverTime(by=by, first=first, last=last), now=NOW)
    return [(row.first.isoformat(), row.last.isoformat(), row.loans, row.returns) for row in rows]


def test_by_day_days_with_nothing_are_there_too() -> None:
    assert counted("day", (NOW - 3 * DAY).date()) == [
        ("2026-11-20", "2026-11-20", 0, 0),
        ("2026-11-21", "2026-11-21", 1, 1),
        ("2026-11-22", "2026-11-22", 1, 0),
        ("2026-11-23", "2026-11-23", 0, 0),
    ]


def test_weeks_begin_on_monday_and_are_counted_as_far_as_they_are_in_the_span() -> None:
    assert counted("week", date(2026, 11, 14), date(2026, 11, 21)) == [
        ("2026-11-14", "2026-11-15", 1, 0),
        ("2026-11-16", "2026-11-21", 1, 1),
    ]


def test_by_month() -> None:
    assert counted("month", date(2026, 9, 30)) == [
        ("2026-09-30", "2026-09-30", 0, 0),
        ("2026-10-01", "2026-10-31", 0, 0),
        ("2026-11-01", "2026-11-23", 3, 1),
    ]


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", 22), ("America/Los_Angeles", 21)])
def test_a_day_is_a_day_in_the_librarys_time_zone(zone: str, day: int) -> None:
    """Midnight between the 21st and the 22nd, in UTC."""
    lend(now=datetime(2026, 10, 22, tzinfo=UTC))
    with override_settings(TIME_ZONE=zone):
        assert [row[0] for row in counted("day", date(2026, 10, 19), date(2026, 10, 25)) if row[2]] == [
            f"2026-10-{day}"
        ]


def test_so_many_periods_and_no_more() -> None:
    first = NOW.date() - 399 * DAY
    assert len(dispatch(GetLoansOverTime(first=first, page_size=500), context(now=NOW)).rows) == 400
    with pytest.raises(InvalidInput, match="more than 400 periods"):
        dispatch(GetLoansOverTime(first=first - DAY), context(now=NOW))


@pytest.mark.parametrize("by", ["week", "month"])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_the_calendar(day: date, by: str) -> None:
    (row,) = dispatch(GetLoansOverTime(first=day, last=day, by=by), context(now=NOW)).rows
    assert (row.first, row.last, row.loans, row.returns) == (day, day, 0, 0)


def test_what_there_is_to_count_by() -> None:
    with pytest.raises(InvalidInput, match="day, week or month"):
        dispatch(GetLoansOverTime(by="hour"), context(now=NOW))
