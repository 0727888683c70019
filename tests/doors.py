"""The doors of each operation, as the code has them. Where one is missing, the test says which, and where it goes."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn
from urllib.parse import urlencode

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.html.views import MessageView
from library_site.rest.tasks import TaskViewSet
from tests.arranger import Arguments


def missing(operation: RegisteredOperation, what: str, remedy: str, step: int) -> NoReturn:
    """Fail by saying what an operation has not, and where it goes."""
    kind = "query" if operation.is_query else "command"
    words = f"{operation.name} has no {what}: {remedy} (docs/how-to/{kind}.md, step {step})."
    pytest.fail(words, pytrace=False)


# REST


class Route(NamedTuple):
    """A task of the REST URLconf: its operation, its action, its route (with the id, not the barcode)."""

    operation: RegisteredOperation
    action: Any
    route: str

    @property
    def in_path(self) -> dict[str, str]:
        """The arguments that are in the path, by their names there: of /api/book/{id}/borrow, the id is book_id."""
        names = [part.rpartition(":")[2] for part in self.route.replace(">", "<").split("<")[1::2]]
        return {name: f"{self.route.split('/')[1]}_id" if name == "id" else name for name in names}


class Request(NamedTuple):
    """What a client of REST sends, and the status of success."""

    method: str
    path: str
    body: Arguments
    status: int

    @property
    def url(self) -> str:
        """With the query string, where there is no body."""
        return f"{self.path}?{urlencode(self.body)}" if self.method == "GET" and self.body else self.path


def rest_tasks() -> Iterator[Route]:
    for route, pattern in routes(get_resolver().url_patterns):
        viewset = getattr(pattern.callback, "cls", None)
        if viewset is not None and issubclass(viewset, TaskViewSet) and "<barcode:" not in route:
            for name in set(pattern.callback.actions.values()):  # type: ignore[attr-defined]
                action = getattr(viewset, name)
                yield Route(action.rest_task.operation, action, route)


def routes(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL of a URLconf."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


def rest_task(operation: RegisteredOperation) -> Route:
    """The one REST task of an operation."""
    found = [each for each in rest_tasks() if each.operation is operation]
    if not found:
        missing(operation, "REST task", f"add one to a task viewset in {operation.app}/api", 2)
    assert len(found) == 1, f"{operation.name} has {len(found)} REST tasks; one is enough."
    return found[0]


def request_of(operation: RegisteredOperation, arguments: Arguments) -> Request:
    """The request that asks REST for the operation with these flat arguments."""
    found = rest_task(operation)
    path, task = f"/{found.route}", found.action.rest_task
    for name, argument in found.in_path.items():
        part = next(each for each in path.split("/") if each.endswith(f":{name}>"))
        path = path.replace(part, str(arguments[argument]))
    others = {name: value for name, value in arguments.items() if name not in found.in_path.values()}
    method = "GET" if operation.is_query else "POST"
    return Request(method, path, _nested(others, set(task.takes().fields)), task.status)


def _nested(arguments: Arguments, fields: set[str]) -> Arguments:
    """author_id as author: {id}, where the request has an author."""
    body: Arguments = {}
    for name, value in arguments.items():
        outer, _, inner = name.partition("_")
        if name not in fields and outer in fields:
            body[outer] = {inner: value}
        else:
            body[name] = value
    return body


# Pages


def pages() -> dict[str, Any]:
    """The view of each page that carries an operation out, by the name of its URL."""
    return {
        str(pattern.name): view
        for _, pattern in routes(get_resolver().url_patterns)
        if issubclass(view := getattr(pattern.callback, "view_class", object), MessageView)
    }


def page(operation: RegisteredOperation) -> Any:
    """The view of the operation's page."""
    view = pages().get(operation.slug)
    if view is None:
        missing(operation, "page", f"add one with @page in {operation.app}/views, with its form", 3)
    return view


def operations_with(door: Callable[[RegisteredOperation], Any]) -> list[RegisteredOperation]:
    """Those that have the door. (tests/test_complete.py says of each other one that it is missing.)"""
    return [each for each in all_operations() if not fault(door, each)]


def fault(door: Callable[[RegisteredOperation], Any], operation: RegisteredOperation) -> str:
    """What is said of an operation that lacks something; nothing when it has it."""
    try:
        door(operation)
    except pytest.fail.Exception as failure:
        return str(failure.msg)
    return ""
