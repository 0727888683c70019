from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from circulation.due import OpenLoan, open_loans
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database


@dataclass(frozen=True, kw_only=True)
class GetLoansDue(Query[Page[OpenLoan]]):
    """`first` and `last` are the first and the last due date; today, where they are not given."""

    first: date | None = None
    last: date | None = None


@handles(GetLoansDue, refuses=(InvalidInput,))
def get_loans_due(query: GetLoansDue, context: Context) -> Page[OpenLoan]:
    """The books that are due on some days, or today."""
    first = query.first or context.today
    last = query.last or max(first, context.today)
    if last < first:
        raise InvalidInput.of("last", _("The last day is before the first. Exchange them."))
    loans = open_loans(read_database()).filter(due_on__gte=first, due_on__lte=last)
    return page_of(OpenLoan, loans, query, order_by=("due_on", "id"))
