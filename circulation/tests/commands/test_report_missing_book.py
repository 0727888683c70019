"""ReportMissingBook: a loss suspends whoever had the book, and says why."""

from datetime import UTC, datetime, timedelta

import pytest

from circulation.commands import ReportMissingBook
from circulation.commands.report_missing_book import BookAlreadyMissing
from circulation.domain.books import BookWithdrawn
from circulation.models import LibraryUser
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused
from tests.library import lend, register, report_missing, suspend

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"


def held_beside_another_copy(it: Arranger) -> Arguments:
    """Which is then for whoever waited."""
    book = it.held_book(isbn=ISBN)
    it.book(isbn=ISBN)
    return {"book_id": book}


DECLARED = declared(
    ReportMissingBook,
    good=lambda it: {"book_id": it.lent_book()},
    step=about("BORROWED", "ON_HOLD", weight=2),
    statements=9,  # the title, the past loan, the book, the user (locked), the user
    refusals=[
        refused(
            BookAlreadyMissing,
            "“Emma” is reported missing already.",
            lambda it: {"book_id": it.missing_book("Emma")},
            remedy="ReportFoundBook",
        ),
        refused(
            BookWithdrawn,
            "“Emma” is withdrawn. Restore it first",
            lambda it: {"book_id": it.withdrawn_book("Emma")},
            remedy="RestoreBook",
        ),
    ],
    moves=[
        lambda it: {"book_id": it.book()},
        lambda it: {"book_id": it.lent_book(person=it.person(verified=True))},
        held_beside_another_copy,
    ],
)


@pytest.mark.django_db
def test_who_loses_a_book_after_a_suspension_that_is_over_is_suspended_from_then_on() -> None:
    book_id = lend("Emma", ann := register(verified=True), now=NOW - timedelta(days=9))
    suspend(ann, "Ink.", until=NOW.date() - timedelta(days=5), now=NOW - timedelta(days=9))

    report_missing(book_id, now=NOW)

    user = LibraryUser.objects.get()
    assert (user.status, user.suspended_at, user.suspended_until) == ("SUSPENDED", NOW, None)
    assert user.status_comment == "“Emma” was reported missing on 23 November 2026."
