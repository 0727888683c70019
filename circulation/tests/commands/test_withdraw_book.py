"""WithdrawBook: a book is taken out of use."""

from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import WithdrawBook
from circulation.commands.withdraw_book import BookWithdrawal, LastCopyReserved
from circulation.models import LibraryUser, Reservation
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    borrow,
    context,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend_by_loss,
    withdraw,
)

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


def status(book_id: UUID) -> str:
    return str(Book.objects.get(pk=book_id).status)


def test_it_stays_in_the_catalogue_and_the_journal_says_why() -> None:
    emma = add_book("Emma")

    answer = dispatch(WithdrawBook(book_id=emma, reason="Worn out."), context())

    assert answer == BookWithdrawal(book_id=emma, queued_user_id=None)
    assert status(emma) == "WITHDRAWN"
    assert JournalEntry.objects.get(operation="WithdrawBook").arguments["reason"] == "Worn out."


def test_another_copy_that_is_free_goes_to_whom_the_withdrawn_one_waited_for() -> None:
    first, second, ann = add_book(isbn=ISBN), add_book(isbn=ISBN), register("Ann Lee")
    reserve(first, ann)
    held = Book.objects.get(status="ON_HOLD").pk
    (other,) = {first, second} - {held}

    answer = dispatch(WithdrawBook(book_id=held, reason="Worn out."), context())

    assert answer.queued_user_id == ann
    assert (status(held), status(other)) == ("WITHDRAWN", "ON_HOLD")


def test_the_last_copy_is_not_withdrawn_under_those_who_wait_unless_that_is_overridden() -> None:
    first, second = add_book(isbn=ISBN), add_book(isbn=ISBN)
    borrow(first, register())
    borrow(second, register())
    reservation = reserve(first, register())
    report_missing(first)
    withdraw(first)
    report_missing(second)

    with pytest.raises(LastCopyReserved):
        withdraw(second)
    override = WithdrawBook(
        book_id=second, reason="Lost.", override=("last_copy_reserved",), override_reason="Out of print."
    )
    dispatch(override, context())

    assert status(second) == "WITHDRAWN"
    assert Reservation.objects.get(pk=reservation).status == "OPEN"


def test_giving_up_a_lost_book_does_not_lift_the_suspension() -> None:
    ann = register("Ann Lee")
    withdraw(suspend_by_loss(ann, "Emma"))

    assert LibraryUser.objects.get(pk=ann).status == "SUSPENDED"


def test_a_book_that_was_withdrawn_and_returned_by_a_scanner_stays_withdrawn() -> None:
    emma = lend("Emma")
    give_back(emma)
    withdraw(emma)
    give_back(emma)

    assert status(emma) == "WITHDRAWN"
