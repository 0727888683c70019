"""The journal says who did what, and nothing that is personal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.commands import AddNewBook
from catalog.models import Book
from circulation.commands import BorrowBook, RegisterUser, ReturnBook
from library_site.cqrs import Actor, Conflict, DomainError, InvalidInput, dispatch, journal, keys
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from library_site.cqrs.records import EditRecord
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


def test_of_what_was_refused_as_much_is_kept_as_says_what_it_was() -> None:
    with pytest.raises(InvalidInput):
        dispatch(AddNewBook(title="E" * 1_000_000, author_name="x"), context())
    with pytest.raises(DomainError):
        borrow_in_spite(*["x" * 1_000] * 1_000)
    with pytest.raises(DomainError):
        edit({"loan_days": 0, "y" * 300: 1, "closed_weekdays": "8" * 300})

    added, lent, edited = (entry.arguments for entry in JournalEntry.objects.order_by("id"))
    assert added == {"title": "E" * 199 + "…"}
    assert lent["override"] == ["x" * 199 + "…"] * 50
    assert edited["values"] == {"loan_days": 0, "y" * 199 + "…": 1, "closed_weekdays": "8" * 199 + "…"}


def borrow_in_spite(*codes: str) -> None:
    command = BorrowBook(book_id=UUID(int=1), user_id=UUID(int=2), override=codes, override_reason="An exam")
    dispatch(command, context())


def edit(values: dict[str, Any], user_id: UUID | None = None) -> None:
    """Edit the record of a user, or the policy."""
    table, method = ("circulation.libraryuser", "PATCH") if user_id else ("circulation.librarypolicy", "POST")
    dispatch(EditRecord(table=table, method=method, record_id=user_id, values=values), context())


def test_of_an_edit_the_columns_are_kept_and_what_is_not_personal() -> None:
    edit({"loan_days": 21})
    edit({"status": "VERIFIED", "name": "Ann Quimby"}, register())

    policy, user = JournalEntry.objects.filter(operation="EditRecord").order_by("id")
    assert policy.arguments["values"] == {"loan_days": 21}
    assert user.arguments["values"] == {"status": "VERIFIED", "name": None}


@pytest.mark.django_db(transaction=True)
def test_of_too_many_refusals_the_next_entry_says_how_many_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one actor with one code in one minute; another's, another code's and another minute's are written."""

    def refused(minute: int, command: Any, actor: str = "system:cli", times: int = 1) -> list[JournalEntry]:
        before = JournalEntry.objects.count()
        by = context(now=NOW + timedelta(hours=7, minutes=minute))  # when no other test of this process was refused
        for _ in range(times):
            with pytest.raises(DomainError):
                dispatch(command, replace(by, actor=Actor(actor)))
        return list(JournalEntry.objects.order_by("number")[before:])

    monkeypatch.setattr(journal, "MOST_REFUSALS", 20)
    monkeypatch.setattr(journal, "ASK_FROM", 2)
    unknown, nonsense, ann = ReturnBook(book_id=UUID(int=1)), AddNewBook(title=""), register()

    with CaptureQueriesContext(connection) as asked:
        assert len(refused(0, unknown, times=25)) == 20
    assert [entry.left_out for entry in refused(0, nonsense)] == [5]
    assert refused(0, unknown) == []
    assert any('"id" >= \'' in each["sql"] for each in asked), "of all that the actor ever did, only the last"
    assert [entry.left_out for entry in refused(0, unknown, actor="system:lambda")] == [1]
    assert refused(0, unknown, times=3) == []
    with monkeypatch.context() as full:
        full.setattr(keys, "remembered", Mock(side_effect=OSError("full")))
        with pytest.raises(OSError, match="full"):
            edit({"status": "VERIFIED"}, ann)
    edit({"status": "VERIFIED"}, ann)
    assert [entry.left_out for entry in JournalEntry.objects.order_by("-number")[:2]] == [3, 0], "the whole, its part"
    assert [entry.left_out for entry in refused(1, unknown)] == [0]
