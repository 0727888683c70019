"""GetLoansDue: what is due on some days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circulation.queries import GetLoansDue
from library_site.cqrs import InvalidInput, dispatch
from tests.library import context, lend
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _loans() -> None:
    """One book is due yesterday, two today, and one on each of the next two days."""
    for days in (-1, 0, 0, 1, 2):
        lend(now=NOW + timedelta(days=days - 28))


def due(first: date | None = None, last: date | None = None) -> list[int]:
    """In how many days they are due."""
    return [(row.due_on - TODAY).days for row in there_and_back(GetLoansDue(first=first, last=last), now=NOW)]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [0, 0]),
        (None, TODAY + 2 * DAY, [0, 0, 1, 2]),
        (TODAY - DAY, None, [-1, 0, 0]),
        (TODAY + DAY, None, [1]),
        (TODAY - DAY, TODAY + DAY, [-1, 0, 0, 1]),
        (TODAY + 3 * DAY, TODAY + 9 * DAY, []),
    ],
)
def test_both_days_are_meant_and_what_is_not_given_is_today(
    first: date | None, last: date | None, expected: list[int]
) -> None:
    assert due(first, last) == expected


def test_the_last_day_is_not_before_the_first() -> None:
    with pytest.raises(InvalidInput, match="Exchange them"):
        dispatch(GetLoansDue(first=TODAY, last=TODAY - DAY), context(now=NOW))
