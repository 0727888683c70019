"""The journal adds up to the library, and what is changed past it is named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from catalog.models import Book
from circulation.commands import ChangeContact, CorrectBook, ExpireReservations, ReinstateUser
from circulation.models import LibraryUser, PastLoan, Reservation
from library_site.cqrs import dispatch
from library_site.cqrs.ids import uuid7
from library_site.cqrs.management.append_only import guard, let_change
from library_site.cqrs.management.commands import check_journal
from library_site.cqrs.management.commands.check_journal import Ledger
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, borrow, context, give_back, lend, register, renew, report_missing, reserve, suspend

pytestmark = pytest.mark.django_db

ISBN, HOWL = "9780441013593", "9780872863101"


@pytest.fixture
def library() -> dict[str, UUID]:
    """A bit of everything, by name."""
    ann, bob, cara = (register(name) for name in ("Ann", "Bob", "Cara"))
    lent, lost, returned, held = add_book(), add_book(), add_book(), add_book(isbn=ISBN)
    dan = register("Dan")
    for book, user in ((lent, ann), (lost, bob), (returned, ann), (held, dan)):
        borrow(book, user)
    reservation, queued = reserve(held, bob), reserve(held, cara)
    give_back(returned)
    give_back(held)
    report_missing(lost)
    suspend(cara)
    renew(lent)
    _, missing = lend(isbn=HOWL), add_book(isbn=HOWL)
    report_missing(missing)
    reserve(missing, dan)
    dispatch(CorrectBook(book_id=missing, isbn=""), context())
    loss = Book.objects.get(pk=lost).pastloan_set.get()
    return {
        "lent": lent,
        "returned": returned,
        "held": held,
        "ann": ann,
        "cara": cara,
        "reservation": reservation,
        "queued": queued,
        "loss": loss.pk,
    }


def test_what_commands_did_adds_up(library: dict[str, UUID], capsys: pytest.CaptureFixture[str]) -> None:
    """A late reservation too, and a loss of somebody who was reinstated."""
    tomorrow = timezone.now() + timedelta(days=90)
    dispatch(ReinstateUser(user_id=PastLoan.objects.get(pk=library["loss"]).borrower_id, reason="x"), context())
    dispatch(ExpireReservations(), context(now=tomorrow))

    call_command("check_journal")

    assert f"{JournalEntry.objects.count()} entries" in capsys.readouterr().out


BY_HAND: list[tuple[Any, str, dict[str, Any]]] = [
    (Book, "returned", {"status": "MISSING"}),
    (Book, "lent", {"due_on": "2099-01-01"}),
    (Book, "lent", {"renewals": 2}),
    (Book, "lent", {"borrower": "cara"}),
    (Book, "lent", {"loan_id": uuid7()}),
    (Book, "lent", {"borrowed_at": None}),
    (Book, "held", {"held_until": "2099-01-01"}),
    (Book, "held", {"reservation": "queued"}),
    (Reservation, "queued", {"user": "ann"}),
    (Reservation, "queued", {"rank": -3}),
    (Reservation, "queued", {"status": "CANCELLED", "ended_at": "2026-11-23T09:30Z"}),
    (PastLoan, "loss", {"resolved_at": "2026-11-23T09:30Z"}),
    (PastLoan, "loss", {"borrower": "cara"}),
    (PastLoan, "loss", {"comment": ""}),
    (PastLoan, "loss", {"due_on": None}),
    (LibraryUser, "cara", {"suspended_until": "2099-01-01"}),
    (LibraryUser, "ann", {"status": "VERIFIED"}),
]


@pytest.mark.alike
@pytest.mark.parametrize(("model", "name", "values"), BY_HAND)
def test_what_is_changed_past_the_journal_is_named(
    library: dict[str, UUID], model: Any, name: str, values: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    new = {column: library.get(value, value) if isinstance(value, str) else value for column, value in values.items()}
    model.objects.filter(pk=library[name]).update(**new)

    with pytest.raises(CommandError, match=r"^1 row"):
        call_command("check_journal")

    (said,) = (line for line in capsys.readouterr().out.splitlines() if str(library[name]) in line)
    assert all(column in said.replace("suspends", "comment") for column in values)


def test_what_is_accepted_is_what_the_journal_counts_on_from(
    library: dict[str, UUID], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many rows, some an entry."""
    monkeypatch.setattr(check_journal, "ROWS_OF_AN_ENTRY", 2)
    wrong = {library["loss"], *Reservation.objects.values_list("pk", flat=True)}
    Reservation.objects.update(rank=F("rank") + 9)
    PastLoan.objects.filter(pk=library["loss"]).delete()

    call_command("check_journal", accept=True)
    call_command("check_journal")

    assert "4 rows accepted" in capsys.readouterr().out
    entries = JournalEntry.objects.filter(operation="OpeningBalance").order_by("number")
    assert [len(entry.changes) for entry in entries] == [1, 2, 1]
    assert set(entries.values_list("journalsubject__subject", flat=True)) == wrong


def test_a_task_or_an_edit_of_a_row_says_all_of_it(library: dict[str, UUID]) -> None:
    Book.objects.filter(pk=library["lent"]).update(renewals=3)
    LibraryUser.objects.filter(pk=library["ann"]).update(status="VERIFIED")

    dispatch(CorrectBook(book_id=library["lent"], title="Emma"), context())
    dispatch(ChangeContact(user_id=library["ann"], name="Ann Lee"), context())

    call_command("check_journal")


def disable(connection: Any) -> None:
    """As a restore of data may leave PostgreSQL's triggers."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cqrs_journalsubject DISABLE TRIGGER USER")


@pytest.mark.parametrize("take_away", [let_change] + [disable] * (connection.vendor == "postgresql"))
def test_it_fails_where_nothing_guards_the_journal(take_away: Any) -> None:
    take_away(connection)
    with pytest.raises(CommandError, match=r"run `manage.py migrate`\."):
        call_command("check_journal")
    guard(connection)
    call_command("check_journal")


def test_what_is_there_or_gone_past_the_journal_is_named(
    library: dict[str, UUID], capsys: pytest.CaptureFixture[str]
) -> None:
    PastLoan.objects.filter(pk=library["loss"]).delete()
    last = Reservation.objects.latest("id")
    Reservation.objects.filter(pk=last.pk).delete()
    new = PastLoan.objects.create(
        id=uuid7(), book_id=library["lent"], borrower_id=library["ann"], ended_at=timezone.now(), ending="RETURNED"
    )

    with pytest.raises(CommandError, match=r"^3 rows"):
        call_command("check_journal")

    said = capsys.readouterr().out
    assert f"Past loan {library['loss']} is gone" in said
    assert f"Reservation {last.pk} is gone" in said
    assert f"Past loan {new.pk} is in no entry" in said


def test_a_blank_matches_anything(library: dict[str, UUID]) -> None:
    """As when privacy has taken a person out of it."""
    for entry in JournalEntry.objects.all():
        for change in entry.changes:
            change.update(dict.fromkeys(change.keys() & {"borrower_id", "user_id"}))
            if change["table"] == "circulation.libraryuser":
                change["id"] = None
        entry.save(update_fields=["changes"])
    Book.objects.filter(pk=library["lent"]).update(borrower=library["cara"])

    call_command("check_journal")

    people = LibraryUser.objects.bulk_create(LibraryUser(email_key=f"{n}", barcode=f"{n}") for n in range(20))
    with pytest.raises(CommandError):
        call_command("check_journal")
    assert len(people) == 20, "more than blanks explain"


@pytest.mark.django_db(transaction=True)
def test_it_sees_one_moment_and_no_desk_waits_for_it(
    library: dict[str, UUID], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    enter, entries = Ledger.enter, JournalEntry.objects.count()

    def enter_while_a_desk_is_at_work(*said: Any) -> None:
        with ThreadPoolExecutor(1) as desks:
            desks.submit(at_another_desk).result(timeout=10)
        enter(*said)

    def at_another_desk() -> None:
        give_back(library["lent"])
        connection.close()

    monkeypatch.setattr(Ledger, "enter", enter_while_a_desk_is_at_work)

    call_command("check_journal")

    assert f"{entries} entries" in capsys.readouterr().out
    assert JournalEntry.objects.count() == 2 * entries
    assert Book.objects.get(pk=library["lent"]).status == "AVAILABLE"
