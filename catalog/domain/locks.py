"""Locks of what no row has yet: an ISBN, a title, somebody's name."""

from collections.abc import Iterable

from django.db import connection

_LOCK = """
SELECT pg_advisory_xact_lock(number)
FROM (SELECT DISTINCT hashtext(name) AS number FROM unnest(%s::text[]) AS name ORDER BY number) AS sorted
"""


def lock_keys(kind: str, keys: Iterable[str]) -> None:
    """Let no other transaction lock these until this one ends. They are taken in one order, whoever takes several.

    SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql" and (names := [f"{kind}:{key}" for key in keys]):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [names])
