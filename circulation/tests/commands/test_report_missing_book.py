"""ReportMissingBook: a loss suspends whoever had the book, and says why."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from circulation.commands import ReportMissingBook
from circulation.commands.report_missing_book import BookAlreadyMissing, BookReportedMissing
from circulation.domain.books import BookWithdrawn
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.library import add_book, borrow, context, register, suspend

pytestmark = pytest.mark.django_db

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


def report_missing(book_id: UUID, *, now: datetime = NOW) -> BookReportedMissing:
    return dispatch(ReportMissingBook(book_id=book_id), context(now=now))


def standing(user_id: UUID) -> tuple[str, str]:
    user = LibraryUser.objects.get(pk=user_id)
    return user.status, user.status_comment


def test_the_reason_has_the_date_in_the_librarys_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    book_id, ann = add_book("Emma"), register()
    borrow(book_id, ann)

    report_missing(book_id, now=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

    assert standing(ann)[1] == "“Emma” was reported missing on 24 November 2026."


def test_what_staff_wrote_stays_and_the_reason_goes_below(api: APIClient) -> None:
    book_id, ann = add_book("Emma"), register()
    api.patch(f"/api/user/{ann}", {"status_comment": "Reads aloud.\nBrings cake."})
    borrow(book_id, ann)

    report_missing(book_id)

    comment = "Reads aloud.\nBrings cake.\n“Emma” was reported missing on 23 November 2026."
    assert standing(ann) == ("SUSPENDED", comment)


def test_every_loss_has_its_line() -> None:
    ann, books = register(), [add_book("Emma"), add_book("Persuasion")]
    for book_id in books:
        borrow(book_id, ann)

    for book_id in books:
        report_missing(book_id)

    lines = "“Emma” was reported missing on 23 November 2026.", "“Persuasion” was reported missing on 23 November 2026."
    assert standing(ann) == ("SUSPENDED", "\n".join(lines))


def test_who_loses_a_book_after_a_suspension_that_is_over_is_suspended_from_then_on() -> None:
    ann, book_id = register(verified=True), add_book("Emma")
    borrow(book_id, ann, now=NOW - timedelta(days=9))
    suspend(ann, "Ink.", until=NOW.date() - timedelta(days=5), now=NOW - timedelta(days=9))

    report_missing(book_id)

    user = LibraryUser.objects.get(pk=ann)
    assert (user.status, user.suspended_at, user.suspended_until) == ("SUSPENDED", NOW, None)
    assert user.status_comment == "“Emma” was reported missing on 23 November 2026."


def test_a_loan_made_by_crud_is_lost_like_any_other(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    assert report_missing(book_id).user_id == ann

    assert standing(ann)[0] == "SUSPENDED"
    assert PastLoan.unresolved_losses().get().due_on is None
