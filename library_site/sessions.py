"""Sessions of staff, in the database."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.utils import timezone

from library_site.cqrs.answers import DATABASE_OUTAGES


class SessionStore(db.SessionStore):
    """Django's; a cookie that can be no key of its own making opens a new session instead of failing.

    A session that cannot be kept because the database is down is not taken for one that somebody has ended.
    """

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and len(key) >= 8 and key.isalnum() and key.isascii()

    def _get_session_from_db(self) -> Any:
        """As Django's does, but by a statement that need not be made anew: each page takes it."""
        found = self.model.objects.raw("SELECT * FROM django_session WHERE session_key = %s", [self.session_key])
        session = next((each for each in found if each.expire_date > timezone.now()), None)
        if session is None:
            self._session_key = None
        return session

    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, DATABASE_OUTAGES):
                raise error.__context__ from None
            raise
