"""The kernel: messages, one door to dispatch them, refusals, the journal. It knows no other app."""

from .context import Actor, Context
from .dispatcher import carry_out, carry_out_all, dispatch, dispatch_all, rehearse_all
from .errors import (
    Conflict,
    DomainError,
    FieldError,
    IdempotencyKeyReused,
    InvalidInput,
    NotAllowed,
    NotFound,
    Overtaken,
    Remedy,
    refuse_if_any,
)
from .ids import uuid7
from .journal import became, is_gone
from .messages import Command, Data, Overriding, Query, personal
from .operations import handles
from .overrides import refuse_unless_overridden
from .paging import Page, page_of, page_of_all, read_database, streamed

__all__ = [
    "Actor",
    "Command",
    "Conflict",
    "Context",
    "Data",
    "DomainError",
    "FieldError",
    "IdempotencyKeyReused",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "Overriding",
    "Overtaken",
    "Page",
    "Query",
    "Remedy",
    "became",
    "carry_out",
    "carry_out_all",
    "dispatch",
    "dispatch_all",
    "handles",
    "is_gone",
    "page_of",
    "page_of_all",
    "personal",
    "read_database",
    "refuse_if_any",
    "refuse_unless_overridden",
    "rehearse_all",
    "streamed",
    "uuid7",
]
