"""The shape of the code, proven over all operations: one door, one handler, one field list."""

import ast
import dataclasses
import types
from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from django.urls import get_resolver
from rest_framework import serializers

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs import Data, DomainError, IdempotencyKeyReused, NotAllowed, Overtaken, Page
from library_site.cqrs.barcodes import may_be_barcode
from library_site.cqrs.messages import Command, Overriding, Query
from library_site.cqrs.operations import RegisteredOperation, all_operations
from library_site.rest.tasks import id_in
from tests import guard
from tests.doors import operations_with, rest_task, rest_tasks, routes
from tests.library import add_book, register
from tests.of_each import of_each

ROOT = guard.ROOT
APPS = ("catalog", "circulation")
PLAIN = {str, int, bool, UUID, date, datetime, type(None), tuple[str, ...], tuple[UUID, ...]}

operations = of_each({each.name: each for each in all_operations()})
on_rest = of_each({each.name: each for each in operations_with(rest_task)})


# One door

FAKE_ADAPTER = """
def save(model, row_id, **values):
    return model.objects.filter(pk=row_id).update(**values)
"""


def fake_adapter(path: str) -> dict[str, Any]:
    """What a module at `path` would hold, if it wrote to the library past dispatch()."""
    namespace: dict[str, Any] = {}
    exec(compile(FAKE_ADAPTER, str(ROOT / path), "exec"), namespace)  # noqa: S102 - our own text above
    return namespace


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "circulation/api/lending.py",
        "circulation/forms/people.py",
        "circulation/desk/scan_handler.py",
        "circulation/admin/tables.py",
        "circulation/importing/people.py",
        "catalog/api.py",
        "catalog/admin.py",
        "catalog/crud/api.py",
        "catalog/importing/imports.py",
        "catalog/management/commands/import_books.py",
        "library_site/accounts/watch.py",
        "library_site/admin/crud.py",
        "library_site/html/views.py",
        "library_site/importing/imports.py",
        "library_site/rest/crud.py",
        "library_site/views.py",
        "library_site/cqrs/management/commands/dispatch.py",
        "library_site/on_lambda/messages.py",
    ],
)
def test_an_adapter_that_writes_past_dispatch_is_caught(path: str) -> None:
    book_id, user_id = add_book(), register()
    save = fake_adapter(path)["save"]

    save(Book, book_id, title="Emma")
    save(LibraryUser, user_id, name="Ann")

    violations = guard.violations[:]
    guard.violations.clear()
    assert len(violations) == 2
    assert all(violation.startswith(f"{path}:save writes past dispatch()") for violation in violations)


# One handler for each message


def answer_of(operation: RegisteredOperation) -> Any:
    """The R of Command[R] or Query[R]."""
    (base,) = (
        base
        for base in operation.message.__orig_bases__  # type: ignore[attr-defined]
        if get_origin(base) in {Command, Overriding, Query}
    )
    (answer,) = get_args(base)
    return answer


@operations
def test_a_handler_takes_its_message_and_returns_what_the_message_promises(operation: RegisteredOperation) -> None:
    hints = get_type_hints(operation.handler)

    assert next(iter(hints.values())) is operation.message
    assert hints["return"] == answer_of(operation)
    assert operation.handler.__name__ == operation.slug


@operations
def test_a_message_is_data_of_plain_flat_values(operation: RegisteredOperation) -> None:
    hints = get_type_hints(operation.message)

    assert issubclass(operation.message, Data)
    for field in dataclasses.fields(operation.message):
        assert members(hints[field.name]) <= PLAIN, field.name


def members(hint: Any) -> set[Any]:
    """X | Y as {X, Y}."""
    return set(get_args(hint)) if get_origin(hint) in {Union, types.UnionType} else {hint}


@operations
def test_an_answer_is_data_of_plain_values(operation: RegisteredOperation) -> None:
    answer = row_of(operation)
    hints = get_type_hints(answer)

    assert issubclass(answer, Data)
    for hint in chain.from_iterable(members(hints[field.name]) for field in dataclasses.fields(answer)):
        assert hint in PLAIN or is_row_of_plain_values(hint), hint


def is_row_of_plain_values(hint: Any) -> bool:
    """Whether it is tuple[Row, ...], of data of plain values."""
    row = next(iter(get_args(hint)), None)
    if get_origin(hint) is not tuple or not (isinstance(row, type) and issubclass(row, Data)):
        return False
    return all(members(each) <= PLAIN for name, each in get_type_hints(row).items() if not name.startswith("_"))


def row_of(operation: RegisteredOperation) -> Any:
    """The data of the answer; of a query, that of a row of its pages."""
    answer = answer_of(operation)
    if not operation.is_query:
        return answer
    assert get_origin(answer) is Page
    return get_args(answer)[0]


@operations
def test_a_handler_says_its_rule_in_words(operation: RegisteredOperation) -> None:
    said = operation.handler.__doc__ or ""

    assert said.strip().partition("\n")[0].endswith((".", ":"))


# Every door


def flat(serializer: serializers.Serializer[Any]) -> set[str]:
    """The names of a request's fields, as the message has them: author: {id} is author_id."""
    names: set[str] = set()
    for name, field in serializer.fields.items():
        names |= {f"{name}_{inner}" for inner in field.fields} if isinstance(field, serializers.Serializer) else {name}
    return names


@on_rest
def test_the_fields_of_a_rest_task_are_its_messages(operation: RegisteredOperation) -> None:
    task = rest_task(operation)
    in_path, in_request = set(task.in_path.values()), flat(task.action.rest_task.takes())

    assert in_path | in_request == {field.name for field in dataclasses.fields(operation.message)}
    assert in_path & in_request == set()
    assert task.route.startswith("api/")
    assert list(task.action.mapping) == ["get" if operation.is_query else "post"]


@on_rest
def test_every_answer_of_rest_has_exactly_the_fields_of_the_result(operation: RegisteredOperation) -> None:
    answers = rest_task(operation).action.rest_task.answers()

    assert set(answers.fields) == {field.name for field in dataclasses.fields(row_of(operation))}


@on_rest
def test_what_a_message_requires_the_request_requires(operation: RegisteredOperation) -> None:
    takes = rest_task(operation).action.rest_task.takes()
    optional = {
        field.name for field in dataclasses.fields(operation.message) if field.default is not dataclasses.MISSING
    }

    for name, field in takes.fields.items():
        if not isinstance(field, serializers.Serializer):
            assert field.required == (name not in optional), name


def test_wherever_a_barcode_may_stand_for_the_id_in_a_path_it_does() -> None:
    views = {route: pattern.callback for route, pattern in routes(get_resolver().url_patterns)}
    of_things = {each.route for each in rest_tasks() if may_be_barcode(id_in(each.route))}
    assert {"api/book/<uuid:id>/borrow", "api/reservation/by-user/<uuid:user_id>"} < of_things

    twins = {route: view for route, view in views.items() if "<barcode:" in route}
    assert twins == {route.replace("<uuid:", "<barcode:"): views[route] for route in of_things}


# Where things are


def modules(app: str, kind: str) -> list[Path]:
    return sorted(path for path in (ROOT / app / kind).glob("*.py") if path.name != "__init__.py")


@operations
def test_an_operation_is_a_module_of_its_own_name(operation: RegisteredOperation) -> None:
    kind = "queries" if operation.is_query else "commands"

    assert operation.message.__module__ == f"{operation.app}.{kind}.{operation.slug}"
    assert operation.handler.__module__ == operation.message.__module__


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("kind", ["commands", "queries"])
def test_a_package_is_the_table_of_contents_of_its_operations(app: str, kind: str) -> None:
    package = import_module(f"{app}.{kind}")
    expected = {op.name for op in all_operations() if op.app == app and op.is_query == (kind == "queries")}

    assert package.__all__ == sorted(expected)
    assert {path.stem for path in modules(app, kind)} == {op.slug for op in all_operations() if op.name in expected}
    assert package.__doc__


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("kind", ["commands", "queries"])
def test_operations_know_no_http_and_no_forms_of_djangos(app: str, kind: str) -> None:
    """(Of other packages, and of each other, import-linter keeps them.)"""
    foreign = ("django.http.", "django.forms.", "django.shortcuts.", "django.views.")
    for path in modules(app, kind):
        assert not [name for name in imports(path) if f"{name}.".startswith(foreign)], path


def imports(path: Path) -> Iterator[str]:
    """Every module that the code in `path` imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("app", APPS)
def test_policies_decide_without_a_database_and_without_a_clock(app: str) -> None:
    for name in imports(ROOT / app / "policies.py"):
        assert not name.startswith("django.") or name.startswith("django.utils.translation"), name
    calls = {
        node.attr
        for node in ast.walk(ast.parse((ROOT / app / "policies.py").read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert calls.isdisjoint({"now", "today", "utcnow", "objects"})


def test_a_module_of_an_operation_needs_no_scrolling() -> None:
    for app in APPS:
        for path in chain(modules(app, "commands"), modules(app, "queries")):
            assert len(path.read_text().splitlines()) <= 110, path.name


# Refusals


def every_error() -> set[type[DomainError]]:
    """DomainError and all below it."""

    def below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    return {
        kind for kind in below(DomainError) if kind.__module__.startswith(("library_site.", *(f"{a}." for a in APPS)))
    }


def test_every_kind_of_refusal_has_a_code_of_its_own() -> None:
    """(Overtaken is a Conflict like any other to whoever is told; dispatch() alone tells it apart.)"""
    codes = {kind: kind.code for kind in every_error() - {Overtaken}}

    assert len(set(codes.values())) == len(codes)
    for kind, code in codes.items():
        assert code == code.lower()
        assert (kind.__doc__ or "").strip(), kind


def test_every_kind_of_refusal_is_declared_by_an_operation_or_is_the_kernels() -> None:
    declared = set(chain.from_iterable(operation.refusals for operation in all_operations()))
    kernel = {kind for kind in every_error() if kind.__module__.startswith("library_site.cqrs")}

    assert every_error() - kernel <= declared
    assert {NotAllowed, IdempotencyKeyReused} <= kernel


@operations
def test_what_a_handler_raises_is_what_it_declares(operation: RegisteredOperation) -> None:
    """Every error class that the module itself raises or builds is among its refusals."""
    module = import_module(operation.message.__module__)
    tree = ast.parse(Path(module.__file__ or "").read_text())
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    built = {getattr(module, name, None) for name in called}
    errors = {each for each in built if isinstance(each, type) and issubclass(each, DomainError)}

    assert errors <= set(operation.refusals)
