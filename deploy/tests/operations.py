"""How the tests of the zip ask for an operation: as its own test file declares (tests/declared.py)."""

import json
from typing import Any, NamedTuple

from tests.arranger import Arranger
from tests.declared import Declared, each_operation
from tests.doors import request_of

JSON = {"Content-Type": "application/json"}

OPERATIONS = each_operation()
COMMANDS = each_operation(lambda declared: not declared.operation.is_query)
QUERIES = each_operation(lambda declared: declared.operation.is_query)


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
