"""Primary keys."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> UUID:
    """A new UUIDv7 (RFC 9562): sorts by age, so that tables grow at one end and page by cursor."""
    return _uuid7()


def first_of(at: datetime) -> UUID:
    """What sorts before every UUIDv7 that was made from then on."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
