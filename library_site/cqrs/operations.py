"""The one table of operations: which handler answers which message, and what this process serves."""

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from django.conf import settings
from django.utils.translation import gettext_lazy

from .context import Context
from .errors import DomainError
from .messages import Message, Query

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Message[Any])
R = TypeVar("R")

Ahead = Callable[[Sequence[Any]], AbstractContextManager[Any]]
"""In the transaction of many messages: what it yields, each handler finds in its context; at the end it writes."""


@dataclass(frozen=True, eq=False)
class RegisteredOperation:
    """One thing that the library does: a message, its handler, and the refusals that are its own.

    `title` is what people call it: Borrow book. `overridable` are those of the refusals that who holds the permission
    may override. What is `internal` is for no adapter but the legacy CRUD; it says of a message which permission that
    takes, as it has none of its own. What `waives` a refusal for good has the permission of overriding it: one rule,
    one permission. `ahead` looks ahead where many are carried out together.
    """

    message: type[Message[Any]]
    handler: Callable[[Any, Context], Any]
    title: "StrOrPromise"
    refusals: tuple[type[DomainError], ...]
    overridable: tuple[type[DomainError], ...] = ()
    internal: Callable[[Any], str] | None = None
    waives: type[DomainError] | None = None
    ahead: "Ahead | None" = None

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
        return override_permission(self.waives.code) if self.waives else f"cqrs.{self.slug}"

    @property
    def is_internal(self) -> bool:
        return self.internal is not None

    def permission_of(self, message: Message[Any] | None) -> str:
        """The permission that a message takes: the operation's own, but for what is internal."""
        return self.internal(message) if self.internal else self.permission

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
        if self.is_internal:
            return frozenset({"*"})
        return frozenset({"*", "queries" if self.is_query else "commands", self.app, self.name})


def override_permission(code: str) -> str:
    """The permission to override the refusal with this code."""
    return f"cqrs.override_{code}"


NO_OPERATIONS: "dict[str, StrOrPromise]" = {
    "OpeningBalance": gettext_lazy("Opening balance"),
    "SignIn": gettext_lazy("Sign in"),
}
"""What the journal has entries of, though no handler does it."""

_operations: dict[type[Message[Any]], RegisteredOperation] = {}


def handles(
    message: type[M],
    *,
    title: "StrOrPromise",
    refuses: tuple[type[DomainError], ...] = (),
    overridable: tuple[type[DomainError], ...] = (),
    internal: Callable[[Any], str] | None = None,
    waives: type[DomainError] | None = None,
    ahead: Ahead | None = None,
) -> Callable[[Callable[[M, Context], R]], Callable[[M, Context], R]]:
    """Register the decorated function as the one handler of `message`.

    `title` is what people call it, translated lazily; `refuses` are the errors that it may raise; `overridable` those
    of them that an Overriding command can override; `internal` says of a message which permission it
    takes, and that no adapter but the legacy CRUD may ask for it; `waives` is the refusal that it does away with for
    good, which takes the permission of overriding that; `ahead` is for dispatch_all(), and promises that the handler
    refuses before it changes anything.
    """

    def register(handler: Callable[[M, Context], R]) -> Callable[[M, Context], R]:
        if message in _operations:
            raise TypeError(f"{message.__name__} has a handler already.")
        _operations[message] = RegisteredOperation(
            message, handler, title, refuses, overridable, internal, waives, ahead
        )
        return handler

    return register


def all_operations() -> list[RegisteredOperation]:
    """Every operation of the code base, served here or not, by name; not what is internal."""
    return sorted(filter(lambda each: not each.is_internal, _operations.values()), key=lambda each: each.name)


def journalled() -> "dict[str, StrOrPromise]":
    """What people call each thing that has entries in the journal, by its name there, in the order of the names."""
    commands = {each.name: each.title for each in _operations.values() if not each.is_query}
    return dict(sorted((commands | NO_OPERATIONS).items()))


def operation_of(message: type[Message[Any]]) -> RegisteredOperation:
    """The operation that `message` asks for; KeyError when nothing handles it."""
    return _operations[message]


def operation_named(name: str, *, or_internal: bool = False) -> RegisteredOperation | None:
    """The operation with this name, if there is one; one that is internal only if asked for."""
    named = (each for each in _operations.values() if each.name == name)
    return next((each for each in named if or_internal or not each.is_internal), None)


def scopes() -> set[str]:
    """Every word that LIBRARY_OPERATIONS may hold."""
    return {"*", "commands", "queries"}.union(*(operation.scopes for operation in _operations.values()))
