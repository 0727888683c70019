"""A library that is at work already takes the new release: its rows are kept, and what is new is filled in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps
from django.db.models.functions import Coalesce

from catalog.models import BarcodeSeries, Book, Code, search_index
from catalog.models.search import search_key
from catalog.policies import BarcodeKind, barcode
from circulation.models import LibraryUser
from library_site.cqrs.ids import uuid7
from library_site.cqrs.management.append_only import guard, let_change
from library_site.cqrs.models import IdempotencyKey, JournalSubject
from tests.library import add_book, borrow, register

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE_RESERVATIONS = [
    ("catalog", "0003_search_indexes"),
    ("circulation", "0002_search_index"),
    ("cqrs", "0001_initial"),
]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def before() -> Iterator[StateApps]:
    """The tables, empty, as they were before there were reservations."""
    let_change(connection)
    migrate(BEFORE_RESERVATIONS)
    try:
        yield MigrationExecutor(connection).loader.project_state(BEFORE_RESERVATIONS).apps
    finally:
        migrate_to_now()


def migrate(targets: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(targets)


def migrate_to_now() -> None:
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    guard(connection)


def test_what_a_library_has_is_numbered_and_named(before: StateApps) -> None:
    ids = [uuid7() for _ in range(9)]
    ann, bob, cara, *books = ids
    fill(before, people=[ann, bob, cara], books=books)

    migrate_to_now()

    labels = {book.pk: book.barcode for book in Book.objects.all()}
    cards = {user.pk: user.barcode for user in LibraryUser.objects.all()}
    assert labels == {pk: barcode(BarcodeKind.BOOK, "0001", number) for number, pk in enumerate(books, 1)}
    assert cards == {pk: barcode(BarcodeKind.CARD, "0001", number) for number, pk in enumerate((ann, bob, cara), 1)}
    assert dict(BarcodeSeries.objects.values_list("kind", "next_number")) == {"2": 4, "3": 7}
    codes = dict(Code.objects.values_list("key", Coalesce("book_id", "user_id")))
    assert codes == {text: pk for pk, text in (labels | cards).items()}
    assert set(LibraryUser.objects.values_list("name_key", flat=True)) == {"person 0", "person 1", "person 2"}

    assert {book.pk for book in Book.objects.filter(search_key__has_words="book 3 austen")} == {books[3]}
    assert {user.pk for user in LibraryUser.objects.filter(search_key__has_words="reader1 p")} == {bob}

    assert suspensions() == {ann: (False, False, ""), bob: (False, True, "VERIFIED"), cara: (True, False, "VERIFIED")}
    lent = Book.objects.get(borrower=ann)
    assert lent.due_on == NOW.date() + timedelta(days=28)
    assert list(Book.objects.exclude(loan_id=None)) == [lent]
    (key,) = IdempotencyKey.objects.all()
    assert (key.actor, key.key, key.fingerprint, key.entry.operation) == ("system:cli", "k", "f", "BorrowBook")
    assert key.at == NOW
    assert subjects() == {("BorrowBook", ann), ("BorrowBook", books[0]), ("ReturnBook", books[1])}

    call_command("check_journal")
    borrow(book_id := add_book(), register())
    assert Book.objects.get(pk=book_id).barcode == barcode(BarcodeKind.BOOK, "0001", 7)


def test_keys_are_folded_a_batch_at_a_time_and_go_on_where_they_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_BATCH", 2)
    of_before = {add_book(f"Ø {number}"): f"ø {number} jane austen" for number in range(5)}
    for pk, was in of_before.items():
        Book.objects.filter(pk=pk).update(search_key=was)
    folded: list[str] = []

    def key(title: str, author: str) -> str:
        folded.append(title)
        if len(folded) == 4:
            raise KeyboardInterrupt
        return search_key(title, author)

    step = search_index.fold("catalog.Book", "title", "author__name", key=key)
    editor: Any = SimpleNamespace(connection=connection)
    with pytest.raises(KeyboardInterrupt):
        step(apps, editor)
    assert Book.objects.filter(search_key__has_words="o aus").count() == 2
    assert Book.objects.filter(search_key__has_words="jane").count() == 5  # as before

    step(apps, editor)

    assert folded == ["Ø 0", "Ø 1", "Ø 2", "Ø 3", "Ø 2", "Ø 3", "Ø 4"]
    assert Book.objects.filter(search_key__has_words="o aus").count() == 5


def test_what_the_version_before_wrote_beside_the_one_that_knows_codes_has_them_too() -> None:
    label, card, was = "20001000004711", "30001000004713", "30001000004712"
    book_id, user_id = add_book("Emma", barcode="ab-12345678901"), register("Ann Lee")
    LibraryUser.objects.filter(pk=user_id).update(barcode=card, name="Zoë Ray")
    Code.objects.filter(user_id=user_id).update(key=was)
    added = add_book("Dune")
    Book.objects.filter(pk=added).update(barcode=label)
    Code.objects.filter(book_id=added).delete()
    editor: Any = SimpleNamespace(connection=connection)

    for _ in range(2):
        import_module("catalog.migrations.0017_codes_again").fill_codes(apps, editor)
        import_module("circulation.migrations.0016_name_keys_again").fold_names(apps, editor)

    codes = Code.objects.annotate(of=Coalesce("book_id", "user_id"))
    assert dict(codes.filter(replaced_at=None).values_list("key", "of")) == {
        "AB-12345678901": book_id,
        label: added,
        card: user_id,
    }
    assert list(codes.exclude(replaced_at=None).values_list("key", "of")) == [(was, user_id)]
    assert LibraryUser.objects.get(pk=user_id).name_key == "zoë ray"


def fill(apps: StateApps, *, people: list[UUID], books: list[UUID]) -> None:
    """Three people, of whom one has a book, one is suspended by staff and one for a loss; the newest rows first."""
    statuses: list[dict[str, Any]] = [
        {"status": "VERIFIED"},
        {"status": "SUSPENDED", "status_before": "VERIFIED"},
        {"status": "SUSPENDED", "status_before": "VERIFIED", "suspended_for_loss": True},
    ]
    users, titles = apps.get_model("circulation", "LibraryUser"), apps.get_model("catalog", "Book")
    for number, (pk, status) in reversed(list(enumerate(zip(people, statuses, strict=True)))):
        address = f"reader{number}@example.org"
        users.objects.create(pk=pk, name=f"Person {number}", email=address, email_key=address, **status)
    author = apps.get_model("catalog", "Author").objects.create(name="Jane Austen", name_key="jane austen")
    for number, pk in reversed(list(enumerate(books))):
        titles.objects.create(pk=pk, title=f"Book {number}", author=author)
    loan = {"borrower_id": people[0], "borrowed_at": NOW, "due_on": NOW.date() + timedelta(days=28)}
    titles.objects.filter(pk=books[0]).update(status="BORROWED", **loan)
    loan |= {"book_id": books[1], "borrower_id": people[2], "ended_at": NOW, "ending": "MISSING"}
    apps.get_model("circulation", "PastLoan").objects.create(**loan)
    journal(
        apps, "BorrowBook", {"book_id": books[0], "user_id": people[0]}, {"book_id": books[0], "due_on": "2026-12-21"}
    )
    journal(apps, "ReturnBook", {"book_id": books[1]}, None)
    journal(apps, "AddNewBook", {"title": "Emma", "author_id": None}, None)


def journal(apps: StateApps, operation: str, arguments: dict[str, Any], result: dict[str, Any] | None) -> None:
    apps.get_model("cqrs", "JournalEntry").objects.create(
        operation=operation,
        arguments=plain(arguments),
        result=result and plain(result),
        outcome="CARRIED_OUT" if result else "REFUSED",
        actor="system:cli",
        source="cli",
        at=NOW,
        idempotency_key="k",  # which those that were refused may share
        fingerprint="f",
    )


def plain(said: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in said.items()}


def suspensions() -> dict[UUID, tuple[bool, bool, str]]:
    """Of everybody: whether suspended for a loss, and by staff; and the status before."""
    return {
        user.pk: (user.suspended_for_loss, user.suspended_by_staff, user.status_before)
        for user in LibraryUser.objects.all()
    }


def subjects() -> set[tuple[str, UUID]]:
    return set(JournalSubject.objects.values_list("entry__operation", "subject"))
