"""ReportMissingBook: a loss suspends whoever had the book, and says why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import ReportMissingBook
from circulation.commands.report_missing_book import BookAlreadyMissing, BookReportedMissing
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import NotFound, dispatch
from tests.library import add_book, borrow, context, give_back, register, suspend

pytestmark = pytest.mark.django_db

LENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def report_missing(book_id: UUID, *, now: datetime = NOW) -> BookReportedMissing:
    return dispatch(ReportMissingBook(book_id=book_id), context(now=now))


def standing(user_id: UUID) -> tuple[str, str]:
    user = LibraryUser.objects.get(pk=user_id)
    return user.status, user.status_comment


def test_a_book_on_the_shelf_goes_missing_and_nobody_is_suspended() -> None:
    book_id, ann = add_book(), register()
    borrow(book_id, ann)
    give_back(book_id)

    assert report_missing(book_id) == BookReportedMissing(book_id=book_id, user_id=None)

    assert Book.objects.get(pk=book_id).status == "MISSING"
    assert standing(ann) == ("NOT_VERIFIED", "")
    assert not PastLoan.unresolved_losses().exists()


@pytest.mark.parametrize("verified", [False, True])
def test_a_book_on_loan_goes_missing_and_its_borrower_is_suspended_with_the_reason(verified: bool) -> None:
    book_id, ann = add_book("Emma"), register(verified=verified)
    borrow(book_id, ann, now=LENT)

    assert report_missing(book_id) == BookReportedMissing(book_id=book_id, user_id=ann)

    assert standing(ann) == ("SUSPENDED", "“Emma” was reported missing on 23 November 2026.")
    book = Book.objects.get(pk=book_id)
    assert (book.status, book.borrower_id, book.borrowed_at, book.due_on) == ("MISSING", None, None, None)


def test_the_loan_ends_as_missing_and_keeps_the_evidence() -> None:
    book_id, ann = add_book(), register()
    borrow(book_id, ann, now=LENT)

    report_missing(book_id)

    loss = PastLoan.objects.get()
    assert (loss.book_id, loss.borrower_id, loss.ending) == (book_id, ann, "MISSING")
    assert (loss.borrowed_at, loss.due_on, loss.ended_at) == (LENT, date(2026, 11, 30), NOW)
    assert loss.resolved_at is None


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


def test_the_other_books_of_a_suspended_borrower_stay_on_loan() -> None:
    ann, lost, kept = register(), add_book(), add_book()
    for book_id in (lost, kept):
        borrow(book_id, ann)

    report_missing(lost)

    assert Book.objects.get(pk=kept).borrower_id == ann


def test_a_loan_made_by_crud_is_lost_like_any_other(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    assert report_missing(book_id).user_id == ann

    assert standing(ann)[0] == "SUSPENDED"
    assert PastLoan.unresolved_losses().get().due_on is None


def test_a_book_is_reported_missing_once() -> None:
    book_id, ann = add_book("Emma"), register()
    borrow(book_id, ann)
    report_missing(book_id)
    before = standing(ann)

    with pytest.raises(BookAlreadyMissing, match="“Emma” is reported missing already"):
        report_missing(book_id)

    assert standing(ann) == before
    assert PastLoan.objects.count() == 1


def test_a_book_that_the_library_has_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="no book with this id"):
        report_missing(uuid4())
