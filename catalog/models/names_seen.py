"""For migrations: the names that are there already become what they look like, and their keys what is seen of them."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q, QuerySet

from catalog.text import collapse
from library_site.cqrs.validation import NOT_IN_KEYS, as_seen

_BATCH = 500

Keys = Mapping[str, Callable[[Any], str]]
"""The columns of a row that are made of its names, and how."""


def as_seen_now(label: str, *names: str, keys: Keys, by: tuple[str, ...] = (), unique: str = "") -> Any:
    """Change only the rows that have in these `names`, or in what they are found `by`, what keys ignore.

    A name of which nothing is seen stays; so does the `unique` key of a row whose new one another row has: which of
    them is which somebody has to say. A batch at a time, each committed; repeated, it does the same.
    """

    def run(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        rows = apps.get_model(label).objects.using(schema_editor.connection.alias)
        found = rows.filter(reduce(or_, (Q(**{f"{name}__regex": NOT_IN_KEYS}) for name in (*names, *by))))
        ids = list(found.order_by("pk").values_list("pk", flat=True))
        rows = rows.select_related(*(name.partition("__")[0] for name in by)) if by else rows
        for start in range(0, len(ids), _BATCH):
            with transaction.atomic(rows.db):
                batch = rows.filter(pk__in=ids[start : start + _BATCH]).order_by("pk").select_for_update(of=("self",))
                _see(list(batch), names, keys, unique, rows)

    return run


def _see(batch: list[Any], names: tuple[str, ...], keys: Keys, unique: str, rows: QuerySet[Any]) -> None:
    columns = [*names, *keys]
    before = [[getattr(row, column) for column in columns] for row in batch]
    for row in batch:
        vars(row).update({name: collapse(as_seen(was := getattr(row, name))) or was for name in names})
    derived = [{column: key(row) for column, key in keys.items()} for row in batch]
    if unique:
        _leave_taken(derived, unique, rows)
    for row, values in zip(batch, derived, strict=True):
        vars(row).update(values)
    after = [([getattr(row, column) for column in columns], row.pk) for row in batch]
    _update(rows, columns, [(*new, pk) for (new, pk), was in zip(after, before, strict=True) if new != was])


def _leave_taken(derived: list[dict[str, str]], unique: str, rows: QuerySet[Any]) -> None:
    """Of rows that would have the same unique key, the first gets it, unless another one has it."""
    wanted = [values[unique] for values in derived]
    taken = {"", *rows.filter(**{f"{unique}__in": wanted}).values_list(unique, flat=True)}
    for values in derived:
        if values[unique] in taken:
            del values[unique]
        else:
            taken.add(values[unique])


def _update(rows: QuerySet[Any], columns: list[str], changed: list[Any]) -> None:
    connection, meta = connections[rows.db], rows.model._meta
    places = ", ".join(f"{column} = %s" for column in columns)
    sql = f"UPDATE {meta.db_table} SET {places} WHERE id = %s"  # noqa: S608 - names of ours
    if changed:
        with connection.cursor() as cursor:
            cursor.executemany(sql, [(*new, meta.pk.get_db_prep_value(pk, connection)) for *new, pk in changed])
