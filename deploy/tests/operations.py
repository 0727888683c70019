"""How the tests of the zip ask for an operation: as its own test file declares (tests/declared.py)."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.arranger import Arranger
from tests.declared import Declared, declarations, each_operation
from tests.doors import request_of

JSON = {"Content-Type": "application/json"}

OPERATIONS = each_operation()


def each_by_a_kind(wanted: Callable[[Declared], object], kinds: Sequence[str]) -> pytest.MarkDecorator:
    """A test of every operation that is wanted, by a kind of event, in turn; by each of the kinds in `make soak`.

    What an event is taken apart for is the same for all operations.
    """
    pairs = [
        pytest.param(
            *(declared, kind),
            marks=[] if number % len(kinds) == place else pytest.mark.soak,
            id=f"{declared.operation.name}-{kind}",
        )
        for number, declared in enumerate(filter(wanted, declarations()))
        for place, kind in enumerate(kinds)
    ]
    return pytest.mark.parametrize(("declared", "kind"), pairs)


def is_command(declared: Declared) -> bool:
    return not declared.operation.is_query


def is_query(declared: Declared) -> bool:
    return declared.operation.is_query


class Asked(NamedTuple):
    """An operation asked for: the arguments of its message, and the request that asks REST for the same."""

    arguments: dict[str, Any]
    method: str
    url: str
    document: dict[str, Any]
    status: int

    @property
    def body(self) -> bytes:
        return json.dumps(self.document).encode()


def asked(declared: Declared, arrange: Arranger) -> Asked:
    """A request that is carried out, in the library of `arrange`."""
    arguments = json.loads(json.dumps(declared.good(arrange), default=str))
    request = request_of(declared.operation, arguments)
    return Asked(
        arguments, request.method, request.url, {} if request.method == "GET" else request.body, request.status
    )
