"""Pages of the rows that have certain words, of as many rows as there may be.

An index of words (GIN) knows no order, and a common word is in a good part of all rows. To sort these takes too long,
and so may it to look at all rows in some order until a page is full: those with the word may all stand at its end. So:

- few rows come by title or name;
- of more, those come first that stand in that order from the first word typed on, as if a card index were opened
  there, if that fills a page soon: it does with what begins so, and with what is everywhere; if a number was typed
  with which ISBNs begin, in the order of these;
- else the newest come first: when rows came in has less to do with their words;
- and what stands together in both is sorted by its ids alone, since there are few or they lie side by side.

The cursor says in which of these orders a page is, so that all pages together have each row once. SQLite, which has no
such index, reads all rows for every page anyhow.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, QuerySet, When

from catalog.text import search_words
from library_site.cqrs.messages import Data, Query
from library_site.cqrs.paging import Page, Position, page_of, read_cursor, read_database, size_of

from .search import SORT_KEY, SORTED_BY, isbn_begun

Row = TypeVar("Row", bound=Data)

FEW, NEXT, NEWEST = 5_000, 3_000, 20_000
"""So many are sorted by title; so many are looked at for a page in that order, and by age, where they lie side by side.

Each takes some 20 ms, with a million books.
"""

_BY_TITLE, _BY_AGE = ("sort_key", "id"), ("-id",)


def page_of_sought(
    row: type[Row],
    rows: Callable[..., QuerySet[Any]],
    query: Query[Page[Row]],
    tried: Iterable[tuple[str, Any]],
    *,
    columns: Mapping[str, str] = MappingProxyType({}),
    shape: tuple[Any, ...] = (),
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Page[Row] | None:
    """The rows that have one of the values that are `tried`, each in its column (`readings`); None if there is none.

    A page after the first is never of these: few rows have such a value.
    """
    for column, value in () if query.cursor else tried:
        given_here = {**given, "sought": value}
        page = page_of(row, rows, query, order_by=_BY_TITLE, columns=columns, shape=(column, *shape), given=given_here)
        if page.rows:
            return page
    return None


def page_of_words(
    row: type[Row],
    rows: Callable[..., QuerySet[Any]],
    query: Query[Page[Row]],
    words: str,
    *,
    only: Q | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
    given: Mapping[str, Any] = MappingProxyType({}),
) -> Page[Row]:
    """Those that have these words, and are like `only`, of `rows` of a column (`is_sought`). Else as page_of().

    Raises InvalidInput for a junk cursor or page size.
    """
    every = rows("")
    if connections[read_database()].vendor != "postgresql":
        found = every.filter(only or Q(), search_key__has_words=words)
        return page_of(row, found, query, order_by=_BY_TITLE, columns=columns, given=given)
    search = _Search(every.model, words, only or Q(), read_cursor(row, query.cursor), size_of(query))
    order, ids = search.ids()
    if not ids:
        return Page([], None, None)
    if order == search.from_word:
        some = every.filter(pk__in=ids).annotate(comes_round=search.comes_round)
        return page_of(row, some, query, order_by=order, columns=columns, given=given)
    given = {**given, "ids": ids}
    return page_of(row, rows, query, order_by=order, columns=columns, shape=("ids",), given=given)


class _Search:
    """A page of it: first its ids."""

    def __init__(self, model: type[Any], words: str, only: Q, position: Position | None, size: int) -> None:
        isbn = isbn_begun(model, words)
        self.key, self.start = ("isbn", isbn) if isbn else ("sort_key", "".join(search_words(words)[:1])[:SORTED_BY])
        self.from_word = ("comes_round", self.key, "id")
        before = When(**{f"{self.key}__lt": self.start}, then=1)
        self.comes_round = Case(before, default=0, output_field=IntegerField())
        self.rows = model._default_manager.annotate(sort_key=SORT_KEY, comes_round=self.comes_round)
        self.found = only & Q(search_key__has_words=words)
        self.passed = only & Q(search_key__has_words_without_index=words)
        self.values, self.size = position.values if position else [], size
        self.backwards = position is not None and position.backwards

    def ids(self) -> tuple[tuple[str, ...], list[UUID]]:
        """An order of the page, and the ids of its rows and of one more."""
        begun = len(self.values)
        if begun in {0, len(_BY_TITLE)}:
            few = self._few()
            if few is not None or begun:
                return _BY_TITLE, self._sorted(_BY_TITLE) if few is None else few
        if begun in {0, len(self.from_word)}:
            is_last = begun > 0 and (self.values[0] == "1") != self.backwards
            near = self._passed(self._after_word(), self.from_word[1:], NEXT, is_last=is_last)
            if near is not None or begun:
                return self.from_word, self._sorted(self.from_word) if near is None else near
        near = self._passed(self._after_id(), _BY_AGE, NEWEST, is_last=True)
        return _BY_AGE, self._sorted(_BY_AGE) if near is None else near

    def _few(self) -> list[UUID] | None:
        """The ids of the page, by title or name, if what is found is few.

        What is found is a step of its own, planned as if all of it were read: PostgreSQL would else read all rows until
        there are enough, as it believes that rows with a word are everywhere.
        """
        inner, params = self._inner(_BY_TITLE)
        sql = f"""
            SELECT number, page.id FROM (
                WITH found (sort_key, id) AS MATERIALIZED ({inner} LIMIT {10 * FEW}),
                first_found AS MATERIALIZED (SELECT * FROM found LIMIT {FEW + 1})
                SELECT COUNT(*) AS number, ARRAY({self._page(_BY_TITLE, "first_found")}) AS ids
                FROM first_found
            ) AS counted LEFT JOIN unnest(ids) AS page (id) ON true
        """.strip()  # noqa: S608 - names of ours, and what Django has compiled
        read = _read(sql, [*params, *self.values])
        return [id for _, id in read if id] if read[0][0] <= FEW else None

    def _sorted(self, order: tuple[str, ...]) -> list[UUID]:
        """The ids of the page, of all that is found."""
        inner, params = self._inner(order)
        of = f"({inner} OFFSET 0) AS found ({', '.join(map(_name, order))})"
        return [id for (id,) in _read(self._page(order, of), [*params, *self.values])]

    def _inner(self, order: tuple[str, ...]) -> Any:
        rows = self.rows.filter(self.found).order_by().values_list(*map(_name, order))
        return rows.query.sql_with_params()

    def _page(self, order: tuple[str, ...], of: str) -> str:
        names = [*map(_name, order)]
        falls = order[0].startswith("-") != self.backwards
        places = ", ".join(["%s"] * len(names))
        beyond = f"WHERE ({', '.join(names)}) {'<' if falls else '>'} ({places})" if self.values else ""
        by = ", ".join(f"{name} DESC" if falls else name for name in names)
        return f"SELECT id FROM {of} {beyond} ORDER BY {by} LIMIT {self.size + 1}"  # noqa: S608 - names of ours

    def _passed(self, beyond: Q, order: tuple[str, ...], at_most: int, *, is_last: bool) -> list[UUID] | None:
        """The ids of the page, if it is full after so many rows in this order, or with the last row there is."""
        like = ExpressionWrapper(self.passed, BooleanField())
        near = self.rows.filter(beyond).annotate(like=like).order_by(*order).values_list("id", "like")
        inner, params = (near.reverse() if self.backwards else near)[:at_most].query.sql_with_params()
        sql = f"""
            SELECT id, is_like, number = {at_most} FROM (
                SELECT *, row_number() OVER () AS number FROM ({inner}) AS near (id, is_like)
            ) AS numbered WHERE is_like OR number = {at_most} LIMIT {self.size + 1}
        """.strip()  # noqa: S608 - numbers, and what Django has compiled
        read = _read(sql, params)
        ids = [id for id, is_like, _ in read if is_like]
        has_ended = is_last and not any(is_bound for *_, is_bound in read)
        return ids if len(ids) > self.size or has_ended else None

    def _after_word(self) -> Q:
        from_start, before_start = Q(**{f"{self.key}__gte": self.start}), Q(**{f"{self.key}__lt": self.start})
        if not self.values:
            return from_start
        comes_round, at, id = self.values
        side = "lt" if self.backwards else "gt"
        beyond = Q(**{f"{self.key}__{side}": at}) | Q(**{self.key: at, f"id__{side}": id})
        not_before = Q(**{f"{self.key}__{side}e": at})  # which is a place in the index
        return (before_start if comes_round == "1" else from_start) & not_before & beyond

    def _after_id(self) -> Q:
        return Q(**{"id__gt" if self.backwards else "id__lt": self.values[0]}) if self.values else Q()


def _read(sql: str, params: Any) -> list[Any]:
    with connections[read_database()].cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _name(of_order: str) -> str:
    return of_order.removeprefix("-")
