"""When the database does not answer: 503 at every door, to be tried again. Any other error is ours: 500."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, ProgrammingError, connection
from django.middleware.common import CommonMiddleware
from django.test import Client
from rest_framework.test import APIClient

from library_site.cqrs.answers import UNAVAILABLE, problem
from library_site.cqrs.models import JournalEntry

pytestmark = pytest.mark.django_db

SAID = "connection to db.internal lost"


@contextmanager
def broken(error: Exception, statements: str = "") -> Iterator[None]:
    """While it lasts, the database answers statements that match with an error."""

    def answer(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if re.match(statements, str(sql)):
            raise error
        return execute(sql, params, many, context)

    with connection.execute_wrapper(answer):
        yield


@pytest.fixture
def staff(librarian: User) -> Client:
    """A librarian's browser, who may do anything; errors come as their pages."""
    User.objects.update(is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(librarian)
    return client


@pytest.fixture
def program(token: str) -> APIClient:
    """A program with a token, and what comes as the answer to it."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def sign_in(client: Client) -> Any:
    return client.post("/login", {"username": "librarian", "password": "correct horse"})


DOWN: list[Exception] = [OperationalError(SAID), InterfaceError(SAID)]
OURS: list[Exception] = [ProgrammingError(SAID), ZeroDivisionError(SAID), OSError(SAID)]

REST: dict[str, Callable[[Any], Any]] = {
    "a query": lambda client: client.get("/api/book/missing"),
    "a command": lambda client: client.post("/api/book/new", {"title": "Emma", "author": {"name": "Jane Austen"}}),
    "a command on something": lambda client: client.post(f"/api/book/{uuid4()}/borrow", {"user_id": str(uuid4())}),
    "a list": lambda client: client.get("/api/book"),
    "a row": lambda client: client.get(f"/api/author/{uuid4()}"),
    "a new row": lambda client: client.post("/api/author", {"name": "Jane Austen"}),
    "an edit": lambda client: client.patch(f"/api/user/{uuid4()}", {"name": "Ann"}),
    "a deletion": lambda client: client.delete(f"/api/book/{uuid4()}"),
}

PAGES: dict[str, Callable[[Client], Any]] = {
    "the desk": lambda client: client.get("/"),
    "a form": lambda client: client.get("/add-new-book"),
    "a sent form": lambda client: client.post("/add-new-book", {"title": "Emma", "author_q": "Jane Austen"}),
    "a list": lambda client: client.get("/missing-books"),
    "the admin": lambda client: client.get("/admin/catalog/book/"),
    "the admin's form": lambda client: client.post("/admin/catalog/author/add/", {"name": "Jane Austen"}),
    "signing in": sign_in,
    "signing out": lambda client: client.post("/logout"),
}


def assert_unavailable_problem(response: Any) -> None:
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "5"
    assert response.json() == UNAVAILABLE


def assert_page(response: Any, status: int, words: str) -> None:
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert response.headers.get("Retry-After") == {503: "5", 500: None}[status]
    assert words in response.text
    assert "internal" not in response.text


# REST


@pytest.mark.parametrize("name", REST)
def test_rest_says_that_the_library_does_not_answer_or_that_the_fault_is_ours(program: APIClient, name: str) -> None:
    for error in DOWN:
        with broken(error):
            assert_unavailable_problem(REST[name](program))
    for error in OURS:
        with broken(error):
            response = REST[name](program)
        assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
        assert response.json() == problem(500, "error", "Server Error (500)")
        assert "Retry-After" not in response


def test_what_the_database_did_not_do_is_not_journalled_and_may_be_tried_again(api: APIClient) -> None:
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(User.objects.get())
    emma = {"title": "Emma", "author": {"name": "Jane Austen"}}
    headers = {"Idempotency-Key": "emma"}
    with broken(OperationalError(SAID), "INSERT INTO .catalog_book"):
        assert_unavailable_problem(client.post("/api/book/new", emma, headers=headers))
    assert not JournalEntry.objects.exists()

    again = api.post("/api/book/new", emma, headers=headers)

    assert again.status_code == 201
    assert again.json()["author_added"]


def test_the_log_says_what_the_client_need_not_know(program: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    with broken(OperationalError(SAID)):
        program.get("/api/book/missing")

    assert SAID in caplog.text


# Pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_that_the_library_does_not_answer_or_that_the_fault_is_ours(staff: Client, name: str) -> None:
    for errors, status, words in ((DOWN, 503, "The library does not answer"), (OURS, 500, "The fault is ours")):
        for error in errors:
            with broken(error):
                response = PAGES[name](staff)
            assert_page(response, status, words)


def test_while_debugging_it_is_the_same(staff: Client, settings: Any) -> None:
    settings.DEBUG, settings.MIDDLEWARE = True, [*settings.MIDDLEWARE, "library_site.views.Outages"]
    staff.handler.load_middleware()

    with broken(OperationalError(SAID)):
        assert_page(PAGES["a sent form"](staff), 503, "The library does not answer")
        assert_unavailable_problem(staff.post("/api/book/new", {"title": "Emma"}, content_type="application/json"))
    with broken(ZeroDivisionError(SAID)):
        assert PAGES["a sent form"](staff).status_code == 500


@pytest.mark.parametrize("statement", ["INSERT INTO", "UPDATE"])
def test_a_session_that_cannot_be_kept_is_no_fault_of_the_browsers(librarian: User, statement: str) -> None:
    client = Client(raise_request_exception=False)

    with broken(OperationalError(SAID), f"{statement} .django_session"):
        response = sign_in(client)

    assert_page(response, 503, "The library does not answer")
    assert "sessionid" not in client.cookies


def test_a_session_that_somebody_else_has_ended_is_no_fault_of_the_databases(librarian: User) -> None:
    client = Client(raise_request_exception=False)

    def end(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if re.match("UPDATE .django_session", sql):
            execute("DELETE FROM django_session", (), many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end):
        assert sign_in(client).status_code == 400


# Other errors


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError(SAID), UNAVAILABLE),
        (ZeroDivisionError(SAID), problem(500, "error", "The fault is ours, and it is logged.")),
    ],
)
def test_an_error_before_rest_is_reached_is_a_problem_too(
    program: APIClient, monkeypatch: pytest.MonkeyPatch, error: Exception, said: dict[str, Any]
) -> None:
    def fail(self: Any, request: Any) -> None:
        raise error

    monkeypatch.setattr(CommonMiddleware, "process_request", fail)

    response = program.get("/api/book/missing")

    assert response.status_code == said["status"]
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == said
    assert response.headers.get("Retry-After") == {503: "5", 500: None}[said["status"]]
