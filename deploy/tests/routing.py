"""Which route API Gateway picks for a request, by its documentation."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Match(NamedTuple):
    """A route of an HTTP API, and what its path's variables stand for."""

    key: str
    parameters: dict[str, str]


def match(keys: Iterable[str], method: str, path: str) -> Match | None:
    """The most specific of the routes that match; None is API Gateway's own 404.

    A variable is one whole segment. Static segments come before variables, these before a greedy one ({name+}), the
    method before ANY, and $default after everything.
    """
    found = [
        (_rank(key), Match(key, parameters)) for key in keys if (parameters := _match(key, method, path)) is not None
    ]
    return min(found, key=lambda each: each[0])[1] if found else None


def _match(key: str, method: str, path: str) -> dict[str, str] | None:
    if key == "$default":
        return {}
    its_method, _, its_path = key.partition(" ")
    pattern = "/".join(_segment(each) for each in its_path.split("/"))
    found = re.fullmatch(pattern, path) if its_method in (method, "ANY") else None
    return found and found.groupdict()


def _segment(segment: str) -> str:
    if variable := re.fullmatch(r"{(\w+)(\+?)}", segment):
        name, greedy = variable.groups()
        return f"(?P<{name}>{'.+' if greedy else '[^/]+'})"
    return re.escape(segment)


def _rank(key: str) -> tuple[bool, bool, list[bool], bool]:
    """Least is most specific."""
    return key == "$default", "+}" in key, ["{" in each for each in key.split("/")], key.startswith("ANY ")
