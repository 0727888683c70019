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

from library_site.cqrs.models import JournalEntry
from library_site.cqrs.problems import UNAVAILABLE, problem
from tests.library import add_book, register

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


down = pytest.mark.parametrize(
    "error",
    [OperationalError(SAID), InterfaceError(SAID)],
    ids=["OperationalError", "InterfaceError"],
)

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


def assert_unavailable_page(response: Any) -> None:
    assert response.status_code == 503
    assert response["Content-Type"].startswith("text/html")
    assert response["Retry-After"] == "5"
    assert "The library does not answer" in response.text
    assert "internal" not in response.text


# REST


@down
@pytest.mark.parametrize("request_", REST.values(), ids=REST)
def test_rest_says_that_the_library_does_not_answer(
    program: APIClient, request_: Callable[[Any], Any], error: Exception
) -> None:
    with broken(error):
        response = request_(program)

    assert_unavailable_problem(response)


@down
@pytest.mark.parametrize("name", ["a query", "a command", "a command on something", "a list", "a new row"])
def test_and_so_it_does_when_the_database_goes_after_the_token_was_read(
    librarian: User, name: str, error: Exception
) -> None:
    User.objects.update(is_superuser=True)
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(User.objects.get())
    with broken(error, r'SELECT .*"(?:catalog|circulation|cqrs)_|INSERT'):
        response = REST[name](client)

    assert_unavailable_problem(response)


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


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "55P03"])
def test_a_command_that_met_another_change_is_a_conflict_still(api: APIClient, sqlstate: str) -> None:
    book_id, user_id = add_book(), register()
    said_by_postgresql = Exception("deadlock detected")
    said_by_postgresql.sqlstate = sqlstate  # type: ignore[attr-defined]
    error = OperationalError("deadlock detected")
    error.__cause__ = said_by_postgresql

    with broken(error, "UPDATE .catalog_book"):
        response = api.post(f"/api/book/{book_id}/borrow", {"user_id": str(user_id)})

    assert (response.status_code, response.json()["code"]) == (409, "conflict")


# Pages


@down
@pytest.mark.parametrize("request_", PAGES.values(), ids=PAGES)
def test_a_page_says_that_the_library_does_not_answer(
    staff: Client, request_: Callable[[Client], Any], error: Exception
) -> None:
    with broken(error):
        response = request_(staff)

    assert_unavailable_page(response)


@down
@pytest.mark.parametrize("statement", ["INSERT INTO", "UPDATE"])
def test_a_session_that_cannot_be_kept_is_no_fault_of_the_browsers(
    librarian: User, error: Exception, statement: str
) -> None:
    client = Client(raise_request_exception=False)

    with broken(error, f"{statement} .django_session"):
        response = sign_in(client)

    assert_unavailable_page(response)
    assert "sessionid" not in client.cookies


def test_a_session_that_somebody_else_has_ended_is_no_fault_of_the_databases(librarian: User) -> None:
    client = Client(raise_request_exception=False)

    def end(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if re.match("UPDATE .django_session", sql):
            execute("DELETE FROM django_session", (), many, context)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(end):
        assert sign_in(client).status_code == 400


@down
def test_the_health_check_says_so(client: Client, error: Exception) -> None:
    with broken(error):
        response = client.get("/healthz")

    assert response.status_code == 503
    assert "internal" not in response.text


def test_what_needs_no_database_is_answered(client: Client) -> None:
    with broken(OperationalError(SAID)):
        assert client.get("/login").status_code == 200


# Other errors

others = pytest.mark.parametrize("error", [ProgrammingError(SAID), ZeroDivisionError(SAID), OSError(SAID)], ids=repr)


@others
@pytest.mark.parametrize("name", ["a query", "a command", "a list", "a new row"])
def test_any_other_error_is_a_problem_of_ours(program: APIClient, name: str, error: Exception) -> None:
    with broken(error):
        response = REST[name](program)

    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert response.json().keys() == UNAVAILABLE.keys()
    assert (response.json()["status"], response.json()["code"]) == (500, "error")
    assert "internal" not in response.text
    assert "Retry-After" not in response


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


@others
@pytest.mark.parametrize("name", ["the desk", "a list", "the admin", "signing in"])
def test_any_other_error_is_a_page_that_says_so(staff: Client, name: str, error: Exception) -> None:
    with broken(error):
        response = PAGES[name](staff)

    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")
    assert "The fault is ours" in response.text
    assert "internal" not in response.text
    assert "Retry-After" not in response
