"""The journal says who did what, and nothing that is personal."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from catalog.commands import AddNewBook
from catalog.models import Book
from circulation.commands import RegisterUser
from library_site.cqrs import Conflict, InvalidInput, dispatch
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from tests.library import add_book, borrow, context, register

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def newest() -> dict[str, Any]:
    return dict(JournalEntry.objects.values().order_by("-id")[0])


def test_an_entry_says_what_by_whom_through_which_door_when_and_with_what_result() -> None:
    book_id, user_id = add_book(), register()
    borrow(book_id, user_id, now=NOW)

    entry = newest()

    assert entry["id"].version == 7
    del entry["id"], entry["changes"], entry["number"]
    assert entry == {
        "operation": "BorrowBook",
        "arguments": (ids := {"book_id": str(book_id), "user_id": str(user_id)}),
        "actor": "system:cli",
        "source": "cli",
        "at": NOW,
        "outcome": "CARRIED_OUT",
        "code": "",
        "result": ids | {"due_on": "2026-12-21", "loan_id": str(Book.objects.get(pk=book_id).loan_id)},
        "whole_id": None,
        "left_out": 0,
    }


def test_what_is_personal_is_in_no_entry_whether_carried_out_or_refused() -> None:
    ann = RegisterUser(name="Ann Quimby", email="Ann.Quimby@example.org")
    user_id = dispatch(ann, context()).user_id
    with pytest.raises(Conflict):
        dispatch(ann, context())
    with pytest.raises(InvalidInput):
        dispatch(RegisterUser(name="Ann Quimby", email="quimby at example.org"), context())
    books = [add_book() for _ in range(3)]
    borrow(books[0], user_id)
    with pytest.raises(Conflict, match="Quimby"):
        borrow(books[0], register())
    borrow(books[1], user_id)
    with pytest.raises(Conflict, match="Quimby"):
        borrow(books[2], user_id)

    for entry in JournalEntry.objects.values():
        assert "quimby" not in str(entry).lower()
        assert "example.org" not in str(entry).lower()


def test_arguments_that_are_as_if_they_were_not_given_are_left_out() -> None:
    dispatch(AddNewBook(title="Emma", author_name="Jane Austen", isbn="", only_if_new=False), context())
    assert newest()["arguments"] == {"title": "Emma"}

    dispatch(AddNewBook(title="Emma", author_name="Jane Austen", only_if_new=False, isbn="0141439580"), context())
    assert newest()["arguments"] == {"title": "Emma", "isbn": "0141439580"}


def test_equal_requests_do_not_show_by_their_fingerprints() -> None:
    for key in "ab":
        dispatch(AddNewBook(title="Emma", author_name="Jane Austen"), context(idempotency_key=key))

    assert len(set(IdempotencyKey.objects.values_list("fingerprint", flat=True))) == 2


def test_a_key_is_one_effect_of_its_actor() -> None:
    dispatch(AddNewBook(title="Emma", author_name="Jane Austen"), context(idempotency_key="key"))
    entry = JournalEntry.objects.get()
    entry.id, entry.number, entry._state.adding = UUID(int=1), None, True
    entry.save(force_insert=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyKey.objects.create(actor=entry.actor, key="key", fingerprint="", entry=entry)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x00b", "a\ufffdb"), ("half \ud800 character", "half \ufffd character"), ("\x1b[31m", "\x1b[31m")],
)
@pytest.mark.parametrize("key", [None, "key"])
def test_text_that_no_database_stores_is_refused_and_the_refusal_is_journalled(
    text: str, kept: str, key: str | None
) -> None:
    with pytest.raises(InvalidInput):
        dispatch(AddNewBook(title=text, author_name="Jane Austen"), context(idempotency_key=key))

    assert newest().items() >= {"operation": "AddNewBook", "outcome": "REFUSED", "code": "invalid"}.items()
    assert newest()["arguments"] == {"title": kept}
    with pytest.raises(InvalidInput):
        dispatch(RegisterUser(name=text, email="ann@example.org"), context(idempotency_key=key))
