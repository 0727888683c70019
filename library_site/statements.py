"""SQL that Django compiles once: from then on its values are only bound, and PostgreSQL plans it once a connection.

A statement is a queryset, made as always, in which `Given` stands wherever a value of the request belongs. It is sent
by Django's cursors: whoever wraps or counts what is said to the database meets it there.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, cast

import msgspec
from django.db import InterfaceError, NotSupportedError, OperationalError, connections
from django.db.models import AutoField, CharField, Expression, Field, JSONField, Model, QuerySet, TextField
from django.db.models.query import ModelIterable
from django.db.models.sql import InsertQuery, Query, UpdateQuery
from django.db.transaction import TransactionManagementError

_PLACEHOLDERS = re.compile("(%s|%%)")

KEPT = 500
"""Statements that are kept compiled, those that were asked for last: whoever asks may choose the size of a page."""

AT_ONCE = 50
"""Steps that are said in one statement, which PostgreSQL bounds in its values."""


class Given(Expression):
    """In what is compiled once: the value of this name, as a column with this field keeps it.

    None is refused, since nothing is equal to it in SQL, unless it is only written (`or_none`).
    """

    def __init__(self, name: str, field: "Field[Any, Any]", *, or_none: bool = False) -> None:
        super().__init__(output_field=getattr(field, "target_field", field))
        self.name, self.or_none = name, or_none
        self.is_json, self.is_text = (
            isinstance(self.output_field, kind) for kind in (JSONField, CharField | TextField)
        )

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def value(self, values: Mapping[str, Any], connection: Any) -> Any:
        """What is bound for it."""
        value = values[self.name]
        if value is None and not self.or_none:
            raise TypeError(f"{self.name} is None, to which nothing is equal.")
        if value is None or (self.is_text and isinstance(value, str)):
            return value
        if self.is_json:
            return msgspec.json.encode(value).decode()
        if connection.vendor == "postgresql" and (self.is_text or not isinstance(value, str)):
            return value  # its driver adapts it
        return self.output_field.get_db_prep_save(value, connection)


def updated(rows: "QuerySet[Any]", *columns: str) -> UpdateQuery:
    """The update of these columns of these rows, to what is given by their names."""
    query: Any = rows.query.chain(UpdateQuery)
    fields = [rows.model._meta.get_field(column) for column in columns]
    query.add_update_values({each.name: Given(each.attname, each, or_none=True) for each in fields})
    return cast(UpdateQuery, query)


def inserted(*rows: Model) -> InsertQuery:
    """The insert of these rows of one table, in whose attributes `Given` stands."""
    query = InsertQuery(type(rows[0]))
    query.insert_values([each for each in rows[0]._meta.concrete_fields if not isinstance(each, AutoField)], [*rows])
    return query


def row_given(model: type[Model], **instead: Any) -> Model:
    """A row to be inserted: what is given by the names of its columns, or what stands here `instead`."""
    values = {each.attname: Given(each.attname, each, or_none=True) for each in model._meta.concrete_fields}
    return model(**(values | instead))


class Statement:
    """A compiled statement, of which everything but what is `Given` is fixed."""

    def __init__(self, query: "QuerySet[Any] | Query", alias: str) -> None:
        self.model = query.model if isinstance(query, QuerySet) and query._iterable_class is ModelIterable else None
        query = query.query if isinstance(query, QuerySet) else query
        self.table = query.model._meta.db_table if query.model else ""
        self.alias, self.compiler = alias, query.get_compiler(alias)
        compiled = self.compiler.as_sql()
        sql, parameters = compiled[0] if isinstance(compiled, list) else compiled
        self.sql, self.parameters = _fixed(sql, parameters, connections[alias])
        self.locks = query.select_for_update
        selected = [each for each, _, _ in self.compiler.select or ()]
        self.converters = self.compiler.get_converters(selected) if selected else {}

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        """What it finds: tuples, or rows of the model where the queryset says no columns."""
        connection = connections[self.alias]
        if self.locks and connection.features.has_select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked for a transaction, and there is none.")
        rows = self._read(self.bound(values, connection), connection)
        if self.converters:
            rows = list(map(tuple, self.compiler.apply_converters(rows, self.converters)))
        if self.model:
            names = [each.attname for each in self.model._meta.concrete_fields]
            rows = [self.model.from_db(self.alias, names, row) for row in rows]
        return rows

    def _read(self, bound: list[Any], connection: Any) -> list[Any]:
        """What only reads is asked once more of a new connection, if the old one was cut while it was idle.

        So nobody needs to ask before whether it is well, as Django does where a request begins otherwise.
        """
        connection.health_check_done = connection.health_check_done or not connection.in_atomic_block
        try:
            return list(_say(self.sql, bound, connection).fetchall())
        except (OperationalError, InterfaceError, NotSupportedError) as error:
            if connection.in_atomic_block or connection.connection is None:
                raise
            if not isinstance(error, NotSupportedError) and connection.is_usable():
                raise
            connection.close()
            return list(_say(self.sql, bound, connection).fetchall())

    def change(self, values: Mapping[str, Any]) -> int:
        """Carry it out; how many rows it changed."""
        connection = connections[self.alias]
        return int(_say(self.sql, self.bound(values, connection), connection).rowcount)

    def insert_each(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Of the insert of one row: insert these, in their order."""
        connection = connections[self.alias]
        if connection.vendor != "postgresql":
            connection.cursor().executemany(self.sql, [self.bound(row, connection) for row in rows])
            return
        names = [each.name for each in self.parameters]
        if given := [{name: row[name] for name in names} for row in rows]:
            _say(self.of_many, [msgspec.json.encode(given).decode()], connection)

    @cached_property
    def of_many(self) -> str:
        """On PostgreSQL, the insert of as many rows as are given in one value, which is JSON."""
        into, _, values = self.sql.partition(" VALUES ")
        columns = values[1:-1] % tuple(f'"{each.name}"' for each in self.parameters)
        rows = f'json_populate_recordset(NULL::"{self.table}", %s::json)'
        return " ".join((into, "SELECT", columns, "FROM", rows))

    def bound(self, values: Mapping[str, Any], connection: Any) -> list[Any]:
        """The values of its placeholders."""
        return [each.value(values, connection) if isinstance(each, Given) else each for each in self.parameters]


def _fixed(sql: str, parameters: Iterable[Any], connection: Any) -> tuple[str, list[Any]]:
    """The statement with its constants in it, for a plan and an index to know them; SQLite keeps them beside it."""
    if connection.vendor != "postgresql":
        return sql, list(parameters)
    left, given = iter(parameters), []
    parts = _PLACEHOLDERS.split(sql)
    for place, part in enumerate(parts):
        if part == "%s":
            parameter = next(left)
            if isinstance(parameter, Given):
                given.append(parameter)
            else:
                parts[place] = connection.ops.compose_sql("%s", [parameter]).replace("%", "%%")
    return "".join(parts), given


def _say(sql: str, bound: list[Any], connection: Any) -> Any:
    """The cursor that has said it: one of Django's; PostgreSQL's prepares (postgresql/base.py)."""
    cursor = connection.prepared_cursor() if connection.vendor == "postgresql" else connection.cursor()
    try:
        cursor.execute(sql, bound)
    except NotSupportedError:
        connection.close_at = 0  # it was planned before a migration: the next request has a new connection
        raise
    return cursor


def all_at_once(*steps: tuple[Statement, Mapping[str, Any]]) -> None:
    """Carry out statements that find nothing, none of which sees what another one writes: if possible, many by one."""
    connection = connections[steps[0][0].alias]
    if connection.vendor != "postgresql":
        for statement, values in steps:
            statement.change(values)
        return
    for start in range(0, len(steps), AT_ONCE):
        some = steps[start : start + AT_ONCE]
        bound = [value for statement, values in some for value in statement.bound(values, connection)]
        _say(_joined(tuple(statement.sql for statement, _ in some)), bound, connection)


@lru_cache(KEPT)
def _joined(parts: tuple[str, ...]) -> str:
    *before, last = parts
    named = ", ".join(f"step_{number} AS ({part})" for number, part in enumerate(before))
    return f"WITH {named} {last}" if before else last


def compiled(make: Callable[..., "QuerySet[Any] | Query"], *shape: Any, alias: str = "default") -> Statement:
    """The statement that `make` makes of its arguments, on which alone it depends, for a database."""
    return _statement(make, shape, alias)


@lru_cache(KEPT)
def _statement(make: Callable[..., "QuerySet[Any] | Query"], shape: tuple[Any, ...], alias: str) -> Statement:
    return Statement(make(*shape), alias)
