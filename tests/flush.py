"""Empties the tables after a test that commits, quicker than Django's flush, which makes anew what migrate made.

Only tables that hold rows are emptied; permissions and the groups that have them stay. A test that has changed even
those is followed by Django's flush. The journal, from which nothing is ever deleted, is let change meanwhile.
"""

from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from library_site.cqrs.management.append_only import guard, let_change

MADE_BY_MIGRATE = {
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "cqrs_givenpermission",
}
MADE = (
    "SELECT permission.codename, granted.group_id FROM auth_permission permission "
    "LEFT JOIN auth_group_permissions granted ON granted.permission_id = permission.id ORDER BY 1, 2"
)

_flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
_made: dict[str, list[Any]] = {}


def install() -> None:
    """Let every test end so that is marked with django_db(transaction=True)."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined]


def _teardown(case: Any) -> None:
    used = [connections[alias] for alias in case._databases_names(include_mirrors=False)]
    if all(_made.get(connection.alias) == _what_was_made(connection) for connection in used):
        for connection in used:
            _empty(connection)
    else:
        for connection in used:
            let_change(connection)
        _flush(case)
        _made.update({connection.alias: _what_was_made(connection) for connection in used})


def _what_was_made(connection: BaseDatabaseWrapper) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(MADE)
        return list(cursor.fetchall())


def _empty(connection: BaseDatabaseWrapper) -> None:
    """References are checked at the end of the transaction, or not at all: in any order of the tables."""
    models = [each for each in apps.get_models(include_auto_created=True) if each._meta.managed]
    written: list[Any] = [each for each in models if each._meta.db_table not in MADE_BY_MIGRATE]
    if connection.vendor == "postgresql":  # at once; and without triggers, quicker than to drop them
        deletes = (f"DELETE FROM {each._meta.db_table}" for each in written)  # noqa: S608 - names of ours
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *deletes]))
        return
    with transaction.atomic(using=connection.alias):
        let_change(connection)
        for model in written:
            rows = model._base_manager.using(connection.alias).all()
            if rows.exists():
                rows._raw_delete(connection.alias)
        guard(connection)
