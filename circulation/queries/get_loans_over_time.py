from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, DateField, QuerySet, Value
from django.db.models.functions import Trunc
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.models import PastLoan
from circulation.reading.kept import counted_seldom
from circulation.reading.spans import Span, span_of
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database

DAY, WEEK, MONTH = PERIODS = ("day", "week", "month")
MAX_PERIODS = 400
"""A year of days, and then some."""


class LoansInPeriod(Data):
    """`loans` were made and `returns` came back from `first` to `last`, both included."""

    first: date
    last: date
    loans: int
    returns: int


class GetLoansOverTime(Query[Page[LoansInPeriod]]):
    """From `first` to `last` (the last 30 days, where they are not given), by day, week (from Monday) or month.

    A period that the span cuts is counted as far as it is inside.
    """

    first: date | None = None
    last: date | None = None
    by: str = DAY


@handles(GetLoansOverTime, title=gettext_lazy("Loans and returns"), refuses=(InvalidInput,))
@counted_seldom
def get_loans_over_time(query: GetLoansOverTime, context: Context) -> Page[LoansInPeriod]:
    """How many loans were made and how many books came back, in each day, week or month of a span.

    Loans made by CRUD have no date, and a book that was reported missing did not come back.
    """
    if query.by not in PERIODS:
        raise InvalidInput.of("by", _("Count by day, week or month."), "invalid_choice")
    span = span_of(query.first, query.last, context.today)
    periods = _bounded(span, query.by)
    made, back = _counts(span, query.by)
    rows = [
        LoansInPeriod(first=start, last=end, loans=made[first], returns=back[first]) for first, start, end in periods
    ]
    return page_of_all(rows, query, row=LoansInPeriod, place=lambda each: each.first.toordinal())


def _bounded(span: Span, by: str) -> list[tuple[date, date, date]]:
    periods: list[tuple[date, date, date]] = []
    for period in _periods(span, by):
        if len(periods) == MAX_PERIODS:
            problem = _("That is more than {most} periods. Choose a shorter time, or count by week or month.")
            raise InvalidInput.of("by", problem.format(most=MAX_PERIODS))
        periods.append(period)
    return periods


def _periods(span: Span, by: str) -> Iterator[tuple[date, date, date]]:
    """Of each period its first day, and the first and the last one of it that are in the span."""
    day, end = span.first.toordinal(), span.last.toordinal()
    while day <= end:
        start = date.fromordinal(day)
        before, length = _in_period(start, by)
        last = min(day - before + length - 1, end)
        yield date.fromordinal(day - before), start, date.fromordinal(last)
        day = last + 1


def _in_period(day: date, by: str) -> tuple[int, int]:
    """How many days of its period come before a day, and how many it has."""
    if by == WEEK:
        return day.weekday(), 7
    return (day.day - 1, monthrange(day.year, day.month)[1]) if by == MONTH else (0, 1)


def _counts(span: Span, by: str) -> tuple[Counter[date], Counter[date]]:
    """Loans made and books returned, by the first day of the period, in one statement."""
    database = read_database()
    past = PastLoan.objects.using(database)
    on_loan = Book.objects.using(database).filter(status=Book.Status.BORROWED)  # by its index: the others are many
    counted = _grouped(past, "borrowed_at", span, by, "made").union(
        _grouped(on_loan, "borrowed_at", span, by, "made"),
        _grouped(past.filter(ending=PastLoan.Ending.RETURNED), "ended_at", span, by, "back"),
        all=True,
    )
    counts: dict[str, Counter[date]] = {"made": Counter(), "back": Counter()}
    for row in counted:
        counts[row["what"]][row["period"]] += row["count"]
    return counts["made"], counts["back"]


def _grouped(rows: "QuerySet[Any]", column: str, span: Span, by: str, what: str) -> Any:
    period = Trunc(column, by, output_field=DateField())
    return rows.filter(span.of(column)).order_by().values(period=period, what=Value(what)).annotate(count=Count("pk"))
