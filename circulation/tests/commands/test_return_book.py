"""ReturnBook: a book of this library can always be returned."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import ReturnBook
from circulation.commands.return_book import BookReturned
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import dispatch
from tests.declared import declared
from tests.library import add_book, context, register, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    ReturnBook,
    good=lambda it: {"book_id": it.lent_book()},
    statements=9,  # the title, the past loan, the book, its losses, the queue
    moves=[
        lambda it: {"book_id": it.lost_book()},
        lambda it: {"book_id": it.lost_book(verified=True)},
        lambda it: {"book_id": it.queue_of(1)},
    ],
)


def give_back(book_id: UUID) -> BookReturned:
    return dispatch(ReturnBook(book_id=book_id), context(now=NOW))


def where(book_id: UUID) -> tuple[str, UUID | None, object, object, int]:
    book = Book.objects.get(pk=book_id)
    return book.status, book.borrower_id, book.borrowed_at, book.due_on, book.renewals


SHELF = ("AVAILABLE", None, None, None, 0)


def test_a_loan_made_by_crud_is_returned_and_kept_without_dates(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    assert give_back(book_id).user_id == ann

    assert where(book_id) == SHELF
    loan = PastLoan.objects.get()
    assert (loan.borrower_id, loan.borrowed_at, loan.due_on, loan.ending) == (ann, None, None, "RETURNED")


def test_a_return_lifts_the_suspension_of_a_loss_that_an_edit_has_hidden(api: APIClient) -> None:
    ann = register("Ann Lee")
    book_id = suspend_by_loss(ann)
    api.patch(f"/api/book/{book_id}", {"status": "AVAILABLE"})
    assert dispatch(ReturnBook(book_id=book_id), context()).reinstated_user_id == ann
    assert LibraryUser.objects.get().status == LibraryUser.Status.NOT_VERIFIED
