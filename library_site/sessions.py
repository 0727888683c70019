"""Sessions of staff, in the database."""

from typing import Any

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's; a cookie that can be no key of its own making opens a new session instead of failing."""

    def _validate_session_key(self, key: Any) -> bool:
        return isinstance(key, str) and len(key) >= 8 and key.isalnum() and key.isascii()
