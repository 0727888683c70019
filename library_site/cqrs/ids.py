"""Primary keys: UUIDv7 (RFC 9562), which sort by age, so that tables grow at one end and page by cursor."""

from uuid_utils.compat import uuid7

__all__ = ["uuid7"]
