"""BorrowBook: who may have which book, and until when."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import BorrowBook
from circulation.domain.borrowing_rules import BookNotAvailable, LoanLimitReached
from circulation.domain.people import UserSuspended
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs import DomainError, NotFound, dispatch
from tests.library import (
    add_book,
    borrow,
    context,
    give_back,
    register,
    report_found,
    report_missing,
    suspend_by_loss,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def refused(book_id: UUID, user_id: UUID) -> DomainError:
    """The refusal of a loan, which has changed nothing."""
    before = Book.objects.filter(pk=book_id).values().first()
    with pytest.raises(DomainError) as caught:
        borrow(book_id, user_id)
    assert Book.objects.filter(pk=book_id).values().first() == before
    return caught.value


def codes(refusal: DomainError) -> list[str]:
    return [problem.code for problem in refusal.problems]


def test_an_available_book_is_lent_for_28_days() -> None:
    book_id, user_id = add_book(), register()

    answer = dispatch(BorrowBook(book_id=book_id, user_id=user_id), context(now=NOW))

    assert (answer.book_id, answer.user_id, answer.due_on) == (book_id, user_id, date(2026, 12, 21))
    book = Book.objects.get(pk=book_id)
    assert (book.status, book.borrower_id) == ("BORROWED", user_id)
    assert (book.borrowed_at, book.due_on, book.renewals) == (NOW, date(2026, 12, 21), 0)


def test_the_due_date_is_counted_from_the_date_in_the_librarys_time_zone(settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the morning of the 24th in Tokyo

    answer = dispatch(BorrowBook(book_id=add_book(), user_id=register()), context(now=late))

    assert answer.due_on == date(2026, 12, 22)


def test_a_book_on_loan_is_refused_and_the_answer_names_who_has_it_and_until_when() -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    borrow(book_id, ann, now=NOW)

    refusal = refused(book_id, register())

    assert isinstance(refusal, BookNotAvailable)
    assert refusal.message == "“Emma” is on loan to Ann Lee until 21 December 2026. Take it back first."
    assert refusal.details == {"book_status": "BORROWED", "borrower_id": ann, "due_on": date(2026, 12, 21)}


def test_who_has_the_book_already_is_told_so() -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    borrow(book_id, ann, now=NOW)

    words = "Ann Lee has “Emma” already, until 21 December 2026. Renew the loan, if it is to be kept for longer."
    assert refused(book_id, ann).message == words


def test_a_book_lent_by_crud_is_refused_without_a_due_date(api: APIClient) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    api.patch(f"/api/book/{book_id}", {"status": "BORROWED", "borrower": str(ann)})

    refusal = refused(book_id, register())

    assert refusal.message == "“Emma” is on loan to Ann Lee without a due date. Take it back first."


def test_a_missing_book_is_not_lent_until_it_is_reported_found() -> None:
    book_id, user_id = add_book("Emma"), register()
    report_missing(book_id)

    refusal = refused(book_id, user_id)

    assert isinstance(refusal, BookNotAvailable)
    assert "report it found, then lend it" in refusal.message
    assert refusal.details == {"book_status": "MISSING"}
    report_found(book_id)
    borrow(book_id, user_id)
    assert Book.objects.get(pk=book_id).borrower_id == user_id


def test_a_returned_book_is_lent_again() -> None:
    book_id, ann, bob = add_book(), register(), register()
    borrow(book_id, ann)
    give_back(book_id)

    borrow(book_id, bob)

    assert Book.objects.get(pk=book_id).borrower_id == bob


def test_a_suspended_user_cannot_borrow_and_is_told_why() -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann, "Emma")

    refusal = refused(add_book(), ann)

    assert isinstance(refusal, UserSuspended)
    assert refusal.message.startswith("Ann Lee is suspended and cannot borrow: “Emma” was reported missing on 2")


def test_a_suspension_without_a_comment_is_a_whole_sentence(api: APIClient) -> None:
    ann = register("Ann Lee")
    api.patch(f"/api/user/{ann}", {"status": "SUSPENDED"})

    assert refused(add_book(), ann).message == "Ann Lee is suspended and cannot borrow."


@pytest.mark.parametrize("verified", [False, True])
def test_nobody_has_more_books_than_the_limit_which_is_lower_until_verified(verified: bool) -> None:
    ann = register("Ann Lee", verified=verified)
    limit = POLICY.limit(verified=verified)
    for _ in range(limit):
        borrow(add_book(), ann)

    refusal = refused(add_book(), ann)

    assert isinstance(refusal, LoanLimitReached)
    remedy = "Take one back first" if verified else "Take one back first, or verify who it is"
    assert refusal.message == f"Ann Lee has {limit} of {limit} books. {remedy}."
    assert refusal.details == {"loans": limit, "limit": limit}


def test_a_book_that_is_returned_makes_room_for_another() -> None:
    ann, first = register(), add_book()
    borrow(first, ann)
    borrow(add_book(), ann)
    refused(add_book(), ann)

    give_back(first)

    borrow(add_book(), ann)
    assert Book.objects.filter(borrower=ann).count() == 2


def test_the_books_of_others_do_not_count() -> None:
    ann, bob = register(), register()
    for _ in range(2):
        borrow(add_book(), bob)

    borrow(add_book(), ann)

    assert Book.objects.filter(borrower=ann).count() == 1


def test_everything_that_stands_in_the_way_is_said_at_once_the_books_problem_first(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    borrow(book_id, register())
    for _ in range(2):
        borrow(add_book(), ann)
    api.patch(f"/api/user/{ann}", {"status": "SUSPENDED"})

    assert codes(refused(book_id, ann)) == ["book_not_available", "user_suspended", "loan_limit_reached"]


def test_a_verified_user_who_is_suspended_is_not_told_of_the_lower_limit() -> None:
    ann = register(verified=True)
    for _ in range(3):
        borrow(add_book(), ann)
    suspend_by_loss(ann)

    assert codes(refused(add_book(), ann)) == ["user_suspended"]


def test_who_and_what_the_library_has_not_is_not_found() -> None:
    ann, book_id = register(), add_book()

    assert refused(uuid4(), ann).message == "The library has no book with this id."
    assert refused(book_id, uuid4()).message == "The library has no user with this id."
    both = refused(uuid4(), uuid4())
    assert isinstance(both, NotFound)
    assert codes(both) == ["not_found", "not_found"]


def test_an_unknown_user_leaves_the_book_where_it_is() -> None:
    book_id = add_book()

    refused(book_id, uuid4())

    assert Book.objects.get(pk=book_id).status == "AVAILABLE"


def test_the_boundary_of_the_limit_is_the_limit() -> None:
    ann = register()
    for _ in range(POLICY.limit_not_verified - 1):
        borrow(add_book(), ann)

    borrow(add_book(), ann)

    assert Book.objects.filter(borrower=ann).count() == POLICY.limit_not_verified
    assert LibraryUser.objects.get(pk=ann).status == "NOT_VERIFIED"
