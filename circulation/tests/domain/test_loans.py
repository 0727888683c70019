"""Loans: what is kept of them when they end, and those that have no dates."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import BorrowBook
from circulation.domain.books import move
from circulation.domain.borrowing_rules import BookNotAvailable
from circulation.models import LibraryUser, PastLoan
from circulation.queries import GetBorrowedBooksByUser, GetOverdueLoans
from library_site.cqrs import Overtaken, dispatch
from tests.library import add_book, borrow, context, give_back, lend, register, renew, report_missing

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
DUE_ON = date(2026, 12, 21)


def test_of_a_loss_it_is_kept_how_often_it_was_renewed_and_what_it_leaves_in_the_comment_of_the_person() -> None:
    renew(book_id := lend("Emma", now=NOW), now=NOW)
    report_missing(book_id, now=LATER)

    kept = PastLoan.objects.get()
    assert (kept.ending, kept.renewals) == ("MISSING", 1)
    assert kept.comment == "“Emma” was reported missing on 26 November 2026."
    assert kept.borrower.status_comment == kept.comment


@pytest.fixture
def undated() -> UUID:
    """A book that Ann Lee has without a due date, as an edit by CRUD may have left it long ago."""
    book_id = lend("Emma", register("Ann Lee"), now=NOW)
    Book.objects.update(borrowed_at=None, due_on=None)
    return book_id


def test_a_loan_without_dates_is_never_overdue_and_listed_last_and_can_be_renewed(undated: UUID) -> None:
    ann = LibraryUser.objects.get().pk
    lend("Dune", ann, now=NOW)

    with pytest.raises(BookNotAvailable, match=r"“Emma” is on loan to Ann Lee without a due date\. Return it first"):
        borrow(undated, register())
    borrowed = dispatch(GetBorrowedBooksByUser(user_id=ann), context()).rows
    assert [(row.title, row.due_on) for row in borrowed] == [("Dune", DUE_ON), ("Emma", None)]
    overdue = dispatch(GetOverdueLoans(), context(now=NOW + timedelta(days=60))).rows
    assert [row.title for row in overdue] == ["Dune"]
    renew(undated, now=NOW)
    assert Book.objects.get(pk=undated).due_on == DUE_ON


@pytest.mark.parametrize(("end", "ending"), [(give_back, "RETURNED"), (report_missing, "MISSING")])
def test_a_loan_without_dates_ends_like_any_other(undated: UUID, end: Callable[[UUID], None], ending: str) -> None:
    end(undated)

    kept = PastLoan.objects.get()
    assert (kept.borrower.name, kept.borrowed_at, kept.due_on, kept.ending) == ("Ann Lee", None, None, ending)


def test_a_book_that_another_desk_has_moved_since_it_was_read_is_left_as_it_is() -> None:
    book_id = add_book()
    read_before = Book.objects.get(pk=book_id)
    borrow(book_id, ann := register())

    with pytest.raises(Overtaken):
        move(read_before, Book.Status.BORROWED, BorrowBook(book_id=book_id, user_id=register()), borrower_id=None)

    assert Book.objects.get(pk=book_id).borrower_id == ann
