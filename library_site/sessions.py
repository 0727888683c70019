"""Sessions of staff, in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.statements import Given, compiled


class SessionStore(db.SessionStore):
    """Django's; a cookie that can be no key of its own making opens a new session instead of failing.

    A session that cannot be kept because the database is down is not taken for one that somebody has ended.
    """

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and len(key) >= 8 and key.isalnum() and key.isascii()

    def _get_session_from_db(self) -> Any:
        """As Django's does, but by a statement that is compiled once: each page takes it."""
        found = compiled(_session, self.model).rows({"session_key": self.session_key, "now": timezone.now()})
        if not found:
            self._session_key = None
        return found[0] if found else None

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, DATABASE_OUTAGES):
                raise error.__context__ from None
            raise


BRIEFLY = 0.5
"""Seconds for which a page that only reads waits, on SQLite, until it may keep its session."""


@contextmanager
def briefly() -> Iterator[None]:
    """In here, SQLite's one writer is not waited for as long as by others. (On PostgreSQL, no row is.)"""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY * 1000:.0f}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {connection.settings_dict['OPTIONS']['timeout'] * 1000:.0f}")


def _session(model: Any) -> "QuerySet[Any]":
    now, key = Given("now", DateTimeField()), Given("session_key", CharField())
    return model.objects.filter(session_key=key, expire_date__gt=now).order_by()  # type: ignore[no-any-return]
