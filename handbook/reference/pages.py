"""The pages: a list of all operations, and one of each."""

import re
from collections.abc import Iterator
from importlib import import_module
from inspect import cleandoc
from itertools import groupby

from django.utils import translation

from circulation.management.state_pictures import LABELS
from circulation.states import MACHINES, NEW, Machine
from library_site.cqrs import Data, messages
from library_site.cqrs.answers import UNAVAILABLE, status_of
from library_site.cqrs.errors import IdempotencyKeyReused
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS
from library_site.html.pages import Group
from library_site.rest.schema import GENERAL
from tests.declared import file_of
from tests.doors import rest_task

from .doors import doors, page_of
from .fields import answered, row_of, taken
from .markdown import path_of, table, to_code, to_operation
from .refusals import refusals

INTRODUCTION = """# Commands and queries

Everything that the library does is one of these. Each is reached through every door: a page, REST, the shell,
events. These pages are made from the code, and from what the tests of each operation declare.
"""

OF_ANY_REQUEST = """## What any request may be answered by REST

Beside what an operation refuses itself; problems as in RFC 9457, with a stable `code`.
"""


@translation.override("en")
def pages() -> dict[str, str]:
    """Each page's path in the site, and its Markdown."""
    return {"reference/index.md": _index()} | {
        f"reference/{operation.name}.md": _page(operation) for operation in all_operations()
    }


def _index() -> str:
    return "\n".join([INTRODUCTION, *_lists(), OF_ANY_REQUEST, _general(), ""])


def _lists() -> Iterator[str]:
    """A table for each group of pages, app by app."""
    order = list(Group)
    pages = [page_of(operation) for operation in all_operations()]
    pages.sort(key=lambda page: (page.operation.app, order.index(page.group), page.place))
    for app, of_app in groupby(pages, lambda page: page.operation.app):
        yield f"## The app `{app}`\n"
        for group, listed in groupby(of_app, lambda page: page.group):
            rows = [
                (to_operation(each.operation.name), str(each.operation.title), str(each.purpose), _kind(each.operation))
                for each in listed
            ]
            yield f"### {group.label}\n\n{table(('operation', 'title', 'what for', 'kind'), rows)}\n"


def _general() -> str:
    others = {
        status_of(IdempotencyKeyReused): (IdempotencyKeyReused.code, IdempotencyKeyReused.__doc__ or ""),
        UNAVAILABLE["status"]: (UNAVAILABLE["code"], str(UNAVAILABLE["detail"])),
    }
    rows = [(str(status), f"`{code}`", text) for status, (code, text) in sorted((GENERAL | others).items())]
    return table(("status", "code", "meaning"), rows)


def _page(operation: RegisteredOperation) -> str:
    """The page of one operation."""
    route = rest_task(operation)
    sections = {
        "What it takes": _paragraphs(_said_of(operation.message), taken(operation, route)),
        "What it answers": _paragraphs(_answer(operation), _said_of(row_of(operation)), answered(operation, route)),
        "Who may": _who_may(operation),
        "What it refuses": refusals(operation),
        "What it moves": _moved(operation),
        "Doors": doors(operation, route),
        "Code": _code(operation),
    }
    rule = cleandoc(operation.handler.__doc__ or "")
    title = f"# {operation.name}\n\n*{operation.title}*: a {_kind(operation)}.\n\n{rule}\n"
    return "\n".join([title, *(f"## {name}\n\n{text}\n" for name, text in sections.items() if text)])


def _kind(operation: RegisteredOperation) -> str:
    return "query" if operation.is_query else "command"


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _said_of(data: type[Data]) -> str:
    """The docstring of a message or an answer, which Data has put there where it is no more than the name.

    Bounds that it says by the names of constants are said as numbers.
    """
    said, known = cleandoc(data.__doc__ or ""), vars(messages) | vars(import_module(data.__module__))
    text = re.sub(r"\bMAX_[A-Z_]+\b", lambda found: str(known[found[0]]), said)
    return "" if said == data.__name__ else text


def _answer(operation: RegisteredOperation) -> str:
    row = row_of(operation)
    name = to_code(path_of(row.__module__), f"`{row.__name__}`", row.__name__)
    return f"A page of rows, each a {name}." if operation.is_query else f"{name}."


def _who_may(operation: RegisteredOperation) -> str:
    """The permission, and the group that is given it by default."""
    is_supervised = operation.waives or getattr(operation.message, "supervised", False)
    said = f"The permission `{operation.permission}`, which *{SUPERVISORS if is_supervised else LIBRARIANS}* have."
    if not operation.waives:
        return said
    return f"{said} It does away with the refusal `{operation.waives.code}` for good: one rule, one permission."


def _moved(operation: RegisteredOperation) -> str:
    """Which states of what it changes."""
    moves = [
        f"- A {machine.name}: {_state(machine, before)} → {_state(machine, after)}"
        for machine in MACHINES
        for (before, after), commands in machine.moves.items()
        if operation.name in commands
    ]
    return "\n".join([*moves, "", "All moves: [states](../states.md)."]) if moves else ""


def _state(machine: Machine, state: str) -> str:
    return "nothing" if state == NEW else f"*{LABELS[machine][state]}*"


def _code(operation: RegisteredOperation) -> str:
    module = path_of(operation.handler.__module__)
    handler = to_code(module, f"`{operation.slug}`", operation.slug)
    message = to_code(module, f"`{operation.name}`", operation.name)
    return f"{message} and its handler {handler} in {to_code(module)}; its test is {to_code(file_of(operation))}."
