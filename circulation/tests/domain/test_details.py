"""What a program is told of a refusal beside its words: its details, and what helps."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from circulation.commands import BorrowBook, CancelReservation, CorrectBook, RenewLoan, ReturnBook
from library_site.cqrs import Command, DomainError, Remedy, dispatch
from tests.library import (
    add_book,
    borrow,
    cancel,
    context,
    lend,
    register,
    renew,
    report_missing,
    reserve,
    set_policy,
    suspend,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=60)
DUE_ON = date(2026, 12, 21)
DUNE, EMMA = "9780441013593", "9780141439587"


class Told(NamedTuple):
    """A command that is refused at a time, and what is told of it: details, and what helps beside an override."""

    command: Command[Any]
    details: dict[str, Any]
    helps: list[Remedy]
    at: datetime = NOW


def no_such_book() -> Told:
    book_id = uuid4()
    return Told(ReturnBook(book_id=book_id), {"book_id": book_id}, [])


def a_book_that_somebody_has() -> Told:
    ann, bob = register(), register()
    book_id = lend(user_id=ann, now=NOW)
    helps = [
        Remedy("ReturnBook", {"book_id": book_id}),
        Remedy("PlaceReservation", {"user_id": bob, "book_id": book_id}),
    ]
    details = {"book_status": "BORROWED", "borrower_id": ann, "due_on": DUE_ON}
    return Told(BorrowBook(book_id=book_id, user_id=bob), details, helps)


def a_missing_book() -> Told:
    report_missing(book_id := add_book())
    command = BorrowBook(book_id=book_id, user_id=(ann := register()))
    helps = [Remedy("BorrowBook", {"book_id": book_id, "user_id": ann, "report_found": True})]
    return Told(command, {"book_status": "MISSING"}, helps)


def a_book_on_hold_for_another() -> Told:
    reserve(book_id := add_book(), ann := register(), now=NOW)
    command = BorrowBook(book_id=book_id, user_id=register())
    return Told(command, {"reserved_for_user_id": ann}, [Remedy("GetReservationQueue", {"book_id": book_id})])


def a_loan_too_many() -> Told:
    set_policy(limit_not_verified=1)
    lend(user_id=(ann := register()), now=NOW)
    helps = [Remedy("GetUserFile", {"user_id": ann}), Remedy("VerifyUser", {"user_id": ann})]
    return Told(BorrowBook(book_id=add_book(), user_id=ann), {"loans": 1, "limit": 1}, helps)


def too_many_overdue() -> Told:
    set_policy(overdue_limit=1)
    lend(user_id=(ann := register()), now=NOW)
    command = BorrowBook(book_id=add_book(), user_id=ann)
    return Told(command, {"overdue": 1, "overdue_limit": 1}, [Remedy("GetUserFile", {"user_id": ann})], LATER)


def a_suspension() -> Told:
    suspend(ann := register(), until=LATER.date(), now=NOW)
    details = {"suspended_at": NOW, "suspended_by": "system:cli", "suspended_until": LATER.date()}
    command = BorrowBook(book_id=add_book(), user_id=ann)
    return Told(command, details, [Remedy("ReinstateUser", {"user_id": ann})])


def a_renewal_too_many() -> Told:
    set_policy(renewals=1)
    renew(book_id := lend(now=NOW), now=NOW)
    command = RenewLoan(book_id=book_id)
    return Told(command, {"renewals": 1, "limit": 1}, [Remedy("ReturnBook", {"book_id": book_id})])


def a_renewal_of_what_others_wait_for() -> Told:
    book_id = lend(now=NOW)
    for _ in range(2):
        reserve(book_id, register(), now=NOW)
    return Told(RenewLoan(book_id=book_id), {"waiting": 2}, [Remedy("GetReservationQueue", {"book_id": book_id})])


def a_reservation_that_has_ended() -> Told:
    cancel(reservation_id := reserve(add_book(), register(), now=NOW))
    return Told(CancelReservation(reservation_id=reservation_id), {"reservation_status": "CANCELLED"}, [])


def another_isbn_for_a_book_in_use() -> Told:
    command = CorrectBook(book_id=(book_id := lend(isbn=DUNE, now=NOW)), isbn=EMMA)
    return Told(command, {"book_status": "BORROWED"}, [Remedy("GetBookFile", {"book_id": book_id})])


def reservations_that_clash() -> Told:
    """Ann waits for what would become a copy of what she has."""
    dune, emma, ann = add_book(isbn=DUNE), add_book(isbn=EMMA), register()
    borrow(emma, ann, now=NOW)
    reserve(dune, ann, now=NOW)
    report_missing(dune, now=NOW)
    command = CorrectBook(book_id=dune, isbn=EMMA)
    return Told(command, {}, [Remedy("GetReservationQueue", {"book_id": dune})])


EXAMPLES: list[Callable[[], Told]] = [
    no_such_book,
    a_book_that_somebody_has,
    a_missing_book,
    a_book_on_hold_for_another,
    a_loan_too_many,
    too_many_overdue,
    a_suspension,
    a_renewal_too_many,
    a_renewal_of_what_others_wait_for,
    a_reservation_that_has_ended,
    another_isbn_for_a_book_in_use,
    reservations_that_clash,
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_refusal_tells_what_a_program_may_want(example: Callable[[], Told]) -> None:
    told = example()

    with pytest.raises(DomainError) as caught:
        dispatch(told.command, context(now=told.at))

    helps = [
        each for each in (caught.value.remedy, *caught.value.see_also) if each and "override" not in each.arguments
    ]
    assert (caught.value.details, helps) == (told.details, told.helps)
