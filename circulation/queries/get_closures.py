from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from circulation.models import CalendarException, Closure
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database


class ClosureInList(Data):
    """From `first` to `last` the library is closed; or open, where it is a day that the calendar says is open.

    `id` is that of a closure; a day that is set by itself has none. `is_over`: the last day is past.
    """

    id: UUID | None
    first: date
    last: date
    is_open: bool
    is_over: bool
    note: str


class GetClosures(Query[Page[ClosureInList]]):
    pass


@handles(GetClosures, title=_("Closures"), refuses=(InvalidInput,))
def get_closures(query: GetClosures, context: Context) -> Page[ClosureInList]:
    """Closures, and days that are closed or open out of turn: those to come by their days, then past ones."""
    rows = [ClosureInList(**row, is_over=row["last"] < context.today) for row in _set_days()]
    rows.sort(key=lambda row: (row.is_over, _order(row), row.id is None))
    places = {row: place for place, row in enumerate(rows)}
    return page_of_all(rows, query, row=ClosureInList, place=places.__getitem__)


def _order(row: ClosureInList) -> int:
    return -row.first.toordinal() if row.is_over else row.first.toordinal()


def _set_days() -> "Iterator[dict[str, Any]]":
    database = read_database()
    for each in Closure.objects.using(database).values("id", "first", "last", "note"):
        yield each | {"is_open": False}
    for day, is_open, note in CalendarException.objects.using(database).values_list("day", "is_open", "note"):
        yield {"id": None, "first": day, "last": day, "is_open": is_open, "note": note}
