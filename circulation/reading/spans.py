"""Spans of days, both ends included, in the library's time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from library_site.cqrs import InvalidInput

DAYS = 30
"""How long a span is of which only the end is known."""

EARLIEST, LATEST = date.min + timedelta(days=1), date.max - timedelta(days=2)
"""Days that begin and end by the clock of every time zone."""


@dataclass(frozen=True)
class Span:
    first: date
    last: date

    def of(self, column: str) -> Q:
        """What happened in the span, by an instant in `column`."""
        start = _begin(min(max(self.first, EARLIEST), LATEST))
        end = _begin(min(max(self.last, EARLIEST), LATEST) + timedelta(days=1))
        return Q(**{f"{column}__gte": start, f"{column}__lt": end})


def span_of(first: date | None, last: date | None, today: date) -> Span:
    """From `first` to `last`: to today, unless that is before the first; DAYS up to the last.

    Raises InvalidInput when the last day is before the first.
    """
    last = last or max(first or today, today)
    first = first or date.fromordinal(max(last.toordinal() - DAYS + 1, 1))
    if last < first:
        raise InvalidInput.of("last", _("The last day is before the first. Exchange them."))
    return Span(first, last)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
