"""A journal of a million entries is added up in minutes, and in little memory."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Max, Model

from catalog.models import Author, Book
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs.ids import uuid7
from library_site.cqrs.journal import state_of
from library_site.cqrs.models import JournalEntry
from tests.large_library import insert
from tests.process import database_url, python

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak, pytest.mark.postgresql]

logger = logging.getLogger(__name__)

BOOKS, PEOPLE, LOANS, OPEN = 100_000, 10_000, 502_500, 5_000
ENTRIES = 2 * LOANS - OPEN
"""Beside the opening balance."""

BEGAN = datetime(2025, 1, 1, 9, 30, tzinfo=UTC)

MOST_SECONDS, MOST_MIB = 300, 300

CHECK = """
import time
import django; django.setup()
from django.core.management import call_command
from tests.process import peak_mib
began = time.monotonic()
try:
    call_command("check_journal")
finally:
    print(int(time.monotonic() - began), peak_mib())
"""

Rows = list[tuple[type[Model], dict[str, Any]]]


def test_a_million_entries_are_added_up() -> None:
    books = fill()

    checked = python(CHECK, DATABASE_URL=database_url())

    *said, figures = checked.stdout.splitlines()
    seconds, mib = map(int, figures.split())
    logger.warning("%s entries on %s: %s s, %s MiB. %s", ENTRIES, connection.vendor, seconds, mib, " ".join(said))
    assert checked.returncode == 0, checked.stderr
    assert JournalEntry.objects.count() > ENTRIES >= 1_000_000
    assert seconds < MOST_SECONDS
    assert mib < MOST_MIB

    Book.objects.filter(pk=books[BOOKS // 2]).update(status="WITHDRAWN")
    assert f"Book {books[BOOKS // 2]}: status is WITHDRAWN" in python(CHECK, DATABASE_URL=database_url()).stdout


def fill() -> list[UUID]:
    """A library with an opening balance, whose books were then lent and returned, but for the last. The books."""
    author = Author.objects.create(name="Jane Austen")
    people = [LibraryUser(name="Ann", email_key=f"{number}", barcode=f"{number}") for number in range(PEOPLE)]
    books = [Book(title="Emma", author=author, barcode=f"{number}") for number in range(BOOKS)]
    LibraryUser.objects.bulk_create(people, batch_size=1_000)
    Book.objects.bulk_create(books, batch_size=1_000)
    with connection.schema_editor() as editor:
        import_module("circulation.migrations.0008_opening_balance").write_balance(apps, editor)
    written = history(books, people)
    while some := list(islice(written, 20_000)):
        for model in (JournalEntry, PastLoan):
            if rows_of_it := [row for of, row in some if of is model]:
                insert(model, rows_of_it)
    lent = [book for book in books if book.status == "BORROWED"]
    Book.objects.bulk_update(lent, ["status", "borrower", "loan_id", "borrowed_at", "due_on"], batch_size=1_000)
    return [book.pk for book in books]


def history(books: list[Book], people: list[LibraryUser]) -> Iterator[tuple[type[Model], dict[str, Any]]]:
    """Each loan ends just after the one before it began; the last ones stay open."""
    number = JournalEntry.objects.aggregate(last=Max("number"))["last"]
    for loan in range(LOANS):
        book, at = books[loan % BOOKS], BEGAN + timedelta(seconds=loan)
        book.status, book.borrower, book.loan_id = "BORROWED", people[loan % PEOPLE], uuid7()
        book.borrowed_at, book.due_on = at, at.date() + timedelta(days=28)
        yield JournalEntry, entry(number := number + 1, "BorrowBook", at, book)
        if loan < LOANS - OPEN:
            past = PastLoan(
                id=book.loan_id,
                book=book,
                borrower=book.borrower,
                borrowed_at=at,
                due_on=book.due_on,
                ended_at=at + timedelta(days=9),
                ending="RETURNED",
            )
            book.status, book.borrower, book.loan_id, book.borrowed_at, book.due_on = "AVAILABLE", *[None] * 4
            yield JournalEntry, entry(number := number + 1, "ReturnBook", past.ended_at, past, book)
            yield (
                PastLoan,
                {str(field.column): getattr(past, field.attname) for field in PastLoan._meta.concrete_fields},
            )


def entry(number: int, operation: str, at: datetime, *changed: Any) -> dict[str, Any]:
    changes = [{"table": row._meta.label_lower, "id": str(row.pk)} | state_of(row) for row in changed]
    return {
        "id": uuid7(),
        "operation": operation,
        "actor": "user:1",
        "source": "html",
        "at": at,
        "number": number,
        "arguments": "{}",
        "result": "{}",
        "outcome": "CARRIED_OUT",
        "code": "",
        "left_out": 0,
        "changes": json.dumps(changes),
    }
