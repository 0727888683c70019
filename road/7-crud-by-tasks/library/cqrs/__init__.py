"""The kernel: messages, dispatch(), refusals. It knows no adapter."""

from .context import Actor, Context
from .dispatcher import dispatch
from .errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from .messages import Command, Query
from .operations import handles

__all__ = ["Actor", "Command", "Conflict", "Context", "DomainError", "InvalidInput", "NotAllowed", "NotFound"]
__all__ += ["Query", "dispatch", "handles"]
