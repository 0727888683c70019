"""The library's policy, as its tables hold it."""

from dataclasses import replace
from datetime import date

from .models import CalendarException, LibraryPolicy
from .policies import POLICY, LoanPolicy


def limits(database: str = "default") -> LoanPolicy:
    """The policy, less the dated exceptions: what does not ask for a day."""
    row = LibraryPolicy.objects.using(database).first()
    if row is None:
        return POLICY
    return LoanPolicy(
        loan_days=row.loan_days,
        renewals=row.renewals,
        limit_not_verified=row.limit_not_verified,
        limit_verified=row.limit_verified,
        overdue_limit=row.overdue_limit,
        shelf_days=row.shelf_days,
        closed_weekdays=frozenset(int(digit) for digit in row.closed_weekdays),
    )


def policy_from(today: date) -> LoanPolicy:
    """The whole policy, as it is from `today` on."""
    exceptions = CalendarException.objects.filter(day__gte=today).values_list("day", "is_open")
    return replace(limits(), exceptions=dict(exceptions))
