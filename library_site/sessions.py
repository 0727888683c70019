"""Sessions of staff, in the database."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError

from library_site.cqrs.answers import DATABASE_OUTAGES


class SessionStore(db.SessionStore):
    """Django's; a cookie that can be no key of its own making opens a new session instead of failing.

    A session that cannot be kept because the database is down is not taken for one that somebody has ended.
    """

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and len(key) >= 8 and key.isalnum() and key.isascii()

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, DATABASE_OUTAGES):
                raise error.__context__ from None
            raise
