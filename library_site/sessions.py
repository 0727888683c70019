"""Sessions of staff, in the database: they end when nobody has come for hours, and a day after somebody signed in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, connections, router, transaction
from django.db.models import CharField, DateTimeField, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from library_site.cqrs.answers import DATABASE_OUTAGES
from library_site.statements import Given, compiled

SIGNED_IN = "signed_in_at"
"""What a session keeps of when its account signed in: the second, as time() counts them."""

STEPS = 48
"""So many times in its idle hours a session's end is moved on, at most: each request only reads."""


@receiver(user_logged_in)
def signed_in(request: Any, **kwargs: Any) -> None:
    request.session[SIGNED_IN] = int(time())


class SessionStore(db.SessionStore):
    """Django's; a cookie that can be no key of its own making opens a new session instead of failing.

    The row's `expire_date` is when it ends if nobody comes any more. A session that does not say when its account has
    signed in (nobody has, or to the version before) is never prolonged.

    A session that cannot be kept because the database is down is not taken for one that somebody has ended.
    """

    found_end: datetime | None = None

    def load(self) -> dict[str, Any]:
        found, now = self._get_session_from_db(), timezone.now()
        data: dict[str, Any] = self.decode(found.session_data) if found else {}
        if found:
            self.found_end = found.expire_date
            end = self._end(data, now)
            if end <= now:  # it was to last for longer once
                self._session_key = None
                return {}
            if not timedelta(0) <= end - found.expire_date < _idle() / STEPS:
                self._move_end(end)
        return data

    def get_session_cookie_age(self) -> int:
        """For how long it lasts from now on, which is what Django calls it by."""
        now = timezone.now()
        return int((self._end(dict(self.items()), now) - now).total_seconds())

    def _end(self, data: Mapping[str, Any], now: datetime) -> datetime:
        """When it ends, if nobody comes after now."""
        if SIGNED_IN in data:
            last = datetime.fromtimestamp(data[SIGNED_IN], UTC) + timedelta(hours=settings.SESSION_HOURS)
        else:
            last = self.found_end or datetime.max.replace(tzinfo=UTC)
        return min(now + _idle(), last)

    def _move_end(self, end: datetime) -> None:
        """All else that it keeps stays. If the database is busy, or may only be read, the next request tries again."""
        if "*" not in settings.LIBRARY_OPERATIONS:
            return  # without pages, nobody sits before it; and who serves queries alone cannot write
        alias = router.db_for_write(self.model)
        with suppress(DatabaseError), briefly(connections[alias], 0):
            self.model.objects.using(alias).filter(session_key=self.session_key).update(expire_date=end)

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and len(key) >= 8 and key.isalnum() and key.isascii()

    def _get_session_from_db(self) -> Any:
        """As Django's does, but by a statement that is compiled once: each page takes it."""
        found = compiled(_session, self.model).rows({"session_key": self.session_key, "now": timezone.now()})
        if not found:
            self._session_key = None
        return found[0] if found else None

    def delete(self, session_key: str | None = None) -> None:
        """In a transaction, for which SQLite's threads stand in a line: who signs out waits like all who write."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            super().delete(session_key)

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, DATABASE_OUTAGES):
                raise error.__context__ from None
            raise


def _session(model: Any) -> "QuerySet[Any]":
    now, key = Given("now", DateTimeField()), Given("session_key", CharField())
    return model.objects.filter(session_key=key, expire_date__gt=now).order_by()  # type: ignore[no-any-return]


def _idle() -> timedelta:
    return timedelta(seconds=settings.SESSION_COOKIE_AGE)


BRIEFLY = 0.5
"""Seconds for which a page that only reads waits, on SQLite, until it may keep its session."""


@contextmanager
def briefly(connection: Any, seconds: float = BRIEFLY) -> Iterator[None]:
    """In here, SQLite's one writer is not waited for as long as by others. (On PostgreSQL, no row is.)"""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience:d}")
