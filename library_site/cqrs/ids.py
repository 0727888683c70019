"""Primary keys."""

from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): sorts by age, so that tables grow at one end and page by cursor."""
    return _uuid7()
