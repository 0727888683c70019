"""Functions as a topology has them: each a process, started by the first event; requests go where its routes lead."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from deploy.cloudformation.http_api import rest_routes
from deploy.topologies import Function, Topology, topologies
from library_site.cqrs.operations import RegisteredOperation, all_operations

from .client import Answer
from .processes import ROOT, Process, Processes

EVENTS = ROOT / "deploy" / "tests" / "recorded"


def all_topologies() -> dict[str, Topology]:
    base = json.loads((ROOT / "zappa_settings.json").read_text())["base"]
    return {each.name: each for each in topologies(base)}


class RunningFunction:
    """One of them; what it serves is all that tells it from the others."""

    def __init__(self, function: Function, library: str, started: Processes, environ: Mapping[str, str]) -> None:
        self.name, self.serves, self._started = function.name, ",".join(function.scopes), started
        self._log = f"{library}-{function.stage}"
        self._environ = dict(environ) | {"LIBRARY_OPERATIONS": self.serves, "AWS_LAMBDA_FUNCTION_NAME": self.name}

    def warm(self) -> None:
        """Let it start, ahead of its first event."""
        _ = self._process

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """{"answer": …}, or {"error": …}, as Lambda tells it to whoever has sent the event."""
        answer: dict[str, Any] = json.loads(self._started.line(self._process, json.dumps(event)))
        return answer

    @cached_property
    def _process(self) -> Process:
        return self._started.start(self._log, ["-m", "road.tour.function"], self._environ)


class Deployment:
    """A topology with its functions, on a database of its own."""

    def __init__(self, topology: Topology, started: Processes, environ: Mapping[str, str]) -> None:
        self.topology, self.token = topology, ""
        self.functions = {each.name: RunningFunction(each, topology.name, started, environ) for each in topology.routed}
        self.asked: dict[str, list[str]] = {}
        """By function, the operations that requests came to it for."""

    def warm(self, operations: Iterable[str]) -> None:
        """Start the functions of these operations, ahead of their first events."""
        for each in operations:
            self.at(named(each)).warm()

    def at(self, operation: RegisteredOperation) -> RunningFunction:
        return self.functions[self.topology.function_of(operation).name]

    def send(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Answer:
        """To the library's address: the gateway makes an event of it, and its route says for which function."""
        operation = operation_at(method, path)
        function = self.at(operation)
        self.asked.setdefault(function.name, []).append(operation.name)
        return answered(function.invoke(request(method, path, self.token, document)))


def named(name: str) -> RegisteredOperation:
    return next(each for each in all_operations() if each.name == name)


def operation_at(method: str, path: str) -> RegisteredOperation:
    """What the request is for: of the routes that match, the one with the fewest variables."""
    patterns = {key: re.sub(r"{\w+}", "[^/]+", key) for key in rest_routes()}
    found = [key for key, pattern in patterns.items() if re.fullmatch(pattern, f"{method} {path}")]
    return rest_routes()[min(found, key=lambda key: key.count("{"))]


def request(method: str, path: str, token: str, document: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The event that API Gateway makes of a request: a recorded one, with this in its place."""
    event: dict[str, Any] = json.loads((EVENTS / "http_api.json").read_text())
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method
    event["headers"] |= {"authorization": f"Token {token}", "content-type": "application/json"}
    event["headers"] |= {"accept-encoding": "identity", "accept": "application/json"}
    body = json.dumps(document or {}) if method == "POST" else ""
    event["headers"]["content-length"] = str(len(body))
    return event | {"body": body}


def answered(said: Mapping[str, Any]) -> Answer:
    """What the gateway makes of the function's answer."""
    answer = said["answer"]
    return Answer(
        answer["statusCode"], {each.lower(): value for each, value in answer["headers"].items()}, answer["body"]
    )
