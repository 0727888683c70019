"""Spans of days: what is meant where one end, or none, is given."""

from datetime import date

import pytest

from circulation.reading.spans import Span, span_of
from library_site.cqrs import InvalidInput

TODAY = date(2026, 11, 23)
TOMORROW = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, Span(date(2026, 10, 25), TODAY)),
        (None, date(2026, 1, 30), Span(date(2026, 1, 1), date(2026, 1, 30))),
        (date(2026, 1, 1), None, Span(date(2026, 1, 1), TODAY)),
        (TOMORROW, None, Span(TOMORROW, TOMORROW)),
        (None, date.min, Span(date.min, date.min)),
    ],
)
def test_an_end_that_is_not_given(first: date | None, last: date | None, expected: Span) -> None:
    assert span_of(first, last, TODAY) == expected


def test_the_last_day_is_not_before_the_first() -> None:
    with pytest.raises(InvalidInput, match="Exchange them"):
        span_of(TOMORROW, TODAY, TODAY)
