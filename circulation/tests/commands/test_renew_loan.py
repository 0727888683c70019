"""RenewLoan: who has a book may keep it for longer, a few times (rules 4 and 8 of the desk)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from rest_framework.test import APIClient

from catalog.models import Book
from circulation.commands import RenewLoan
from circulation.commands.renew_loan import LoanRenewed
from circulation.domain.loans import BookNotOnLoan
from circulation.domain.people import UserSuspended
from circulation.domain.renewal_rules import RenewalLimitReached
from circulation.policies import POLICY
from library_site.cqrs import DomainError, NotFound, dispatch
from tests.library import add_book, borrow, context, give_back, register, report_found, suspend_by_loss

pytestmark = pytest.mark.django_db

LENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)  # due on 30 November


def renew(book_id: UUID, *, now: datetime = LENT) -> LoanRenewed:
    return dispatch(RenewLoan(book_id=book_id), context(now=now))


def on_loan(title: str = "") -> tuple[UUID, UUID]:
    book_id, user_id = add_book(title), register("Ann Lee")
    borrow(book_id, user_id, now=LENT)
    return book_id, user_id


def refused(book_id: UUID) -> DomainError:
    """The refusal of a renewal, which has changed nothing."""
    before = Book.objects.filter(pk=book_id).values().get()
    with pytest.raises(DomainError) as caught:
        renew(book_id)
    assert Book.objects.filter(pk=book_id).values().get() == before
    return caught.value


def test_a_renewal_counts_from_the_day_on_which_the_book_is_due() -> None:
    book_id, ann = on_loan()

    answer = renew(book_id, now=LENT + timedelta(days=20))

    assert answer == LoanRenewed(book_id=book_id, user_id=ann, due_on=date(2026, 12, 28), renewals=1)
    book = Book.objects.get(pk=book_id)
    assert (book.status, book.borrower_id, book.borrowed_at) == ("BORROWED", ann, LENT)
    assert (book.due_on, book.renewals) == (date(2026, 12, 28), 1)


def test_the_renewal_of_an_overdue_loan_counts_from_today() -> None:
    book_id, _ = on_loan()

    assert renew(book_id, now=datetime(2026, 12, 10, tzinfo=UTC)).due_on == date(2027, 1, 7)


def test_a_renewal_at_once_does_not_shorten_the_loan() -> None:
    book_id, _ = on_loan()

    assert renew(book_id, now=LENT).due_on == date(2026, 12, 28)


def test_a_loan_without_a_due_date_gets_one() -> None:
    book_id, _ = on_loan()
    Book.objects.filter(pk=book_id).update(due_on=None, borrowed_at=None)  # as a CRUD edit of the borrower leaves it

    assert renew(book_id, now=LENT).due_on == date(2026, 11, 30)


def test_a_loan_is_renewed_as_often_as_the_library_renews_one() -> None:
    book_id, _ = on_loan("Emma")
    for times in range(1, POLICY.renewals + 1):
        assert renew(book_id).renewals == times

    refusal = refused(book_id)

    assert isinstance(refusal, RenewalLimitReached)
    assert refusal.message == "“Emma” has been renewed 3 of 3 times. Take it back first."
    assert refusal.details == {"renewals": 3, "limit": 3}


def test_another_loan_of_the_same_book_starts_again() -> None:
    book_id, ann = on_loan()
    renew(book_id)
    give_back(book_id)
    borrow(book_id, ann, now=LENT)

    assert renew(book_id).renewals == 1


def test_somebody_suspended_cannot_renew_and_all_that_is_wrong_is_said() -> None:
    book_id, ann = on_loan()
    for _ in range(POLICY.renewals):
        renew(book_id)
    suspend_by_loss(ann, "Persuasion")

    refusal = refused(book_id)

    assert [problem.code for problem in refusal.problems] == ["renewal_limit_reached", "user_suspended"]
    assert "“Persuasion” was reported missing" in refusal.problems[1].message


def test_who_is_reinstated_can_renew_again() -> None:
    book_id, ann = on_loan()
    lost = suspend_by_loss(ann)
    assert isinstance(refused(book_id), UserSuspended)
    report_found(lost)

    assert renew(book_id).renewals == 1


def test_a_book_that_nobody_has_cannot_be_renewed() -> None:
    refusal = refused(add_book("Emma"))

    assert isinstance(refusal, BookNotOnLoan)
    assert refusal.message == "“Emma” is not on loan: it is available."


def test_a_book_that_is_none_of_ours_is_not_found() -> None:
    with pytest.raises(NotFound):
        renew(UUID(int=1))


def test_by_rest(api: APIClient) -> None:
    book_id, ann = on_loan()

    response = api.post(f"/api/book/{book_id}/renew", {})

    assert response.status_code == 200
    assert response.json().keys() == {"book_id", "user_id", "due_on", "renewals"}
    assert (response.json()["user_id"], response.json()["renewals"]) == (str(ann), 1)
