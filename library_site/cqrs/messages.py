"""Messages: what an actor asks of the library, as data of plain, flat values."""

from collections.abc import Callable
from dataclasses import field
from typing import Any, Generic, TypeVar

from .data import Data

R_co = TypeVar("R_co", covariant=True)

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500


class Message(Data, Generic[R_co]):
    """Something to dispatch; `R_co` is what its handler returns."""


class Command(Message[R_co]):
    """Changes the state of the library."""


class Overriding(Command[R_co]):
    """A command some of whose refusals may be overridden, by those who hold the permission of the rule.

    `override` are the codes of the refusals to override; `override_reason` says why, in the journal: it is required,
    and names nobody.
    """

    override: tuple[str, ...] = ()
    override_reason: str = ""


class Query(Message[R_co]):
    """Reads the state of the library, a page at a time.

    `cursor` comes from an earlier page of the same query; `page_size` is in rows, 1 to MAX_PAGE_SIZE (larger
    values mean MAX_PAGE_SIZE).
    """

    cursor: str | None = None
    page_size: int = PAGE_SIZE


def personal(kept: Callable[[Any], Any] = lambda message: None, **kwargs: Any) -> Any:
    """A field that says something of a person; the journal leaves it out, but for what is `kept` of it."""
    return field(metadata={"personal": True, "kept": kept}, **kwargs)
