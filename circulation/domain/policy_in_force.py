"""The library's policy, as its tables hold it. It is read anew each time: what was changed holds at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import CharField, DateField, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, JSONObject

from circulation.models import CalendarException, Closure, LibraryPolicy
from circulation.policies import POLICY, LoanPolicy
from library_site.statements import Given, compiled


def limit(column: str) -> Coalesce:
    """A number of the policy, in a query."""
    return Coalesce(Subquery(LibraryPolicy.objects.order_by().values(column)[:1]), Value(getattr(POLICY, column)))


_COLUMNS = (
    *("loan_days", "renewals", "limit_not_verified", "limit_verified"),
    *("overdue_limit", "shelf_days", "closed_weekdays"),
)


def policy_of(row: Mapping[str, Any]) -> LoanPolicy:
    """The policy that the columns of its row say."""
    columns = {name: row[name] for name in _COLUMNS}
    return LoanPolicy(**columns | {"closed_weekdays": weekdays(row["closed_weekdays"])})


def weekdays(digits: str) -> frozenset[int]:
    """The weekdays that are kept as "67"."""
    return frozenset(int(digit) for digit in digits)


def policy_from(today: date) -> LoanPolicy:
    """The whole policy, as it is from `today` on."""
    return policy_and(None, today)[0]


def policy_and(
    facts: "Callable[..., list[QuerySet[Any]]] | None", today: date, *shape: Any, **given: Any
) -> tuple[LoanPolicy, dict[str, Any]]:
    """The whole policy, as it is from `today` on, and what the queries find that `facts` makes: in one statement."""
    rows = [row for (row,) in compiled(_policy_and, facts, *shape).rows({"today": today, **given})]
    policy = next((policy_of(row) for row in rows if "loan_days" in row), POLICY)
    days = {date.fromisoformat(row["day"]): bool(row["is_open"]) for row in rows if "day" in row}
    others = (row for row in rows if row.keys().isdisjoint({"loan_days", "day", "closed"}))
    closures = tuple(
        (date.fromisoformat(row["closed"]), date.fromisoformat(row["until"])) for row in rows if "closed" in row
    )
    policy = replace(policy, exceptions=days, closures=closures)
    return policy, {name: value for row in others for name, value in row.items()}


def _policy_and(facts: "Callable[..., list[QuerySet[Any]]] | None", *shape: Any) -> "QuerySet[Any]":
    """Rows of different kinds: the policy, exceptions to come (days), closures (spans), the other facts."""
    policy = LibraryPolicy.objects.order_by().values_list(JSONObject(**{name: name for name in _COLUMNS}))
    exceptions = CalendarException.objects.order_by().filter(day__gte=Given("today", DateField()))
    days = exceptions.values_list(JSONObject(day=Cast("day", CharField()), is_open="is_open"))
    closures = Closure.objects.order_by().filter(last__gte=Given("today", DateField()))
    spans = closures.values_list(JSONObject(closed=Cast("first", CharField()), until=Cast("last", CharField())))
    return policy.union(days, spans, *(facts(*shape) if facts else []), all=True)
