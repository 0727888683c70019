"""GetJournal: who did what."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.commands import AddCopies
from circulation.commands import BorrowBook, WithdrawBook
from circulation.queries import GetJournal
from circulation.queries.get_journal import JournalRow
from library_site.cqrs import Actor, Context, DomainError, InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, borrow, context, give_back, lend, register, suspend
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def journal(
    *,
    user_id: UUID | None = None,
    book_id: UUID | None = None,
    actor: str | None = None,
    operation: str | None = None,
    outcome: str | None = None,
    day: date | None = None,
) -> list[JournalRow]:
    return there_and_back(
        GetJournal(user_id=user_id, book_id=book_id, actor=actor, operation=operation, outcome=outcome, day=day)
    )


def test_a_row_says_who_did_what_about_whom_and_why(librarian: User) -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    suspend(ann)
    command = BorrowBook(book_id=emma, user_id=ann, override=("user_suspended",), override_reason="An examination.")
    dispatch(command, context(now=NOW))

    (row,) = journal(operation="BorrowBook")

    assert row == JournalRow(
        id=row.id,
        at=NOW,
        operation="BorrowBook",
        actor="system:cli",
        actor_name="system:cli",
        source="cli",
        outcome="CARRIED_OUT",
        code="",
        book_id=emma,
        book_title="Emma",
        user_id=ann,
        user_name="Ann Lee",
        reason="An examination.",
        overrode=row.overrode,
    )
    assert "user_suspended" in row.overrode


def test_a_refusal_says_which_and_staff_are_called_by_name_while_there_are_any(librarian: User) -> None:
    emma, ann = lend("Emma"), register("Ann Lee")
    actor = Actor.of_user(librarian)
    with pytest.raises(DomainError):
        dispatch(BorrowBook(book_id=emma, user_id=ann), Context(actor=actor, source="html", now=NOW))

    (row,) = journal(user_id=ann, outcome="REFUSED")

    assert (row.code, row.source, row.actor, row.actor_name) == ("book_not_available", "html", actor.id, "librarian")
    librarian.delete()
    assert journal(actor=actor.id)[0].actor_name == actor.id


def test_the_newest_is_at_the_top_and_what_a_book_or_a_person_has_to_do_with_is_found() -> None:
    emma, ann, bob = add_book("Emma"), register("Ann Lee"), register("Bob")
    for who in (ann, bob):
        borrow(emma, who)
        give_back(emma)
    (copy,) = dispatch(AddCopies(book_id=emma), context()).book_ids

    assert [row.operation for row in journal(book_id=emma)] == [
        *("AddCopies", "ReturnBook", "BorrowBook", "ReturnBook", "BorrowBook", "AddNewBook")
    ]
    assert [row.operation for row in journal(user_id=ann)] == ["ReturnBook", "BorrowBook", "RegisterUser"]
    assert [row.operation for row in journal(user_id=ann, book_id=emma)] == ["ReturnBook", "BorrowBook"]
    assert [row.operation for row in journal(book_id=copy)] == ["AddCopies"]
    assert [row.book_id for row in journal(operation="ReturnBook")] == [emma, emma]


def test_each_field_that_is_given_narrows_the_list(librarian: User) -> None:
    dispatch(
        WithdrawBook(book_id=add_book(), reason="Worn out."), Context(actor=Actor.of_user(librarian), source="rest")
    )
    with pytest.raises(DomainError):
        dispatch(WithdrawBook(book_id=add_book(), reason=" "), context())

    (withdrawn,) = journal(actor=f"user:{librarian.pk}")
    assert (withdrawn.operation, withdrawn.reason) == ("WithdrawBook", "Worn out.")
    assert [row.code for row in journal(operation="WithdrawBook", outcome="REFUSED")] == ["invalid"]
    assert journal(actor=f"user:{librarian.pk}", outcome="REFUSED") == []


def test_a_day_is_a_day_where_the_library_is() -> None:
    add_book(now=datetime(2026, 11, 22, 10, 59, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 22, 11, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 23, 10, 59, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 23, 11, tzinfo=UTC))

    with timezone.override("Pacific/Auckland"):  # thirteen hours ahead
        assert len(journal(day=date(2026, 11, 23))) == 2
    for day in (date.min, date.max):
        assert journal(day=day) == []


def test_what_is_personal_is_not_kept_so_that_who_is_deleted_has_no_name_there(api: APIClient) -> None:
    ann = register("Ann Lee", "ann@example.org")
    assert journal(user_id=ann)[0].user_name == "Ann Lee"

    assert api.delete(f"/api/user/{ann}").status_code == 204

    (row,) = journal(user_id=ann)
    assert (row.operation, row.user_id, row.user_name) == ("RegisterUser", None, None)
    assert "Lee" not in str(JournalEntry.objects.filter(operation="RegisterUser").values().get())


@pytest.mark.parametrize("field", ["operation", "outcome"])
def test_what_no_entry_can_have_is_bad_input(field: str) -> None:
    for value in ("SearchBooks", "borrow_book", "DONE"):
        with pytest.raises(InvalidInput):
            journal(operation=value) if field == "operation" else journal(outcome=value)
