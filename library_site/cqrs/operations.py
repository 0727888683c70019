"""The one table of operations: which handler answers which message, and what this process serves."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from django.conf import settings

from .context import Context
from .errors import DomainError
from .messages import Message, Query

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Message[Any])
R = TypeVar("R")


@dataclass(frozen=True, eq=False)
class RegisteredOperation:
    """One thing that the library does: a message, its handler, and the refusals that are its own.

    `title` is what people call it: Borrow book. `overridable` are those of the refusals that who holds the permission
    may override.
    """

    message: type[Message[Any]]
    handler: Callable[[Any, Context], Any]
    title: "StrOrPromise"
    refusals: tuple[type[DomainError], ...]
    overridable: tuple[type[DomainError], ...] = ()

    @cached_property
    def name(self) -> str:
        """As clients say it: BorrowBook."""
        return self.message.__name__

    @cached_property
    def slug(self) -> str:
        """As Python says it: borrow_book."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()

    @cached_property
    def permission(self) -> str:
        return f"cqrs.{self.slug}"

    @cached_property
    def is_query(self) -> bool:
        return issubclass(self.message, Query)

    @cached_property
    def app(self) -> str:
        """The Django app that it belongs to: catalog, circulation."""
        return self.message.__module__.partition(".")[0]

    @cached_property
    def result(self) -> Any:
        """The type of what the handler returns."""
        return get_type_hints(self.handler)["return"]

    @property
    def is_served(self) -> bool:
        """Whether this process serves it (setting LIBRARY_OPERATIONS)."""
        return not self.scopes.isdisjoint(settings.LIBRARY_OPERATIONS)

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The words of LIBRARY_OPERATIONS that mean it too."""
        return frozenset({"*", "queries" if self.is_query else "commands", self.app, self.name})


_operations: dict[type[Message[Any]], RegisteredOperation] = {}


def handles(
    message: type[M],
    *,
    title: "StrOrPromise",
    refuses: tuple[type[DomainError], ...] = (),
    overridable: tuple[type[DomainError], ...] = (),
) -> Callable[[Callable[[M, Context], R]], Callable[[M, Context], R]]:
    """Register the decorated function as the one handler of `message`.

    `title` is what people call it, translated lazily; `refuses` are the errors that it may raise; `overridable` those
    of them that an Overriding command can override.
    """

    def register(handler: Callable[[M, Context], R]) -> Callable[[M, Context], R]:
        if message in _operations:
            raise TypeError(f"{message.__name__} has a handler already.")
        _operations[message] = RegisteredOperation(message, handler, title, refuses, overridable)
        return handler

    return register


def all_operations() -> list[RegisteredOperation]:
    """Every operation of the code base, served here or not, by name."""
    return sorted(_operations.values(), key=lambda operation: operation.name)


def operation_of(message: type[Message[Any]]) -> RegisteredOperation:
    """The operation that `message` asks for; KeyError when nothing handles it."""
    return _operations[message]


def operation_named(name: str) -> RegisteredOperation | None:
    return next((operation for operation in _operations.values() if operation.name == name), None)


def scopes() -> set[str]:
    """Every word that LIBRARY_OPERATIONS may hold."""
    return {"*", "commands", "queries"}.union(*(operation.scopes for operation in _operations.values()))
