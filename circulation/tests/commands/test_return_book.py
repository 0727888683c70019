"""ReturnBook: a book of this library can always be returned."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import ReturnBook
from circulation.commands.return_book import BookReturned
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import NotFound, dispatch
from tests.library import add_book, borrow, context, register, report_missing, suspend_by_loss

pytestmark = pytest.mark.django_db

LENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def give_back(book_id: UUID) -> BookReturned:
    return dispatch(ReturnBook(book_id=book_id), context(now=NOW))


def where(book_id: UUID) -> tuple[str, UUID | None, object, object, int]:
    book = Book.objects.get(pk=book_id)
    return book.status, book.borrower_id, book.borrowed_at, book.due_on, book.renewals


SHELF = ("AVAILABLE", None, None, None, 0)


def test_a_book_on_loan_is_available_again_and_its_loan_is_kept() -> None:
    book_id, ann = add_book(), register()
    borrow(book_id, ann, now=LENT)

    answer = give_back(book_id)

    assert answer == BookReturned(book_id=book_id, user_id=ann, was_missing=False, reinstated_user_id=None)
    assert where(book_id) == SHELF
    loan = PastLoan.objects.get()
    assert (loan.book_id, loan.borrower_id, loan.ending) == (book_id, ann, "RETURNED")
    assert (loan.borrowed_at, loan.due_on, loan.ended_at) == (LENT, date(2026, 11, 30), NOW)
    assert loan.resolved_at is None


def test_a_second_return_is_a_quiet_success() -> None:
    book_id = add_book()
    borrow(book_id, register())
    give_back(book_id)

    answer = give_back(book_id)

    assert answer == BookReturned(book_id=book_id, user_id=None, was_missing=False, reinstated_user_id=None)
    assert where(book_id) == SHELF
    assert PastLoan.objects.count() == 1


def test_a_book_that_was_never_lent_can_be_returned() -> None:
    book_id = add_book()

    assert give_back(book_id).user_id is None
    assert not PastLoan.objects.exists()


def test_a_suspended_user_can_always_return() -> None:
    ann, book_id = register(), add_book()
    borrow(book_id, ann)
    suspend_by_loss(ann)

    assert give_back(book_id).user_id == ann
    assert LibraryUser.objects.get(pk=ann).status == "SUSPENDED"


def test_a_missing_book_that_comes_back_is_found_and_its_borrower_may_borrow_again() -> None:
    ann = register(verified=True)
    book_id = suspend_by_loss(ann)

    answer = give_back(book_id)

    assert answer == BookReturned(book_id=book_id, user_id=None, was_missing=True, reinstated_user_id=ann)
    assert where(book_id) == SHELF
    user = LibraryUser.objects.get(pk=ann)
    assert (user.status, user.status_comment) == ("VERIFIED", "")
    loss = PastLoan.objects.get()
    assert (loss.ending, loss.resolved_at) == ("MISSING", NOW)


def test_a_missing_book_that_comes_back_lifts_nothing_while_another_loss_stands() -> None:
    ann, first, second = register(), add_book("Emma"), add_book("Persuasion")
    for book_id in (first, second):
        borrow(book_id, ann)
    for book_id in (first, second):
        report_missing(book_id)

    assert give_back(first).reinstated_user_id is None
    assert LibraryUser.objects.get(pk=ann).status == "SUSPENDED"
    assert give_back(second).reinstated_user_id == ann


def test_a_book_that_went_missing_from_the_shelf_comes_back_quietly() -> None:
    book_id = add_book()
    report_missing(book_id)

    answer = give_back(book_id)

    assert answer == BookReturned(book_id=book_id, user_id=None, was_missing=True, reinstated_user_id=None)
    assert where(book_id) == SHELF


def test_a_loan_made_by_crud_is_returned_and_kept_without_dates(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    assert give_back(book_id).user_id == ann

    assert where(book_id) == SHELF
    loan = PastLoan.objects.get()
    assert (loan.borrower_id, loan.borrowed_at, loan.due_on, loan.ending) == (ann, None, None, "RETURNED")


def test_every_loan_of_a_book_is_kept() -> None:
    book_id, people = add_book(), [register() for _ in range(3)]
    for user_id in people:
        borrow(book_id, user_id)
        give_back(book_id)

    assert [loan.borrower_id for loan in PastLoan.objects.order_by("id")] == people


def test_a_book_that_the_library_has_not_is_not_found() -> None:
    with pytest.raises(NotFound, match="no book with this id"):
        give_back(uuid4())


def test_a_return_lifts_the_suspension_of_a_loss_that_an_edit_has_hidden(api: APIClient) -> None:
    ann = register("Ann Lee")
    book_id = suspend_by_loss(ann)
    api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    assert dispatch(ReturnBook(book_id=book_id), context()).reinstated_user_id == ann
    assert LibraryUser.objects.get().status == LibraryUser.Status.NOT_VERIFIED
