"""GetOverdueByAge: how many books are how late."""

from datetime import UTC, datetime, timedelta

import pytest

from circulation.policies import POLICY
from circulation.queries import GetOverdueByAge
from tests.library import lend
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_each_age_from_its_first_day_to_its_last() -> None:
    for days in (0, 1, 7, 8, 28, 29, 90, 91, 400):
        lend(now=NOW - timedelta(days=POLICY.loan_days + days))
    rows = there_and_back(GetOverdueByAge(), now=NOW)
    assert [(row.days_from, row.days_to, row.loans) for row in rows] == [
        (1, 7, 2),
        (8, 14, 1),
        (15, 28, 1),
        (29, 90, 2),
        (91, None, 2),
    ]


def test_every_age_is_there_when_nothing_is_late() -> None:
    lend(now=NOW)
    assert [row.loans for row in there_and_back(GetOverdueByAge(), now=NOW)] == [0, 0, 0, 0, 0]
