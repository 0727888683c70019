from datetime import date
from typing import Any

from django.db.models import DateField, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.reading.open_loans import OpenLoan, open_loans
from circulation.reading.spans import Span
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class GetLoansDue(Query[Page[OpenLoan]]):
    """`first` and `last` are the first and the last due date; today, where they are not given."""

    first: date | None = None
    last: date | None = None


@handles(GetLoansDue, title=gettext_lazy("Loans due"), refuses=(InvalidInput,))
def get_loans_due(query: GetLoansDue, context: Context) -> Page[OpenLoan]:
    """The books that are due on some days, or today."""
    span = days_due(query.first, query.last, context.today)
    given = {"first": span.first, "last": span.last}
    return page_of(OpenLoan, _loans, query, order_by=("due_on", "id"), given=given)


def _loans() -> "QuerySet[Any]":
    return open_loans().filter(due_on__range=[Given(name, DateField()) for name in ("first", "last")])


def days_due(first: date | None, last: date | None, today: date) -> Span:
    """From `first`, or today, to `last`: to today, unless that is before the first.

    Raises InvalidInput when the last day is before the first.
    """
    first = first or today
    last = last or max(first, today)
    if last < first:
        raise InvalidInput.of("last", _("The last day is before the first. Exchange them."))
    return Span(first, last)
