"""The table of operations, and what of it a process serves."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from catalog.commands import AddNewBook
from library_site.cqrs import handles
from library_site.cqrs.operations import all_operations, scopes
from tests.process import python

ROUTES = """
import django
django.setup()
from django.urls import get_resolver
from tests.doors import routes
print(*(route for route, _ in routes(get_resolver().url_patterns)), sep="\\n")
"""


def served_routes(operations: str) -> set[str]:
    """The routes of a process with this LIBRARY_OPERATIONS."""
    ran = python(ROUTES, LIBRARY_OPERATIONS=operations)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines())


def test_a_message_has_one_handler() -> None:
    with pytest.raises(TypeError, match="AddNewBook has a handler already"):
        handles(AddNewBook, title="Add it again")(lambda command, context: None)


@pytest.mark.parametrize(
    ("words", "served"),
    [
        (["*"], {"AddNewBook", "BorrowBook", "SearchBooks", "GetMissingBooks"}),
        (["commands"], {"AddNewBook", "BorrowBook"}),
        (["queries"], {"SearchBooks", "GetMissingBooks"}),
        (["catalog"], {"AddNewBook", "SearchBooks"}),
        (["circulation"], {"BorrowBook", "GetMissingBooks"}),
        (["BorrowBook", "SearchBooks"], {"BorrowBook", "SearchBooks"}),
        ([], set()),
    ],
)
def test_what_is_served_is_said_by_kind_by_app_or_by_name(settings: Any, words: list[str], served: set[str]) -> None:
    settings.LIBRARY_OPERATIONS = words
    some = {"AddNewBook", "BorrowBook", "SearchBooks", "GetMissingBooks"}

    assert {operation.name for operation in all_operations() if operation.is_served} & some == served


def test_every_word_that_may_be_set_serves_something(settings: Any) -> None:
    for word in scopes():
        settings.LIBRARY_OPERATIONS = [word]
        assert any(operation.is_served for operation in all_operations()), word


@pytest.mark.parametrize("word", ["BorowBook", "borrow_book", "command", ""])
def test_a_word_that_is_no_operation_keeps_the_process_from_starting(settings: Any, word: str) -> None:
    settings.LIBRARY_OPERATIONS = ["queries", word]

    with pytest.raises(SystemCheckError, match=f"LIBRARY_OPERATIONS holds '{word}', which is no operation"):
        call_command("check")


def test_a_process_of_one_operation_has_its_url_and_no_other() -> None:
    routes = served_routes("BorrowBook")

    assert {route for route in routes if route.startswith("api/")} == {
        "api/book/<uuid:id>/borrow",
        "api/book/<barcode:id>/borrow",
    }
    assert "healthz" in routes
    assert routes.isdisjoint({"", "login", "admin/"})


def test_a_full_process_has_everything() -> None:
    assert served_routes("*") >= {"", "login", "admin/", "api/schema", "api/book", "api/book/new", "api/book/missing"}
