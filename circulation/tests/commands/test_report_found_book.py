"""ReportFoundBook: finding a book lifts the suspension that its loss, and nothing else, had caused."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Book
from circulation.commands import ReportFoundBook
from circulation.commands.report_found_book import BookNotMissing
from circulation.models import LibraryUser
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused
from tests.library import add_book, borrow, lend, register, report_found, report_missing, suspend

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def that_somebody_waits_for(it: Arranger) -> Arguments:
    book = it.queue_of(1)
    it("ReportMissingBook", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    ReportFoundBook,
    good=lambda it: {"book_id": it.lost_book()},
    step=about("MISSING"),
    # the title, the book, its losses, their users (locked), the loss, the other losses, the user, the queue
    statements=13,
    refusals=[
        refused(
            BookNotMissing,
            "“Emma” is not missing: it is on loan.",
            lambda it: {"book_id": it.lent_book("Emma")},
            details="book_status",
        ),
    ],
    moves=[lambda it: {"book_id": it.lost_book(verified=True)}, that_somebody_waits_for],
)


def test_of_two_copies_lost_on_one_day_each_has_its_line() -> None:
    ann = register()
    first, second = (lend("Emma", ann) for _ in range(2))
    for book_id in (first, second):
        report_missing(book_id, now=NOW)

    for found, status, comment in (
        (first, "SUSPENDED", "“Emma” was reported missing on 23 November 2026."),
        (second, "NOT_VERIFIED", ""),
    ):
        report_found(found)
        user = LibraryUser.objects.get()
        assert (user.status, user.status_comment) == (status, comment)


def test_what_the_staff_decided_before_a_loss_holds_on_when_the_book_is_found() -> None:
    book_id = lend("Emma", ann := register())
    suspend(ann, "Unpaid fees.")

    report_missing(book_id)
    report_found(book_id)

    user = LibraryUser.objects.get()
    assert (user.status, user.suspension_reason, user.status_comment) == ("SUSPENDED", "Unpaid fees.", "Unpaid fees.")


def test_all_who_lost_a_book_are_locked_at_once_and_in_one_order() -> None:
    """Two books that two people lost, each in another order, can then be found at once: nobody waits in a circle."""
    book_id = add_book()
    losers = [register(), register()]
    for user_id in reversed(losers):
        borrow(book_id, user_id)
        report_missing(book_id)
        Book.objects.update(status="AVAILABLE")
    report_missing(book_id)

    with CaptureQueriesContext(connection) as captured:
        report_found(book_id)

    reads = [each["sql"] for each in captured if 'FROM "circulation_libraryuser"' in each["sql"]]
    (locking,) = reads
    assert '"circulation_libraryuser"."id" IN (' in locking, "and nobody else is"
    assert 'ORDER BY "circulation_libraryuser"."id" ASC' in locking
    assert locking.endswith("FOR UPDATE") == (connection.vendor == "postgresql")
    assert not LibraryUser.objects.filter(status="SUSPENDED").exists()
