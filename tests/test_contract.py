"""The public contract (docs: REST), endpoint by endpoint, as a client sees it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from knox.models import AuthToken
from rest_framework.test import APIClient

from catalog.models import Book
from library_site.cqrs import messages
from library_site.cqrs import paging as pages
from library_site.cqrs.models import JournalEntry
from library_site.rest import crud
from tests.library import add_book, borrow, give_back, new_token, register, report_missing, suspend_by_loss

pytestmark = pytest.mark.django_db

PROBLEM = {"type", "title", "status", "code", "detail"}
NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of an error, which is a problem by RFC 9457."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code)
    assert response["Content-Type"].partition(";")[0] == "application/problem+json"
    assert body.keys() >= PROBLEM
    assert body["type"] == "about:blank"
    assert body["detail"]
    return body


def fields_of(problem: dict[str, Any]) -> set[tuple[str, str]]:
    """Which fields a problem of bad input is about, and with which codes."""
    assert all(set(error) == {"field", "code", "detail"} for error in problem["errors"])
    return {(error["field"], error["code"]) for error in problem["errors"]}


def writes(captured: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in captured if each["sql"].lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]


# Legacy CRUD


def book_body() -> dict[str, Any]:
    author_id = Book.objects.get(pk=add_book()).author_id
    return {"title": "Emma", "isbn": "9780141439587", "author": str(author_id)}


RESOURCES: dict[str, tuple[Callable[[], dict[str, Any]], dict[str, Any], dict[str, Any]]] = {
    # what to create, what else the answer holds, and what to change
    "author": (lambda: {"name": "Mary Shelley"}, {}, {"name": "Mary W. Shelley"}),
    "user": (
        lambda: {"name": "Ann Lee", "email": "ann@example.org"},
        {"status": "NOT_VERIFIED", "status_comment": "", "birth_date": None}
        | dict.fromkeys(("phone", "address", "language", "note"), ""),
        {"email": "lee@example.org"},
    ),
    "book": (
        book_body,
        {"borrower": None, "status": "AVAILABLE"}
        | dict.fromkeys(("statement_of_responsibility", "shelf_mark", "condition"), ""),
        {"title": "Persuasion"},
    ),
}
resources = pytest.mark.parametrize("resource", RESOURCES)


@resources
def test_post_creates(api: APIClient, resource: str) -> None:
    make, defaults, _ = RESOURCES[resource]
    body = make()

    response = api.post(f"/api/{resource}", body)

    assert response.status_code == 201
    given = {name: response.json()[name] for name in {"id", "barcode", "card"} & response.json().keys()}
    assert response.json() == body | defaults | given
    assert UUID(given["id"]).version == 7


@resources
def test_get_finds(api: APIClient, resource: str) -> None:
    created = api.post(f"/api/{resource}", RESOURCES[resource][0]()).json()

    response = api.get(f"/api/{resource}/{created['id']}")

    assert (response.status_code, response.json()) == (200, created)


@resources
def test_get_lists(api: APIClient, resource: str) -> None:
    created = api.post(f"/api/{resource}", RESOURCES[resource][0]()).json()

    response = api.get(f"/api/{resource}")

    assert response.status_code == 200
    assert response.json().keys() == {"next", "previous", "results"}
    assert created in response.json()["results"]


@resources
def test_put_updates(api: APIClient, resource: str) -> None:
    make, _, change = RESOURCES[resource]
    body = make()
    created = api.post(f"/api/{resource}", body).json()

    response = api.put(f"/api/{resource}/{created['id']}", body | change)

    assert (response.status_code, response.json()) == (200, created | change)
    assert api.get(f"/api/{resource}/{created['id']}").json() == created | change


@resources
def test_put_without_what_is_required_is_bad_input(api: APIClient, resource: str) -> None:
    created = api.post(f"/api/{resource}", RESOURCES[resource][0]()).json()

    problem = assert_problem(api.put(f"/api/{resource}/{created['id']}", {}), 400, "invalid")

    assert {code for _, code in fields_of(problem)} == {"required"}


@resources
def test_patch_updates_partly(api: APIClient, resource: str) -> None:
    make, _, change = RESOURCES[resource]
    created = api.post(f"/api/{resource}", make()).json()

    response = api.patch(f"/api/{resource}/{created['id']}", change)

    assert (response.status_code, response.json()) == (200, created | change)


@resources
def test_delete_deletes(api: APIClient, resource: str) -> None:
    created = api.post(f"/api/{resource}", RESOURCES[resource][0]()).json()

    response = api.delete(f"/api/{resource}/{created['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert_problem(api.get(f"/api/{resource}/{created['id']}"), 404, "not_found")


@resources
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_crud_on_an_unknown_id_is_not_found(api: APIClient, resource: str, method: str) -> None:
    assert_problem(getattr(api, method)(f"/api/{resource}/{NOBODY}"), 404, "not_found")


@resources
def test_crud_ignores_fields_that_are_unknown_or_read_only(api: APIClient, resource: str) -> None:
    body = RESOURCES[resource][0]() | {"id": NOBODY, "colour": "red", "due_on": "2030-01-01", "name_key": "x"}

    created = api.post(f"/api/{resource}", body)

    assert created.status_code == 201
    assert created.json()["id"] != NOBODY
    assert created.json().keys().isdisjoint({"colour", "due_on", "name_key"})


@resources
def test_lists_go_forth_and_back_by_cursor(api: APIClient, resource: str) -> None:
    make = RESOURCES[resource][0]
    for number in range(5):
        body = make()
        different = {"name": f"Name {number}", "email": f"{number}@example.org", "title": f"Title {number}"}
        assert api.post(f"/api/{resource}", body | {k: v for k, v in different.items() if k in body}).status_code == 201
    everything = api.get(f"/api/{resource}").json()["results"]

    pages = list(follow(api, f"/api/{resource}?page_size=2", "next"))

    assert [row for page in pages for row in page["results"]] == everything
    assert everything == sorted(everything, key=lambda row: row["id"]), "oldest first"
    assert (pages[0]["previous"], pages[-1]["next"]) == (None, None)
    back = list(follow(api, pages[-1]["previous"], "previous"))
    assert [page["results"] for page in back] == [page["results"] for page in reversed(pages[:-1])]


def follow(api: APIClient, url: str | None, link: str) -> Iterator[dict[str, Any]]:
    """The page at `url`, and all that `link` leads to from there."""
    while url:
        response = api.get(url)
        assert response.status_code == 200
        yield response.json()
        url = response.json()[link]


LISTS = [
    "/api/author",
    "/api/book",
    "/api/user",
    f"/api/book/by-author/{NOBODY}",
    f"/api/book/by-user/{NOBODY}",
    "/api/book/missing",
    "/api/book/search?q=x",
    "/api/author/search?q=x",
    "/api/user/search?q=x",
]
lists = pytest.mark.parametrize("url", LISTS)


JUNK = {
    "cursor": ("junk", "%00", "%FF", "é", "cD1qdW5r", "bz0tMQ==", "cD0lMDA=", ":::", "a" * 4000, "WzEsMl0:1x:y"),
    "page_size": ("0", "-1", "junk", "1.5", "²", "%00", "1e3", "1" * 5000 + "x"),
}


@lists
@pytest.mark.parametrize("name", JUNK)
def test_a_junk_cursor_or_page_size_is_bad_input(api: APIClient, url: str, name: str) -> None:
    for junk in JUNK[name]:
        response = api.get(f"{url}{'&' if '?' in url else '?'}{name}={junk}")
        assert {field for field, _ in fields_of(assert_problem(response, 400, "invalid"))} == {name}, junk


def test_a_page_has_100_rows_unless_asked_otherwise_and_never_more_than_500(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (messages.PAGE_SIZE, messages.MAX_PAGE_SIZE) == (100, 500)
    for _ in range(101):
        add_book(author="Jane Austen")
    author_id = api.get("/api/author").json()["results"][0]["id"]

    for url in ("/api/book", f"/api/book/by-author/{author_id}", "/api/book/search?q=austen"):
        more = "&" if "?" in url else "?"
        assert len(api.get(url).json()["results"]) == 100
        assert len(api.get(f"{url}{more}page_size=500").json()["results"]) == 101
        assert len(api.get(f"{url}{more}page_size=999999999").json()["results"]) == 101
        for module in (crud, pages):
            monkeypatch.setattr(module, "MAX_PAGE_SIZE", 3)
        assert len(api.get(f"{url}{more}page_size=4").json()["results"]) == 3
        monkeypatch.undo()


def test_books_are_filtered_by_status_author_borrower_and_isbn(api: APIClient) -> None:
    emma, frankenstein = add_book("Emma", isbn="9780141439587"), add_book("Frankenstein", author="Mary Shelley")
    missing, on_loan = add_book("Persuasion"), add_book("Sanditon")
    user_id = register()
    report_missing(missing)
    borrow(on_loan, user_id)
    shelley = api.get(f"/api/book/{frankenstein}").json()["author"]

    def found(query: str) -> set[str]:
        response = api.get(f"/api/book?{query}")
        assert response.status_code == 200
        return {row["title"] for row in response.json()["results"]}

    assert found("status=MISSING") == {"Persuasion"}
    assert found("status=AVAILABLE") == {"Emma", "Frankenstein"}
    assert found(f"author={shelley}") == {"Frankenstein"}
    assert found(f"borrower={user_id}") == {"Sanditon"}
    assert found("isbn=9780141439587") == found("isbn=0-14-143958-0") == {"Emma"}
    assert found(f"status=MISSING&author={shelley}") == set()
    assert found(f"author={NOBODY}") == found(f"borrower={emma}") == found("isbn=1") == set()


@pytest.mark.parametrize(
    ("query", "field"), [("status=LOST", "status"), ("author=junk", "author"), ("borrower=junk", "borrower")]
)
def test_a_junk_filter_is_bad_input(api: APIClient, query: str, field: str) -> None:
    problem = assert_problem(api.get(f"/api/book?{query}"), 400, "invalid")

    assert {field for field, _ in fields_of(problem)} == {field}


def test_what_something_refers_to_is_not_deleted(api: APIClient) -> None:
    book_id, user_id = add_book(), register()
    author_id = api.get(f"/api/book/{book_id}").json()["author"]
    borrow(book_id, user_id)

    assert "book" in assert_problem(api.delete(f"/api/author/{author_id}"), 409, "still_referenced")["detail"]
    assert "book" in assert_problem(api.delete(f"/api/user/{user_id}"), 409, "still_referenced")["detail"]
    give_back(book_id)
    assert "past loan" in assert_problem(api.delete(f"/api/user/{user_id}"), 409, "still_referenced")["detail"]
    assert "past loan" in assert_problem(api.delete(f"/api/book/{book_id}"), 409, "still_referenced")["detail"]


# Tasks


def test_add_new_book(api: APIClient) -> None:
    by_name = {"title": "Emma", "isbn": "0-14-143958-0", "author": {"name": "Jane Austen"}}

    first = api.post("/api/book/new", by_name)

    assert first.status_code == 201
    assert first.json().keys() >= {"book_id", "author_id", "author_added"}
    assert first.json()["author_added"] is True
    by_id = by_name | {"author": {"id": first.json()["author_id"]}}
    second = api.post("/api/book/new", by_id)
    assert (second.status_code, second.json()["author_added"]) == (201, False)
    assert (
        api.get(f"/api/book/{second.json()['book_id']}").json().items()
        >= {
            "id": second.json()["book_id"],
            "title": "Emma",
            "isbn": "9780141439587",
            "author": first.json()["author_id"],
            "borrower": None,
            "status": "AVAILABLE",
        }.items()
    )
    assert api.post("/api/book/new", {"title": "Atlas", "author": None}).json()["author_id"] is None


def test_borrow_book(api: APIClient) -> None:
    book_id, user_id = add_book(), register()

    response = api.post(f"/api/book/{book_id}/borrow", {"user_id": str(user_id)})

    assert response.status_code == 200
    due_on = response.json()["due_on"]
    assert response.json().items() >= {"book_id": str(book_id), "user_id": str(user_id)}.items()
    assert date.fromisoformat(due_on) > date.fromisoformat("2026-01-01")
    assert api.get(f"/api/book/{book_id}").json().items() >= {"status": "BORROWED", "borrower": str(user_id)}.items()


@pytest.mark.parametrize("body", [None, {}])
def test_report_missing_book(api: APIClient, body: Any) -> None:
    book_id, on_shelf, user_id = add_book(), add_book(), register()
    borrow(book_id, user_id)

    response = api.post(f"/api/book/{book_id}/missing", body)

    assert (response.status_code, response.json()) == (200, {"book_id": str(book_id), "user_id": str(user_id)})
    assert api.get(f"/api/user/{user_id}").json()["status"] == "SUSPENDED"
    assert api.post(f"/api/book/{on_shelf}/missing", body).json()["user_id"] is None


def test_register_user(api: APIClient) -> None:
    response = api.post("/api/user/register", {"name": "Ann Lee", "email": "ann@example.org"})

    assert (response.status_code, response.json().keys()) == (201, {"user_id"})
    assert (
        api.get(f"/api/user/{response.json()['user_id']}").json().items()
        >= {
            "id": response.json()["user_id"],
            "name": "Ann Lee",
            "email": "ann@example.org",
            "status": "NOT_VERIFIED",
            "status_comment": "",
        }.items()
    )
    nameless = api.post("/api/user/register", {"name": "Bo Lee"})
    assert nameless.status_code == 201, "a child may have no address"


def test_verify_user(api: APIClient) -> None:
    user_id = register()

    response = api.post(f"/api/user/{user_id}/verify")

    assert (response.status_code, response.json()) == (200, {"user_id": str(user_id), "status": "VERIFIED"})


def test_return_book(api: APIClient) -> None:
    book_id, user_id = add_book(), register()
    borrow(book_id, user_id)

    first, second = api.post(f"/api/book/{book_id}/return", {}), api.post(f"/api/book/{book_id}/return", {})

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json().items() >= {"book_id": str(book_id), "user_id": str(user_id)}.items()
    assert second.json().items() >= {"book_id": str(book_id), "user_id": None}.items()


def test_report_found_book(api: APIClient) -> None:
    user_id, never_lent = register(), add_book()
    book_id = suspend_by_loss(user_id)
    report_missing(never_lent)

    found, found_too = api.post(f"/api/book/{book_id}/found"), api.post(f"/api/book/{never_lent}/found")

    assert (found.status_code, found.json()) == (
        200,
        {
            "book_id": str(book_id),
            "reinstated_user_id": str(user_id),
            "book_status": "AVAILABLE",
            "reservation_id": None,
            "reserved_for_user_id": None,
            "held_until": None,
        },
    )
    assert (found_too.status_code, found_too.json()["reinstated_user_id"]) == (200, None)


def only_row(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    body = response.json()
    assert body.keys() >= {"next", "previous", "results"}
    assert (body["next"], body["previous"]) == (None, None)
    (row,) = body["results"]
    assert isinstance(row, dict)
    return row


def test_get_books_by_author(api: APIClient) -> None:
    added = api.post("/api/book/new", {"title": "Emma", "author": {"name": "Jane Austen"}}).json()

    row = only_row(api.get(f"/api/book/by-author/{added['author_id']}"))

    expected = {"id": added["book_id"], "title": "Emma", "isbn": "", "status": "AVAILABLE"}
    assert row.items() >= expected.items()


def test_get_borrowed_books_by_user(api: APIClient) -> None:
    book_id, user_id = add_book("Emma", isbn="9780141439587"), register()
    due_on = api.post(f"/api/book/{book_id}/borrow", {"user_id": str(user_id)}).json()["due_on"]

    row = only_row(api.get(f"/api/book/by-user/{user_id}"))

    expected = {"id": str(book_id), "title": "Emma", "isbn": "9780141439587", "author_name": "Jane Austen"}
    assert row.items() >= (expected | {"due_on": due_on}).items()
    assert row.keys() >= {"author_id", "borrowed_at"}


def test_get_missing_books(api: APIClient) -> None:
    book_id, _ = add_book("Emma"), add_book("Persuasion")
    report_missing(book_id)

    row = only_row(api.get("/api/book/missing"))

    expected = {"id": str(book_id), "title": "Emma", "isbn": "", "author_name": "Jane Austen"}
    assert row.items() >= expected.items()
    assert "author_id" in row

    recent = api.get("/api/book/search", {"q": "", "recent": "true"}).json()["results"]
    assert [each["title"] for each in recent] == ["Persuasion", "Emma"]
    assert api.get("/api/book/search", {"q": ""}).status_code == 400


def test_search_books(api: APIClient) -> None:
    book_id, _ = add_book("Emma"), add_book("Persuasion")

    row = only_row(api.get("/api/book/search", {"q": "aust emm"}))

    expected = {"id": str(book_id), "title": "Emma", "isbn": "", "author_name": "Jane Austen", "status": "AVAILABLE"}
    assert row.items() >= expected.items()
    assert "author_id" in row


def test_pages_of_queries_go_forth_and_back_by_links_that_keep_the_question(api: APIClient) -> None:
    for number in range(5):
        add_book(f"Austen {number}")
    add_book("Frankenstein", author="Mary Shelley")

    pages = list(follow(api, "/api/book/search?q=austen&page_size=2", "next"))

    titles = [[row["title"] for row in page["results"]] for page in pages]
    assert titles == [["Austen 0", "Austen 1"], ["Austen 2", "Austen 3"], ["Austen 4"]]
    back = list(follow(api, pages[-1]["previous"], "previous"))
    assert [page["results"] for page in back] == [pages[1]["results"], pages[0]["results"]]


@lists
def test_lists_of_something_of_nobody_are_empty_pages(api: APIClient, url: str) -> None:
    response = api.get(url)

    assert (response.status_code, response.json()) == (200, {"next": None, "previous": None, "results": []})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"book/{NOBODY}/borrow", {"user_id": NOBODY}),
        (f"book/{NOBODY}/missing", {}),
        (f"book/{NOBODY}/return", {}),
        (f"book/{NOBODY}/found", {}),
        (f"user/{NOBODY}/verify", {}),
        ("book/new", {"title": "Emma", "author": {"id": NOBODY}}),
    ],
)
def test_an_unknown_id_to_act_on_is_not_found(api: APIClient, path: str, body: Any) -> None:
    assert_problem(api.post(f"/api/{path}", body), 404, "not_found")


def test_tasks_ignore_fields_that_are_unknown_or_read_only(api: APIClient) -> None:
    book_id, other_id, user_id = add_book(), add_book(), register()

    response = api.post(
        f"/api/book/{book_id}/borrow", {"user_id": user_id, "book_id": other_id, "due_on": "2099-01-01"}
    )

    assert (response.status_code, response.json()["book_id"]) == (200, str(book_id))
    assert not response.json()["due_on"].startswith("2099")


# Idempotency


def post_with_key(api: APIClient, path: str, body: Any, key: str) -> Any:
    return api.post(f"/api/{path}", body, headers={"Idempotency-Key": key})


EMMA = {"title": "Emma", "author": {"name": "Jane Austen"}}


def test_the_same_key_and_request_gives_the_first_answer_again(api: APIClient) -> None:
    first, second = (post_with_key(api, "book/new", EMMA, "key") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert len(api.get("/api/book").json()["results"]) == 1


@pytest.mark.parametrize("task", ["borrow", "return", "missing", "found"])
def test_every_task_on_a_book_can_be_repeated_with_its_key(api: APIClient, task: str) -> None:
    book_id, user_id = add_book(), register()
    if task == "found":
        report_missing(book_id)

    first, second = (post_with_key(api, f"book/{book_id}/{task}", {"user_id": user_id}, "key") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json(), second["Idempotency-Replayed"]) == (second.json(), "true")


def test_without_a_key_the_same_request_is_carried_out_again(api: APIClient) -> None:
    first, second = (api.post("/api/book/new", EMMA).json() for _ in range(2))

    assert first["book_id"] != second["book_id"]


def test_a_request_that_was_refused_may_be_tried_again_with_its_key(api: APIClient) -> None:
    book_id, first_id, second_id = add_book(), register(), register()
    borrow(book_id, first_id)

    def lend() -> Any:
        return post_with_key(api, f"book/{book_id}/borrow", {"user_id": second_id}, "key")

    assert_problem(lend(), 409, "book_not_available")
    give_back(book_id)
    assert (lend().status_code, lend()["Idempotency-Replayed"]) == (200, "true")


def test_the_same_key_with_another_request_is_refused(api: APIClient) -> None:
    post_with_key(api, "book/new", EMMA, "key")

    assert_problem(post_with_key(api, "book/new", EMMA | {"title": "Persuasion"}, "key"), 422, "idempotency_key_reused")
    assert_problem(
        post_with_key(api, "user/register", {"name": "Ann", "email": "ann@example.org"}, "key"),
        422,
        "idempotency_key_reused",
    )


def test_a_request_is_the_same_whatever_the_order_and_spelling_of_its_json(api: APIClient) -> None:
    book_id, user_id = add_book(), register()
    first = post_with_key(api, f"book/{book_id}/borrow", {"user_id": str(user_id)}, "key")

    second = post_with_key(api, f"book/{book_id}/borrow", {"x": 1, "user_id": user_id.hex.upper()}, "key")

    assert (second.json(), second["Idempotency-Replayed"]) == (first.json(), "true")


def test_keys_are_the_actors_own(api: APIClient) -> None:
    other = APIClient()
    other.force_authenticate(User.objects.create_superuser("chief"))

    first, second = (post_with_key(client, "book/new", EMMA, "key") for client in (api, other))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["book_id"] != second.json()["book_id"]


@pytest.mark.parametrize("key", ["k", " ", "~" * 255, "5f2e0b1c-8d2f-4f5e", '"quoted"'])
def test_a_key_is_1_to_255_printable_ascii_characters(api: APIClient, key: str) -> None:
    assert post_with_key(api, "book/new", EMMA, key).status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 256, "é", "tab\t", "new\nline", "nul\x00", "\x7f"])
def test_any_other_key_is_bad_input(api: APIClient, key: str) -> None:
    problem = assert_problem(post_with_key(api, "book/new", EMMA, key), 400, "invalid")

    assert {field for field, _ in fields_of(problem)} == {"Idempotency-Key"}
    assert api.get("/api/book").json()["results"] == []


# Errors


def test_bad_input_says_what_is_wrong_with_each_field(api: APIClient) -> None:
    problem = assert_problem(
        api.post("/api/book/new", {"title": "", "isbn": "978", "author": {"name": " "}}), 400, "invalid"
    )
    assert {field for field, _ in fields_of(problem)} >= {"title", "author.name"}

    problem = assert_problem(api.post("/api/book/new", {"title": "E", "author": {}}), 400, "invalid")
    assert fields_of(problem) == {("author", "required")}

    problem = assert_problem(api.post("/api/user/register", {"name": "Ann", "email": "ann"}), 400, "invalid")
    assert fields_of(problem) == {("email", "invalid")}

    problem = assert_problem(api.post("/api/user", {"name": "Ann", "email": "ann", "status": "X"}), 400, "invalid")
    assert fields_of(problem) == {("email", "invalid"), ("status", "invalid_choice")}


@pytest.mark.parametrize("body", ["{", "", "nonsense", "[]", "null", "1", '"text"'])
def test_a_body_that_is_no_json_object_is_bad_input(api: APIClient, body: str) -> None:
    response = api.post("/api/book/new", body, content_type="application/json")

    assert_problem(response, 400, "invalid")["errors"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/api/author"), ("post", "/api/book/new"), ("post", f"/api/book/{NOBODY}/borrow"), ("get", "/api/user")],
)
def test_who_is_not_authenticated_is_told_how(client: Client, method: str, path: str) -> None:
    response = getattr(client, method)(path)

    assert_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_who_lacks_the_permission_is_refused(db: None) -> None:
    reader = APIClient()
    reader.force_authenticate(User.objects.create_user("reader", is_staff=True))

    problem = assert_problem(reader.post("/api/book/new", EMMA), 403, "permission_denied")
    assert "Add new book" in problem["detail"]
    for path in ("author", "book", "user", "book/missing", "book/search?q=x", f"book/by-user/{NOBODY}"):
        assert_problem(reader.get(f"/api/{path}"), 403, "permission_denied")
    assert_problem(reader.delete(f"/api/book/{NOBODY}"), 403, "permission_denied")


@pytest.mark.parametrize("path", ["nothing", "book/", "book/junk", "author/1/2/3", f"book/{NOBODY.upper()}/borrow"])
def test_a_url_with_nothing_at_it_is_a_problem_too(api: APIClient, path: str) -> None:
    assert_problem(api.get(f"/api/{path}"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("delete", "book/new", "POST"),
        ("get", f"book/{NOBODY}/borrow", "POST"),
        ("put", f"user/{NOBODY}/verify", "POST"),
        ("post", "book/search?q=x", "GET"),
        ("patch", "author", "GET, POST"),
    ],
)
def test_a_method_that_is_not_allowed_is_a_problem(api: APIClient, method: str, path: str, allowed: str) -> None:
    response = getattr(api, method)(f"/api/{path}")

    assert_problem(response, 405, "method_not_allowed")
    assert set(allowed.split(", ")) <= set(response["Allow"].split(", "))


@pytest.mark.usefixtures("supervisor")
def test_a_conflict_lists_everything_that_stands_in_the_way(api: APIClient) -> None:
    user_id, other_id, book_id = register("Ann Lee"), register("Bob Ray"), add_book("Emma")
    borrow(book_id, other_id)
    for title in ("Sanditon", "Persuasion"):
        lost = add_book(title)
        borrow(lost, user_id)
        if title == "Sanditon":
            borrow(add_book(), user_id)
            report_missing(lost)
            api.patch(f"/api/user/{user_id}", {"status": "NOT_VERIFIED"})
    api.patch(f"/api/user/{user_id}", {"status": "SUSPENDED", "status_comment": "Ink on Emma."})

    problem = assert_problem(api.post(f"/api/book/{book_id}/borrow", {"user_id": user_id}), 409, "book_not_available")

    codes = [each["code"] for each in problem["problems"]]
    assert codes == ["book_not_available", "user_suspended", "loan_limit_reached"]
    assert all(set(each) == {"code", "detail"} and each["detail"] in problem["detail"] for each in problem["problems"])
    assert "Bob Ray" in problem["detail"]
    assert "Ink on Emma." in problem["detail"]


def test_a_body_that_is_not_json_is_an_unsupported_media_type(api: APIClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = api.generic("POST", "/api/book/new", "title=Emma", content_type=content_type)
        assert_problem(response, 415, "unsupported_media_type")


def test_an_answer_that_cannot_be_had_in_the_asked_format_is_a_problem(api: APIClient) -> None:
    assert_problem(api.get("/api/book", headers={"Accept": "image/png"}), 406, "not_acceptable")
    assert_problem(api.get("/api/book?format=xml"), 404, "not_found")


# Who is let in

PUBLIC = {"healthz", "api/schema", "api/docs", "login", "admin/login/"}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """Every route of the URLconf, as it is written."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def path_of(route: str) -> str:
    """A path that `route` matches."""
    path = re.sub(r"<uuid:\w+>", NOBODY, route)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"\(\?P<\w+>[^)]*\)|<[\w:]+>", "x", path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")


@pytest.mark.parametrize(
    "methods", [("get", "post"), pytest.param(("put", "patch", "delete", "options"), marks=pytest.mark.soak)]
)
def test_without_authentication_nothing_is_served_but_what_the_contract_names(
    client: Client, methods: tuple[str, ...]
) -> None:
    every = set(routes(get_resolver().url_patterns))
    assert every > {"api/book/<uuid:id>/borrow", "api/author", *PUBLIC}

    served = {
        (route, method, response.status_code)
        for route in every - PUBLIC
        for method in methods
        if not is_refusal(response := getattr(client, method)(path_of(route)))
        and not (method == "options" and not response.content)
    }

    assert served == set()
    assert not JournalEntry.objects.exists()


def is_refusal(response: Any) -> bool:
    """Whether a stranger learns nothing: told to sign in, not allowed, or nothing there."""
    if response.status_code in {301, 302}:
        location = str(response["Location"])
        return location.startswith(("/login", "/admin/login/")) or location.endswith("/")
    return response.status_code in {401, 403, 404, 405}


@pytest.mark.parametrize("path", ["/healthz", "/api/schema", "/api/docs"])
def test_health_schema_and_documentation_are_served_to_everybody(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


def test_healthz_says_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}

    def down(*args: Any) -> None:
        raise OperationalError("connection refused by db.internal")

    monkeypatch.setattr(connection, "cursor", down)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert "internal" not in response.text


def test_documentation_needs_no_cdn(client: Client) -> None:
    page = client.get("/api/docs").text

    assert "swagger-ui" in page
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page


def as_client(authorization: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=authorization)
    return client


def test_an_api_token_lets_its_owner_in_and_checking_it_writes_nothing(librarian: User, token: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        response = as_client(f"Token {token}").get("/api/book")

    assert response.status_code == 200
    assert writes(captured) == []
    added = as_client(f"Token {token}").post("/api/book/new", EMMA)
    assert added.status_code == 201
    assert JournalEntry.objects.get(operation="AddNewBook").actor == f"user:{librarian.pk}"


def test_an_expired_token_is_refused_and_not_even_deleted(librarian: User) -> None:
    _, expired = AuthToken.objects.create(librarian, expiry=timedelta(seconds=-1))
    valid = new_token(librarian)

    with CaptureQueriesContext(connection) as captured:
        assert_problem(as_client(f"Token {expired}").get("/api/book"), 401, "not_authenticated")
        assert as_client(f"Token {valid}").get("/api/book").status_code == 200

    assert writes(captured) == []
    assert AuthToken.objects.count() == 2


@pytest.mark.parametrize(
    "credentials",
    [
        "junk",
        "",
        "{prefix}junk",
        "two words",
        "\xff\xfe",
        "☃",
        "é",
        "\x00",
        "{prefix}\x00",
        "x" * 10_000,
        "☃".encode().decode("latin-1"),
    ],
)
def test_a_junk_token_is_refused_whatever_its_bytes(token: str, credentials: str) -> None:
    client = as_client("Token " + credentials.replace("{prefix}", token[:15]))

    with CaptureQueriesContext(connection) as captured:
        assert_problem(client.get("/api/book"), 401, "not_authenticated")

    assert writes(captured) == []


@pytest.mark.parametrize("scheme", ["Bearer", "Basic", "token:"])
def test_another_scheme_is_no_authentication(token: str, scheme: str) -> None:
    assert_problem(as_client(f"{scheme} {token}").get("/api/book"), 401, "not_authenticated")


def test_a_staff_session_works_too_if_the_page_is_ours(librarian: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(librarian)

    assert browser.get("/api/book").status_code == 200
    assert_problem(browser.post("/api/book/new", EMMA, content_type="application/json"), 403, "permission_denied")


@lists
def test_lists_can_be_browsed(desk: Client, url: str) -> None:
    response = desk.get(url, headers={"Accept": "text/html"})

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


def test_no_two_answers_to_an_unknown_id_differ_by_the_id(api: APIClient) -> None:
    first, second = (api.post(f"/api/book/{uuid4()}/return").json() for _ in range(2))

    assert first["detail"] == second["detail"]
