"""The REST tasks of circulation, as a client sees them: the paths, the statuses, what is answered."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.api import BARCODE
from catalog.models import Book
from tests.declared import Declared, each_operation
from tests.doors import request_of
from tests.library import add_book, lend, register, reserve
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db

NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"


def done(response: Any, status: int = 200) -> Any:
    """The answer to what is carried out."""
    assert response.status_code == status, response.json()
    return response.json()


def rows(api: APIClient, path: str) -> list[Any]:
    return list(done(api.get(f"/api/{path}"))["results"])


@each_operation(lambda declared: declared.operation.is_query)
def test_every_query_can_be_browsed(desk: Client, declared: Declared) -> None:
    request = request_of(declared.operation, declared.arguments())

    response = desk.get(request.path, request.body, headers={"Accept": "text/html"})

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("journal?user_id=junk", "user_id"),
        (f"journal?book_id={BARCODE[:-1]}9", "book_id"),
        ("journal?operation=BurnBook", "operation"),
        ("journal?operation=SearchBooks", "operation"),
        ("journal?outcome=MAYBE", "outcome"),
        ("journal?day=yesterday", "day"),
        ("book/due?first=2026-02-30", "first"),
        ("book/due?first=2026-12-01&last=2026-11-30", "last"),
    ],
)
def test_junk_in_a_question_is_said_of_the_field(api: APIClient, path: str, field: str) -> None:
    problem = assert_problem(api.get(f"/api/{path}"), 400, "invalid")

    assert {name for name, _ in fields_of(problem)} == {field}


# Books


def test_correct(api: APIClient) -> None:
    book_id = add_book("Ema")
    body = {"title": "Emma", "isbn": "0-14-143958-0", "author": {"name": "Mary Shelley"}, "barcode": BARCODE}

    answer = done(api.post(f"/api/book/{book_id}/correct", body))

    book = Book.objects.get(pk=book_id)
    assert (book.title, book.isbn, book.barcode) == ("Emma", "9780141439587", BARCODE)
    assert str(book.author) == "Mary Shelley"
    assert answer == {"book_id": str(book_id), "author_id": str(book.author_id), "author_added": True}
    by_id = done(api.post(f"/api/book/{book_id}/correct", {"author": {"id": answer["author_id"]}}))
    assert by_id == answer | {"author_added": False}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"author": {}}, "author"),
        ({"author": {"id": NOBODY, "name": "A"}}, "author"),
        ({"author": {"name": " "}}, "author.name"),
        ({"isbn": "978"}, "isbn"),
        ({"title": ""}, "title"),
    ],
)
def test_a_correction_that_is_none_is_bad_input(api: APIClient, body: Any, field: str) -> None:
    problem = assert_problem(api.post(f"/api/book/{add_book()}/correct", body), 400, "invalid")

    assert {name for name, _ in fields_of(problem)} == {field}


# Lists


def test_the_journal_is_asked_by_person_book_actor_operation_outcome_and_day(api: APIClient, librarian: User) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    done(api.post(f"/api/book/{book_id}/borrow", {"user_id": str(ann)}))
    assert_problem(api.post(f"/api/book/{book_id}/withdraw", {"reason": "x"}), 409, "book_on_loan")

    def found(question: str) -> list[str]:
        return [row["operation"] for row in rows(api, f"journal?{question}")]

    assert found("") == ["WithdrawBook", "BorrowBook", "RegisterUser", "AddNewBook"]
    assert found(f"user_id={ann}") == ["BorrowBook", "RegisterUser"]
    assert found(f"book_id={book_id}&user_id={ann}") == ["BorrowBook"]
    assert found(f"actor=user:{librarian.pk}") == ["WithdrawBook", "BorrowBook"]
    assert found("outcome=REFUSED") == found("operation=WithdrawBook") == ["WithdrawBook"]
    assert found(f"day={timezone.localdate()}&operation=BorrowBook") == ["BorrowBook"]
    assert found("day=2020-01-01") == found("day=0001-01-01") == found("day=9999-12-31") == []
    refused, lent = rows(api, f"journal?actor=user:{librarian.pk}")
    assert (refused["code"], refused["reason"], refused["book_title"]) == ("book_on_loan", "x", "Emma")
    assert (lent["actor_name"], lent["user_name"], lent["source"]) == ("librarian", "Ann Lee", "rest")


# Reservations


@pytest.mark.parametrize("position", [10**400, 2**63, 99])
def test_beyond_the_end_of_the_queue_is_its_end(api: APIClient, position: int) -> None:
    book_id = lend()
    first = reserve(book_id, register())
    reserve(book_id, register())

    moved = done(api.post(f"/api/reservation/{first}/move", {"position": position, "reason": "Asked to."}))

    assert moved["position"] == 2
