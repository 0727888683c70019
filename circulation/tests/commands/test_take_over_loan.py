"""TakeOverLoan: a loan that began before the library used this."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from circulation.commands import TakeOverLoan
from circulation.commands.take_over_loan import LoanTakenOver
from circulation.domain.borrowing_rules import BookNotAvailable
from circulation.queries import GetBorrowedBooksByUser
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, never_open, refused
from tests.library import add_book, context, give_back, register, suspend

SINCE, UNTIL = localdate() - timedelta(days=40), localdate() - timedelta(days=12)


def to(it: Arranger, book: Any, person: Any = None, **days: date) -> Arguments:
    return {"book_id": book, "user_id": person or it.person()} | (days or {"borrowed_on": SINCE, "due_on": UNTIL})


def who_was_passed_over(it: Arranger) -> Arguments:
    _, book, person = it.reservation()
    it("SuspendUser", user_id=person, reason="Unpaid fees.")
    it("ReturnBook", book_id=book)
    return to(it, book, person)


def another_copy_than_the_one_that_waits(it: Arranger) -> Arguments:
    """The one that waited goes to who was passed over until yesterday."""
    isbn, person, other = it.unique_isbn(), it.person(), it.person()
    it.held_book(person=person, isbn=isbn)
    book = it.lent_book(isbn=isbn)
    it.reserve(book, other)
    it("SuspendUser", user_id=other, reason="Unpaid fees.")
    it("ReturnBook", book_id=book)
    it.edit("user", other, suspended_until=localdate() - timedelta(days=1))
    return to(it, book, person)


DECLARED = declared(
    TakeOverLoan,
    good=lambda it: to(it, it.book()),
    statements=9,
    refusals=[
        refused(
            BookNotAvailable,
            "“Emma” is on loan to Ann Lee until",
            lambda it: to(it, it.lent_book("Emma", it.person("Ann Lee"))),
            details="book_status",
        ),
        refused(
            BookNotAvailable,
            "“Emma” cannot have been on loan since then: it is on the hold shelf.",
            lambda it: to(it, it.held_book("Emma")),
            details="book_status",
        ),
        refused(
            BookNotAvailable,
            "it is missing.",
            lambda it: to(it, it.missing_book("Emma")),
            details="book_status",
        ),
        refused(
            BookNotAvailable,
            "it is withdrawn.",
            lambda it: to(it, it.withdrawn_book("Emma")),
            details="book_status",
        ),
        refused(
            InvalidInput,
            "The day is yet to come",
            lambda it: to(it, it.book(), borrowed_on=localdate() + timedelta(days=1)),
        ),
        refused(
            InvalidInput,
            "The last day is before the day on which the book was borrowed.",
            lambda it: to(it, it.book(), borrowed_on=UNTIL, due_on=SINCE),
        ),
        refused(
            InvalidInput,
            "Say since when somebody has the book, or until when.",
            lambda it: {"book_id": it.book(), "user_id": it.person()},
        ),
        refused(
            InvalidInput,
            "The day is too long ago for a loan.",
            lambda it: to(it, it.book(), borrowed_on=date.min, due_on=UNTIL),
        ),
        refused(InvalidInput, "The day is too long ago for a loan.", lambda it: to(it, it.book(), due_on=date.min)),
        never_open(lambda it: to(it, it.book(), borrowed_on=localdate())),
    ],
    moves=[who_was_passed_over, another_copy_than_the_one_that_waits],
)

pytestmark = pytest.mark.django_db


def take_over(book: Any, user: Any, **days: date | None) -> LoanTakenOver:
    return dispatch(TakeOverLoan(book_id=book, user_id=user, **days), context())


def test_the_loan_has_exactly_its_days_and_says_what_it_breaks() -> None:
    suspend(ann := register())
    for _ in range(2):
        assert take_over(add_book(), ann, borrowed_on=SINCE, due_on=UNTIL).breaks == ("user_suspended",)

    third = take_over(add_book("Emma"), ann, borrowed_on=SINCE, due_on=UNTIL)

    assert third.breaks == ("user_suspended", "loan_limit_reached")
    [emma] = [row for row in dispatch(GetBorrowedBooksByUser(user_id=ann), context()).rows if row.title == "Emma"]
    assert (localdate(emma.borrowed_at), emma.due_on, emma.loan_id) == (SINCE, UNTIL, third.loan_id)


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        ({"due_on": UNTIL}, (SINCE, UNTIL)),
        ({"borrowed_on": SINCE}, (SINCE, UNTIL)),
        ({"due_on": localdate() + timedelta(days=99)}, (localdate(), localdate() + timedelta(days=99))),
    ],
)
def test_a_day_that_is_not_known_is_counted_by_how_long_the_library_lends(days: Any, taken: Any) -> None:
    answer = take_over(add_book(), register(), **days)

    assert (answer.borrowed_on, answer.due_on) == taken


@pytest.mark.parametrize("days", [{"borrowed_on": SINCE, "due_on": UNTIL}, {"due_on": UNTIL}, {"borrowed_on": SINCE}])
@pytest.mark.parametrize("is_returned", [False, True])
def test_the_same_loan_again_changes_nothing_even_when_it_has_ended(days: Any, is_returned: bool) -> None:
    first = take_over(book := add_book(), ann := register(), **days)
    if is_returned:
        give_back(book)

    again = take_over(book, ann, **days)

    assert again.already_there
    assert (again.loan_id, again.borrowed_on, again.due_on) == (first.loan_id, first.borrowed_on, first.due_on)
