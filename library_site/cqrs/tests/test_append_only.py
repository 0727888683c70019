"""Nothing of the journal is changed or deleted, by the database itself; but for what privacy takes out of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from circulation.commands import WithdrawBook
from library_site.cqrs import dispatch
from library_site.cqrs.ids import uuid7
from library_site.cqrs.models import JournalEntry, JournalSubject
from tests.library import add_book, borrow, context, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> JournalEntry:
    """That a book was lent, with arguments, a result and changes."""
    borrow(add_book(), register())
    return JournalEntry.objects.get(operation="BorrowBook")


def refused(change: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()


def test_no_column_of_an_entry_becomes_another(entry: JournalEntry) -> None:
    others: dict[str, Any] = {
        "id": uuid7(),
        "operation": "LendBook",
        "actor": "user:7",
        "source": "html",
        "at": "2026-11-23T09:30Z",
        "outcome": "REFUSED",
        "code": "conflict",
        "whole": entry.pk,
        "number": 99,
        "left_out": 1,
        "result": None,
        "arguments": {"book_id": "x"},
        "changes": [],
    }
    assert others.keys() == {field.name for field in JournalEntry._meta.fields}
    for name, value in others.items():
        refused(partial(JournalEntry.objects.filter(pk=entry.pk).update, **{name: value}))


def test_no_entry_is_deleted_or_replaced(entry: JournalEntry) -> None:
    refused(entry.delete)
    refused(lambda: execute("DELETE FROM cqrs_journalentry"))
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # else what is new is to be checked before anything is truncated
        refused(lambda: execute("TRUNCATE cqrs_journalentry, cqrs_journalsubject, cqrs_idempotencykey"))
        refused(lambda: execute("TRUNCATE cqrs_journalsubject"))
    else:
        columns = ", ".join(str(field.column) for field in JournalEntry._meta.concrete_fields)
        replace = f"REPLACE INTO cqrs_journalentry ({columns}) SELECT {columns} FROM cqrs_journalentry"  # noqa: S608 - names of ours
        refused(lambda: execute(replace))
        refused(lambda: execute("UPDATE cqrs_journalentry SET changes = replace(changes, 'status', 'id')"))
        refused(lambda: execute("UPDATE OR REPLACE cqrs_journalentry SET rowid = rowid + 1 WHERE rowid = 1"))


def test_that_an_entry_is_about_something_may_be_deleted_and_never_changed(entry: JournalEntry) -> None:
    subjects = JournalSubject.objects.filter(entry=entry)
    refused(lambda: subjects.update(subject=uuid7()))

    assert subjects.delete()[0] == 3


def test_single_values_may_become_null(entry: JournalEntry) -> None:
    """What privacy takes out: ids and comments; the shape stays."""
    for column in ("arguments", "result"):
        value = getattr(entry, column)
        setattr(entry, column, value | {"user_id": None})
    entry.changes[0]["borrower_id"] = None

    entry.save(update_fields=["arguments", "result", "changes"])

    entry.refresh_from_db()
    assert entry.arguments["user_id"] is None
    assert entry.changes[0]["borrower_id"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"reason": None},
        {"book_id": None},
        {"book_id": None, "reason": "Worn out", "more": None},
        {"book_id": None, "other": None},
        {"book_id": None, "reason": "Torn"},
        {"book_id": None, "reason": []},
        [],
        None,
    ],
)
def test_what_becomes_null_takes_nothing_else_along(arguments: Any) -> None:
    dispatch(WithdrawBook(book_id=add_book(), reason="Worn out"), context())
    entries = JournalEntry.objects.filter(operation="WithdrawBook")

    refused(lambda: entries.update(arguments=arguments))
    refused(lambda: entries.update(changes=None))
    refused(lambda: entries.update(changes=[None]))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
