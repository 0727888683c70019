"""The legacy CRUD, by its own rules: what it may break, and what the models keep it from breaking."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog.models import Author, Book
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, borrow, lend, register, reserve, suspend_by_loss
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db


def test_crud_leaves_no_trace_in_the_journal(api: APIClient) -> None:
    user = api.post("/api/user", {"name": "Ann Lee", "email": "ann@example.org"}).json()
    api.patch(f"/api/user/{user['id']}", {"name": "Ann Ray"})
    api.delete(f"/api/user/{user['id']}")

    assert not JournalEntry.objects.exists()


def test_crud_lends_what_no_task_would_lend(api: APIClient) -> None:
    """The "before": whoever may edit a book may lend it to a suspended person, without a due date."""
    ann, book_id = register(), add_book()
    suspend_by_loss(ann)

    response = api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    assert response.status_code == 200
    assert Book.objects.get(pk=book_id).due_on is None


@pytest.mark.parametrize("status", ["AVAILABLE", "MISSING", "BORROWED"])
def test_a_loan_that_crud_ends_or_gives_to_somebody_else_takes_its_dates_along(api: APIClient, status: str) -> None:
    book_id, bob = add_book(), register()
    borrow(book_id, register())
    change = {"status": status, "borrower": str(bob) if status == "BORROWED" else None}

    assert api.patch(f"/api/book/{book_id}", change).status_code == 200

    book = Book.objects.get(pk=book_id)
    assert (book.borrower_id, book.borrowed_at, book.due_on) == (bob if change["borrower"] else None, None, None)


def test_an_edit_that_leaves_the_borrower_leaves_the_dates(api: APIClient) -> None:
    book_id, ann = add_book("Ema"), register()
    borrow(book_id, ann)
    before = Book.objects.get(pk=book_id)
    body = api.get(f"/api/book/{book_id}").json()

    assert api.put(f"/api/book/{book_id}", body | {"title": "Emma"}).status_code == 200

    after = Book.objects.get(pk=book_id)
    assert (after.title, after.due_on, after.borrowed_at) == ("Emma", before.due_on, before.borrowed_at)
    assert after.due_on is not None


def test_a_book_on_loan_is_not_made_available_by_its_status_alone(api: APIClient) -> None:
    book_id = add_book()
    borrow(book_id, register())

    problem = assert_problem(api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"}), 400, "invalid")

    assert "change both together, or use the tasks Borrow and Return" in problem["detail"]


def test_a_patch_writes_only_what_was_sent_and_what_follows_from_it(api: APIClient) -> None:
    book_id = add_book("Ema")

    with CaptureQueriesContext(connection) as captured:
        api.patch(f"/api/book/{book_id}", {"title": "Emma"})

    (update,) = [each["sql"] for each in captured if each["sql"].startswith("UPDATE")]
    assert "title" in update
    assert "search_key" in update
    for column in ("isbn", "status", "author_id", "borrower_id", "due_on"):
        assert f'"{column}" =' not in update


@pytest.mark.parametrize(
    ("resource", "body", "fields"),
    [
        ("author", {"name": "JANE  austen"}, {("name", "unique")}),
        ("author", {"name": " "}, {("name", "blank")}),
        ("author", {"name": "\ufdfa" * 255}, {("name", "invalid")}),
        ("author", {"name": "\u0958" * 60 + "ｶﾞ" * 97}, {("name", "max_length")}),
        ("author", {"name": "a\x07"}, {("name", "invalid")}),
        ("user", {"name": "A", "email": "ANN@example.org"}, {("email", "unique")}),
        ("user", {"name": "\u0958" * 200, "email": "a@example.org"}, {("name", "max_length")}),
        ("user", {"name": "A", "email": f"a@{'.'.join(['㎢' * 20] * 11)}.org"}, {("email", "max_length")}),
        ("user", {"name": None, "email": 5}, {("name", "null"), ("email", "invalid")}),
        ("book", {"title": "\u0958" * 300, "author": "author"}, {("title", "max_length")}),
        ("book", {"title": "E", "author": "author", "isbn": "1"}, {("isbn", "invalid_isbn")}),
        ("book", {"title": "E", "author": "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"}, {("author", "does_not_exist")}),
        ("book", {"title": "E", "author": "junk"}, {("author", "incorrect_type")}),
        ("book", {"title": "E", "author": {"id": 1}}, {("author", "incorrect_type")}),
    ],
)
def test_what_the_models_refuse_is_said_of_the_field(
    api: APIClient, resource: str, body: dict[str, Any], fields: set[tuple[str, str]]
) -> None:
    author_id = Book.objects.get(pk=add_book()).author_id
    register(email="ann@example.org")
    body = {name: str(author_id) if value == "author" else value for name, value in body.items()}

    problem = assert_problem(api.post(f"/api/{resource}", body), 400, "invalid")

    said = fields_of(problem)
    assert {field for field, _ in said} == {field for field, _ in fields}
    assert resource == "book" or said == fields


@pytest.mark.django_db(transaction=True)
def test_what_another_request_took_meanwhile_is_a_conflict(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check before the write can't see what is not yet committed; the database's refusal is said in its words."""
    add_book(author="Jane Austen")
    register(email="ann@example.org")
    monkeypatch.setattr(Author, "clean", lambda self: None)
    monkeypatch.setattr(Author, "validate_constraints", lambda self: None)
    monkeypatch.setattr(LibraryUser, "clean", lambda self: None)
    monkeypatch.setattr(LibraryUser, "validate_constraints", lambda self: None)

    author = assert_problem(api.post("/api/author", {"name": "JANE AUSTEN"}), 409, "conflict")
    user = assert_problem(api.post("/api/user", {"name": "Ann", "email": "Ann@example.org"}), 409, "conflict")

    assert author["detail"] == "There is an author of this name already."
    assert user["detail"] == "Somebody is registered with this e-mail address already."


def test_a_refusal_of_the_database_in_other_words_is_a_conflict_too(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("something else")

    monkeypatch.setattr(Author, "save", refuse)

    assert "changed meanwhile" in assert_problem(api.post("/api/author", {"name": "A"}), 409, "conflict")["detail"]


def test_a_user_suspended_by_crud_keeps_what_the_status_was(api: APIClient) -> None:
    ann = register(verified=True)

    api.patch(f"/api/user/{ann}", {"status": "SUSPENDED", "status_comment": "Ink."})

    user = LibraryUser.objects.get(pk=ann)
    assert (user.status, user.status_before, user.suspended_for_loss) == ("SUSPENDED", "VERIFIED", False)


def test_lists_are_read_in_two_queries_however_long(api: APIClient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert api.get("/api/book").status_code == 200
        return len([each for each in captured if "catalog_book" in each["sql"]])

    add_book()
    few = queries()
    for _ in range(20):
        add_book(author="Somebody Else")

    assert queries() == few == 1


def test_filters_find_authors_and_users_whatever_the_case(api: APIClient) -> None:
    add_book(author="Jane Austen")
    register("Ann", "ann@example.org")

    assert [row["name"] for row in api.get("/api/author?name=JANE%20%20AUSTEN").json()["results"]] == ["Jane Austen"]
    assert [row["name"] for row in api.get("/api/user?email=ANN@EXAMPLE.ORG").json()["results"]] == ["Ann"]
    assert api.get("/api/user?status=SUSPENDED").json()["results"] == []


def test_a_rename_of_an_author_touches_nothing_of_the_books_but_their_search_key(api: APIClient) -> None:
    book_id = add_book("Emma", author="Jane Austin")
    with CaptureQueriesContext(connection) as captured:
        api.patch(f"/api/author/{Author.objects.get().pk}", {"name": "Jane Austen"})

    (update,) = [each["sql"] for each in captured if each["sql"].startswith('UPDATE "catalog_book"')]
    assert update.split("WHERE")[0].count("=") == 1
    assert Book.objects.get(search_key__has_words="emma austen").pk == book_id


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks the whole file for an edit")
@pytest.mark.parametrize("method", ["patch", "put"])
def test_an_edit_locks_the_row_that_it_checks(api: APIClient, method: str) -> None:
    book_id = add_book("Emma")
    row = api.get(f"/api/book/{book_id}").json()
    with CaptureQueriesContext(connection) as captured:
        assert getattr(api, method)(f"/api/book/{book_id}", row | {"title": "Persuasion"}).status_code == 200

    read = next(each["sql"] for each in captured if 'FROM "catalog_book"' in each["sql"])
    assert read.endswith("FOR NO KEY UPDATE")


def test_a_book_that_somebody_has_or_waits_for_is_not_deleted(api: APIClient) -> None:
    """Rule 17, as it is for people: the loan would be lost, and so would the copy on the hold shelf."""
    isbn = "9780441013593"
    on_loan, other = lend("Emma"), add_book("Dune", isbn=isbn)
    borrow(other, register())
    reserve(other, register())
    on_hold = add_book("Dune", isbn=isbn)

    for book_id, words in ((on_loan, "“Emma” is on loan"), (on_hold, "“Dune” waits on the hold shelf for somebody")):
        said = assert_problem(api.delete(f"/api/book/{book_id}"), 409, "still_referenced")
        assert (said["detail"].startswith(words), said["book_id"]) == (True, str(book_id))
    assert Book.objects.count() == 3
