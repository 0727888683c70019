"""The library's policy, as its tables hold it. It is read anew each time: what was changed holds at once."""

from dataclasses import replace
from datetime import date

from circulation.models import CalendarException, LibraryPolicy
from circulation.policies import POLICY, LoanPolicy


def limits(database: str = "default") -> LoanPolicy:
    """The policy, less the dated exceptions: what does not ask for a day."""
    row = LibraryPolicy.objects.using(database).first()
    return policy_of(row) if row else POLICY


def policy_of(row: LibraryPolicy) -> LoanPolicy:
    """The policy that a row says."""
    return LoanPolicy(
        loan_days=row.loan_days,
        renewals=row.renewals,
        limit_not_verified=row.limit_not_verified,
        limit_verified=row.limit_verified,
        overdue_limit=row.overdue_limit,
        shelf_days=row.shelf_days,
        closed_weekdays=weekdays(row.closed_weekdays),
    )


def weekdays(digits: str) -> frozenset[int]:
    """The weekdays that are kept as "67"."""
    return frozenset(int(digit) for digit in digits)


def policy_from(today: date) -> LoanPolicy:
    """The whole policy, as it is from `today` on."""
    row = LibraryPolicy.objects.first()
    exceptions = CalendarException.objects.filter(day__gte=today).values_list("day", "is_open")
    return replace(policy_of(row) if row else POLICY, exceptions=dict(exceptions))
