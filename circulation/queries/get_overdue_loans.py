from typing import Any

from django.db.models import DateField, QuerySet
from django.utils.translation import gettext_lazy as _

from circulation.domain.books import overdue
from circulation.reading.open_loans import OpenLoan, open_loans
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class GetOverdueLoans(Query[Page[OpenLoan]]):
    """`by_person` has those of one person stand together."""

    by_person: bool = False


@handles(GetOverdueLoans, title=_("Overdue loans"), refuses=(InvalidInput,))
def get_overdue_loans(query: GetOverdueLoans, context: Context) -> Page[OpenLoan]:
    """The books that should be back by now, the latest first. Due today is not overdue.

    By person, the people come as they registered.
    """
    order = ("user_id", "due_on", "id") if query.by_person else ("due_on", "id")
    return page_of(OpenLoan, _loans, query, order_by=order, given={"today": context.today})


def _loans() -> "QuerySet[Any]":
    return open_loans().filter(overdue(Given("today", DateField())))
