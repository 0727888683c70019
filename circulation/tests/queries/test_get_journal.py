"""GetJournal: who did what."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.models import Author
from circulation.commands import BorrowBook, CancelReservation, MoveReservation, SetCalendarException
from circulation.queries import GetJournal
from circulation.queries.get_journal import JournalRow
from library_site.admin.tests.admin_pages import url
from library_site.cqrs import Actor, Context, DomainError, InvalidInput, dispatch
from library_site.cqrs.journal import record
from library_site.cqrs.models import JournalEntry
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.large_library import TODAY
from tests.library import add_book, context, give_back, lend, register, reserve, suspend
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def about_a_book(it: Arranger, entries: int) -> Arguments:
    book = it.book() if entries else uuid4()
    for _ in range(entries - 1):
        it("ReturnBook", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    GetJournal,
    rows=about_a_book,
    statements=1,
    large=lambda it: [
        {},
        {"user_id": it.reader_id},
        {"book_id": it.wanted_book_id},
        {"book_id": it.wanted_book_id, "user_id": it.reader_id},
        *({"actor": actor} for actor in (it.actor, "user:0")),
        *({"operation": name} for name in ("BorrowBook", "ReportMissingBook", "VerifyUser")),
        *({"outcome": outcome} for outcome in ("CARRIED_OUT", "REFUSED")),
        *({"day": TODAY - timedelta(weeks=weeks)} for weeks in (0, 20, 100)),
        {"operation": "ReportMissingBook", "outcome": "REFUSED"},
        {"user_id": it.reader_id, "actor": it.actor, "operation": "BorrowBook", "outcome": "CARRIED_OUT", "day": TODAY},
    ],
)


def journal(**asked: Any) -> list[JournalRow]:
    return there_and_back(GetJournal(**asked))


def test_a_row_says_who_did_what_about_whom_and_why(librarian: User) -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    suspend(ann)
    command = BorrowBook(book_id=emma, user_id=ann, override=("user_suspended",), override_reason="An examination.")
    dispatch(command, context(now=NOW))

    (row,) = journal(operation="BorrowBook")

    assert (row.book_id, row.book_title, row.user_id, row.user_name) == (emma, "Emma", ann, "Ann Lee")
    assert (row.source, row.reason, row.details, row.override_reason) == ("cli", "", "", "An examination.")
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


def test_a_return_is_of_who_had_the_book_and_names_for_whom_it_waits() -> None:
    """Whichever of the two has the lower id."""
    ann, bob = register("Ann Lee"), register("Bob")
    for had, waits in ((ann, bob), (bob, ann)):
        book_id = lend("Emma", had)
        reserve(book_id, waits)
        give_back(book_id)

        row = journal(book_id=book_id)[0]
        assert (row.operation, row.book_id, row.user_id) == ("ReturnBook", book_id, had)
        assert (row.reserved_for_user_id, row.reserved_for_name) == (waits, "Bob" if waits == bob else "Ann Lee")


def test_the_return_of_what_nobody_had_is_about_nobody() -> None:
    book_id = add_book("Emma")
    give_back(book_id)

    row = journal(book_id=book_id)[0]

    assert (row.operation, row.book_title, row.user_id, row.reserved_for_user_id) == ("ReturnBook", "Emma", None, None)


def test_whoever_is_moved_in_a_queue_or_leaves_it_is_found_by_the_book() -> None:
    emma, ann = lend("Emma"), register("Ann Lee")
    reservation = reserve(emma, ann)
    dispatch(MoveReservation(reservation_id=reservation, position=1, reason="Exam."), context())
    dispatch(CancelReservation(reservation_id=reservation), context())

    found = [(row.operation, row.book_title, row.user_name, row.reason) for row in journal(book_id=emma)[:2]]

    assert found == [("CancelReservation", "Emma", "Ann Lee", ""), ("MoveReservation", "Emma", "Ann Lee", "Exam.")]


@pytest.mark.parametrize(
    ("is_open", "details"), [(False, "25 December 2099: closed"), (True, "25 December 2099: open")]
)
def test_an_exception_to_the_calendar_says_which_day_and_why(is_open: bool, details: str) -> None:
    dispatch(SetCalendarException(day=date(2099, 12, 25), is_open=is_open, note="Christmas"), context())

    (row,) = journal(operation="SetCalendarException")

    assert (row.details, row.reason, row.book_id, row.user_id) == (details, "Christmas", None, None)


def test_a_day_is_a_day_where_the_library_is() -> None:
    add_book(now=datetime(2026, 11, 22, 10, 59, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 22, 11, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 23, 10, 59, tzinfo=UTC))
    add_book(now=datetime(2026, 11, 23, 11, tzinfo=UTC))

    with timezone.override("Pacific/Auckland"):  # thirteen hours ahead
        assert len(journal(day=date(2026, 11, 23))) == 2
    for day in (date.min, date.max):
        assert journal(day=day) == []


def test_an_edit_of_a_record_says_of_what_it_was_and_how(api: APIClient) -> None:
    author, book_id, ann = f"/api/author/{Author.objects.create(name='Nobody').pk}", lend(), register()
    api.post("/api/author", {"name": "Somebody"})
    api.patch(author, {"name": "No one"})
    api.delete(author)
    api.patch(f"/api/user/{ann}", {"status_comment": "Rang."})
    api.delete(f"/api/book/{book_id}")

    rows = [row for row in journal() if row.operation == "EditRecord"]
    assert [(row.details, row.book_id, row.user_id) for row in reversed(rows)] == [
        ("Author: added", None, None),
        ("Author: changed", None, None),
        ("Author: deleted", None, None),
        ("Library user: changed", None, ann),
        ("Book: deleted", book_id, None),
    ]


def test_what_is_personal_is_not_kept_so_that_who_is_deleted_has_no_name_there(api: APIClient) -> None:
    ann = register("Ann Lee", "ann@example.org")
    assert journal(user_id=ann)[0].user_name == "Ann Lee"

    assert api.delete(f"/api/user/{ann}").status_code == 204

    deleted, row = journal(user_id=ann)
    assert (deleted.operation, deleted.user_id) == ("EditRecord", None)
    assert (row.operation, row.user_id, row.user_name) == ("RegisterUser", None, None)
    assert "Lee" not in str(JournalEntry.objects.filter(operation="RegisterUser").values().get())


def test_an_outcome_that_there_is_not_is_bad_input() -> None:
    with pytest.raises(InvalidInput, match="The outcome is one of"):
        journal(outcome="DONE")


def test_what_no_operation_wrote_has_a_name_and_refusals_without_an_entry_are_counted(desk: Client) -> None:
    JournalEntry.objects.create(
        operation="OpeningBalance", arguments={}, actor="anonymous", source="html", at=NOW, left_out=12
    )
    record("SignIn", {}, Context(actor=Actor.anonymous(), source="html"), code="wrong_credentials")

    assert [row.left_out for row in journal(actor="anonymous")] == [0, 12]
    page = desk.get("/journal").content.decode()
    for words in ("Opening balance", "12 refusals before this have no entry", "name or the password was wrong"):
        assert words in page
    for page in ("/journal?operation=", "/admin/cqrs/journalentry/?operation="):
        assert [desk.get(f"{page}{name}").status_code for name in ("OpeningBalance", "SignIn")] == [200, 200]
    entry = JournalEntry.objects.get(operation="OpeningBalance")
    assert '<div class="readonly">12</div>' in desk.get(url("cqrs_journalentry", "change", entry.pk)).content.decode()
