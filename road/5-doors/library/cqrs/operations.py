"""The one table of operations: which handler answers which message."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from .messages import Message, Query


@dataclass(frozen=True)
class RegisteredOperation:
    message: type[Message]
    handler: Callable
    title: str

    @property
    def name(self):
        """As clients say it: BorrowBook."""
        return self.message.__name__

    @property
    def slug(self):
        """As Python says it: borrow_book."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()

    @property
    def permission(self):
        return f"library.{self.slug}"

    @property
    def is_query(self):
        return issubclass(self.message, Query)


_operations = {}


def handles(message, *, title):
    """Register the decorated function as the one handler of `message`; `title` is what people call it."""

    def register(handler):
        _operations[message] = RegisteredOperation(message, handler, title)
        return handler

    return register


def all_operations():
    return list(_operations.values())


def operation_of(message):
    return _operations[message]


def operation_named(name):
    """The operation with this name, if there is one."""
    return next((each for each in _operations.values() if each.name == name), None)
