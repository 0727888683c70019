"""What queries read: the read database, page by page (keyset paging: a far page costs what the first one does)."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from library_site.statements import Given, Statement, compiled

from .errors import InvalidInput
from .messages import MAX_PAGE_SIZE, Data, Query

T = TypeVar("T")
M = TypeVar("M", bound=Model)
Row = TypeVar("Row", bound=Data)


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows, and the cursors of the pages after and before them (None: there is none).

    `counted_at` is of what is counted over everything, which may have been a while ago.
    """

    rows: list[T]
    next: str | None
    previous: str | None
    counted_at: datetime | None = None


@dataclass(frozen=True)
class Position:
    """Where a page begins: after the row with these order values, or before it."""

    backwards: bool
    values: list[Any]

    def given(self, order: list[str]) -> dict[str, Any]:
        """What a statement in this order is given. Raises InvalidInput for the cursor of another order."""
        if len(order) != len(self.values):
            raise _junk_cursor()
        return {_after(name): value for name, value in zip(order, self.values, strict=True)}


def read_database() -> str:
    """The alias of the read database: the replica where there is one, else the primary."""
    return "replica" if "replica" in settings.DATABASES else "default"


def streamed(rows: "QuerySet[M]", *order_by: str, at_once: int = 1000) -> Iterator[M]:
    """Every row of a read database that holds any number, so many at once: what is read does not fill the memory.

    `order_by` as for `page_of`, ascending. A row that is changed meanwhile is as it was when it was read.
    """
    rows = rows.using(read_database()).order_by(*order_by)
    page = [*rows[:at_once]]
    while page:
        yield from page
        last = page[-1]
        page = [*rows.filter(_behind(last, order_by))[:at_once]] if len(page) == at_once else []


def _behind(row: Any, order_by: Sequence[str]) -> Q:
    """What comes after a row. The first condition is the one that an index begins with."""
    name, *others = order_by
    value = getattr(row, name)
    further = Q(**{f"{name}__gt": value})
    return Q(**{f"{name}__gte": value}) & (further | _behind(row, others)) if others else further


def page_of(
    row: type[Row],
    rows: Callable[..., QuerySet[Any]] | QuerySet[Any],
    query: Query[Page[Row]],
    *,
    order_by: tuple[str, ...],
    columns: Mapping[str, str] = MappingProxyType({}),
    shape: tuple[Any, ...] = (),
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Page[Row]:
    """Read one page in one SQL query.

    `row` is data whose fields are columns or annotations of `rows`: of a queryset, or of what a function makes
    of its `shape`, which is compiled once; it is given the fields of `query` and what is `given` beside them.
    `order_by` names columns or annotations that are never null and, taken together, unique: all ascending, or all
    descending with a minus sign before each. `columns` says which ones some fields are read from, in place of those
    of their name.

    Raises InvalidInput for a junk cursor or page size.
    """
    size = size_of(query)
    position = read_cursor(row, query.cursor)
    backwards = position.backwards if position else None
    names = [field.name for field in fields(row)]
    order = [name.removeprefix("-") for name in order_by]
    selected = [columns.get(name, name) for name in names]
    selected += [name for name in order if name not in selected]
    page = (tuple(selected), order_by, backwards, size)
    if isinstance(rows, QuerySet):
        statement = Statement(_page(rows, shape, *page), read_database())
    else:
        statement = compiled(_page, rows, shape, *page, alias=read_database())
    found = statement.rows({**vars(query), **given, **(position.given(order) if position else {})})
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, position is not None)

    def cursor(at: tuple[Any, ...], *, backwards: bool) -> str:
        return _cursor(row, [at[selected.index(name)] for name in order], backwards=backwards)

    return Page(
        rows=[_made(row, names, values) for values in found],
        next=cursor(found[-1], backwards=False) if found and has_next else None,
        previous=cursor(found[0], backwards=True) if found and has_previous else None,
    )


def _made(row: type[Row], names: list[str], values: tuple[Any, ...]) -> Row:
    """A row with these values, without its constructor, which takes longer than the query."""
    made = object.__new__(row)
    vars(made).update(zip(names, values, strict=False))
    return made


def page_of_all(rows: Sequence[T], query: Query[Page[T]], *, row: type[T], place: Callable[[T], int]) -> Page[T]:
    """One page of rows that had to be counted all together; `place` rises from one to the next.

    Raises InvalidInput for a junk cursor or page size.
    """
    size, position = size_of(query), read_cursor(row, query.cursor)
    start, end = 0, size
    if position and position.backwards:
        end = bisect_left(rows, int(position.values[0]), key=place)
        start = max(end - size, 0)
    elif position:
        start = bisect_right(rows, int(position.values[0]), key=place)
        end = start + size
    found = list(rows[start:end])

    def cursor(at: T, *, backwards: bool) -> str:
        return _cursor(row, [place(at)], backwards=backwards)

    return Page(
        rows=found,
        next=cursor(found[-1], backwards=False) if found and end < len(rows) else None,
        previous=cursor(found[0], backwards=True) if found and start else None,
    )


def size_of(query: Query[Any]) -> int:
    if query.page_size < 1:
        raise InvalidInput.of("page_size", _("The page size must be a whole number from 1 up."))
    return min(query.page_size, MAX_PAGE_SIZE)


def _page(
    rows: Callable[..., QuerySet[Any]] | QuerySet[Any],
    shape: tuple[Any, ...],
    selected: tuple[str, ...],
    order_by: tuple[str, ...],
    backwards: bool | None,
    size: int,
) -> QuerySet[Any]:
    """So many rows and one more, in their order: from the first, or those beyond a position (False), or before it."""
    queryset = rows if isinstance(rows, QuerySet) else rows(*shape)
    falls = order_by[0].startswith("-") != bool(backwards)
    order = [name.removeprefix("-") for name in order_by]
    if backwards is not None:
        queryset = queryset.filter(_beyond(queryset, order, "lt" if falls else "gt"))
    return queryset.order_by(*(f"-{name}" if falls else name for name in order)).values_list(*selected)[: size + 1]


def _beyond(queryset: QuerySet[Any], order: list[str], comparison: str) -> Q:
    """(a, b) > (x, y), spelt so that an index on a serves: a >= x and (a > x or (a = x and b > y))."""
    columns = {name: queryset.query.resolve_ref(name).output_field for name in order}
    values = {name: Given(_after(name), field) for name, field in columns.items()}
    beyond, equal = Q(), Q()
    for name, value in values.items():
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{order[0]}__{comparison}e": values[order[0]]}) & beyond


def _after(name: str) -> str:
    """What the value of an order that a cursor holds is called in a statement."""
    return f"after_{name}"


def _salt(row: type[Any]) -> str:
    return f"library.cursor.{row.__name__}"


def _cursor(row: type[Any], values: list[Any], *, backwards: bool) -> str:
    return signing.dumps([backwards, *map(str, values)], salt=_salt(row))


def read_cursor(row: type[Any], cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    try:
        backwards, *values = signing.loads(cursor, salt=_salt(row))
    except (signing.BadSignature, UnicodeError):
        raise _junk_cursor() from None
    return Position(backwards, values)


def _junk_cursor() -> InvalidInput:
    return InvalidInput.of("cursor", _("This cursor is not one of ours. Start again from the first page."))
