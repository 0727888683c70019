"""GetLoansDue: what is due on some days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from circulation.queries import GetLoansDue
from library_site.cqrs import InvalidInput
from tests.arranger import after
from tests.declared import declared, refused
from tests.large_library import TODAY
from tests.library import lend
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


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


@pytest.fixture(autouse=True)
def _loans() -> None:
    """One book is due yesterday, two today, and one on each of the next two days."""
    for days in (-1, 0, 0, 1, 2):
        lend(now=NOW + timedelta(days=days - 28))


def due(first: date | None = None, last: date | None = None) -> list[int]:
    """In how many days they are due."""
    return [(row.due_on - TODAY).days for row in there_and_back(GetLoansDue(first=first, last=last), now=NOW)]
