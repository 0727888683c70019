from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import overdue
from circulation.domain.words import due_when_overdue_by
from circulation.policies import OVERDUE_AGES
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database


class OverdueAge(Data):
    """`loans` books are overdue by so many days; `days_to` is None where there is no upper end."""

    days_from: int
    days_to: int | None
    loans: int


class GetOverdueByAge(Query[Page[OverdueAge]]):
    pass


@handles(GetOverdueByAge, title=_("Overdue by age"), refuses=(InvalidInput,))
def get_overdue_by_age(query: GetOverdueByAge, context: Context) -> Page[OverdueAge]:
    """How many books are overdue, by how late they are; every age has a row. Due today is not overdue."""
    late = Book.objects.using(read_database()).filter(overdue(context.today), status=Book.Status.BORROWED)
    counts = late.aggregate(
        **{f"from_{days}": Count("pk", filter=_due(days, to, context.today)) for days, to in OVERDUE_AGES}
    )
    rows = [OverdueAge(days_from=days, days_to=to, loans=counts[f"from_{days}"]) for days, to in OVERDUE_AGES]
    return page_of_all(rows, query, row=OverdueAge, place=lambda each: each.days_from)


def _due(days_from: int, days_to: int | None, today: date) -> Q:
    due = Q(due_on__lte=due_when_overdue_by(days_from, today))
    return due if days_to is None else due & Q(due_on__gte=due_when_overdue_by(days_to, today))
