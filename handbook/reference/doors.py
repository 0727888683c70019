"""Through which doors an operation is reached: REST, its page, the admin, the shell, an event, the clock."""

import json
import shlex
from collections.abc import Iterator
from typing import Any

from django.contrib import admin

from catalog.api import AUTHOR, BOOK
from circulation.api.examples import CLOSURE, IMPORT, RESERVATION, USER
from circulation.desk import rows, scan_handler
from deploy.topologies import SCHEDULES
from library_site.admin import CommandAction
from library_site.cqrs.operations import RegisteredOperation
from library_site.html.pages import RegisteredPage
from library_site.navigation import all_tasks
from tests.arranger import Arguments
from tests.doors import Route, request_of

from .markdown import fence, json_fence

SERVER = "http://127.0.0.1:8000"

IDS: Arguments = {
    "author_id": AUTHOR,
    "book_id": BOOK,
    "closure_id": CLOSURE,
    "import_id": IMPORT,
    "reservation_id": RESERVATION,
    "user_id": USER,
}
"""What the examples of the schema are about, by the fields of messages."""


def doors(operation: RegisteredOperation, route: Route) -> str:
    """A paragraph, and an example, of each."""
    example = example_of(operation, route)
    return "\n\n".join(
        [
            *_rest(operation, route, example),
            *_page(operation),
            *_desk(operation),
            *_admin(operation),
            *_shell(operation, example),
            *_event(operation, example),
            *_clock(operation),
        ]
    )


def example_of(operation: RegisteredOperation, route: Route) -> Arguments:
    """Flat arguments of a request: those that REST's schema shows."""
    flat: Arguments = {name: IDS[name] for name in route.in_path.values()}
    for name, value in (route.action.rest_task.request_example or {}).items():
        flat |= {f"{name}_{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat | ({"q": "dun"} if operation.name.startswith("Search") else {})


def page_of(operation: RegisteredOperation) -> RegisteredPage:
    return next(each for listed in all_tasks().values() for each in listed if each.operation is operation)


def _rest(operation: RegisteredOperation, route: Route, example: Arguments) -> Iterator[str]:
    request = request_of(operation, example)
    path = "/" + "/".join(_braced(part) for part in route.route.split("/"))
    yield f"**REST**: `{request.method} {path}`, answered {request.status}."
    lines = [f"curl {shlex.quote(f'{SERVER}{request.url}')}", '-H "Authorization: Token $TOKEN"']
    if not operation.is_query:
        body = json.dumps(request.body, ensure_ascii=False)
        lines += ['-H "Idempotency-Key: once-1"', f"--json {shlex.quote(body)}"]
    yield fence("sh", " \\\n     ".join(lines))
    answer = route.action.rest_task.answer_example
    yield json_fence({"next": None, "previous": None, "results": [answer]} if operation.is_query else answer)


def _braced(part: str) -> str:
    """<uuid:id> as {id}."""
    return f"{{{part.strip('<>').rpartition(':')[2]}}}" if part.startswith("<") else part


def _page(operation: RegisteredOperation) -> Iterator[str]:
    page = page_of(operation)
    said = f"*{page.name}: {page.purpose}*, in the group *{page.group.label}*"
    yield f"**Page**: `/{page.route}` (`{page.slug}`), {said}."


def _desk(operation: RegisteredOperation) -> Iterator[str]:
    if not operation.is_query and operation.message in {**vars(scan_handler), **vars(rows)}.values():
        yield "**Desk**: by a scan, or by a key on the row of one."


def _admin(operation: RegisteredOperation) -> Iterator[str]:
    for model, model_admin in admin.site._registry.items():
        if any(isinstance(each, CommandAction) and each.operation is operation for each in model_admin.actions or ()):
            yield f"**Admin**: the action *{operation.title}* on rows of *{model._meta.verbose_name_plural}*."


def _shell(operation: RegisteredOperation, example: Arguments) -> Iterator[str]:
    words = [f"{name}={shlex.quote(_in_words(value))}" for name, value in example.items()]
    yield "**Shell**:"
    yield fence("sh", " ".join(["python manage.py dispatch", operation.name, *words]))


def _in_words(value: Any) -> str:
    """A value as the shell takes it."""
    return ",".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else str(value)


def _event(operation: RegisteredOperation, example: Arguments) -> Iterator[str]:
    ways = (
        "a direct invocation"
        if operation.is_query
        else "a direct invocation, a message of a queue, an event of the bus"
    )
    yield f"**Event** on Lambda ({ways}):"
    yield json_fence({"operation": operation.name, "arguments": example})


def _clock(operation: RegisteredOperation) -> Iterator[str]:
    for each in (each for each in SCHEDULES if each.event.get("operation") == operation.name):
        yield f"**Clock** on Lambda: `{each.name}`, `{each.expression}` (UTC)."
