"""The kernel: what all commands share, and no adapter. It begins with a way to refuse."""

from .errors import Conflict, DomainError, NotFound

__all__ = ["Conflict", "DomainError", "NotFound"]
