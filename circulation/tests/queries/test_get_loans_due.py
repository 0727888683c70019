"""GetLoansDue: what is due on some days."""

from datetime import timedelta

import pytest

from circulation.queries import GetLoansDue
from library_site.cqrs import InvalidInput
from tests.arranger import after
from tests.declared import declared, refused
from tests.large_library import NOW, TODAY
from tests.library import lend
from tests.paging import there_and_back

DECLARED = declared(
    GetLoansDue,
    rows=lambda it, books: after([it.lent_book() for _ in range(books)], {"last": "2099-12-31"}),
    statements=1,
    refusals=[
        refused(
            InvalidInput,
            "The last day is before the first. Exchange them.",
            lambda it: {"first": "2099-12-25", "last": "2099-12-24"},
        )
    ],
    large=lambda it: [
        {},
        {"first": TODAY, "last": TODAY + timedelta(weeks=1)},
        {"first": TODAY - timedelta(weeks=20), "last": TODAY + timedelta(weeks=20)},
    ],
)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [0, 0]),
        (None, 2, [0, 0, 1, 2]),
        (-1, None, [-1, 0, 0]),
        (1, None, [1]),
        (-1, 1, [-1, 0, 0, 1]),
        (3, 9, []),
    ],
)
@pytest.mark.django_db
def test_both_days_are_meant_and_what_is_not_given_is_today(
    first: int | None, last: int | None, expected: list[int]
) -> None:
    """In so many days from today, counted for this test."""
    for days in (-1, 0, 0, 1, 2):
        lend(now=NOW + timedelta(days=days - 28))

    ends = [each if each is None else TODAY + timedelta(days=each) for each in (first, last)]
    rows = there_and_back(GetLoansDue(first=ends[0], last=ends[1]), now=NOW)

    assert [(row.due_on - TODAY).days for row in rows] == expected
