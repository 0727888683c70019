"""BorrowBook: who may have which book, and until when."""

from typing import Any

import pytest

from circulation.commands import BorrowBook
from circulation.domain.borrowing_rules import BookNotAvailable, LoanLimitReached, OverdueLimitReached
from circulation.domain.people import UserSuspended
from circulation.domain.reservations import BookReserved
from circulation.models import LibraryUser
from circulation.policies import POLICY
from circulation.queries import GetReservationQueue
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, never_open, refused
from tests.library import add_book, borrow, context, register, report_missing, reserve, suspend

ISBN = "9780141439587"


def to(it: Arranger, book: Any, person: Any = None, **values: Any) -> Arguments:
    """A loan of the book, to this person or to somebody."""
    return {"book_id": book, "user_id": person or it.person()} | values


def to_who_has_it(it: Arranger) -> Arguments:
    person = it.person()
    return to(it, it.lent_book("Emma", person), person)


def missing_and_waited_for(it: Arranger) -> Any:
    book = it.held_book("Emma")
    it("ReportMissingBook", book_id=book)
    return book


def who_has(it: Arranger, books: int, *, verified: bool, are_late: bool = False) -> Any:
    """Ann Lee, who has so many books."""
    person = it.person("Ann Lee", verified=verified)
    for _ in range(books):
        it.overdue_book(person) if are_late else it.lent_book(person=person)
    return person


def who_lost(it: Arranger) -> Any:
    """Ann Lee, who lost a book."""
    person = it.person("Ann Lee")
    it.lost_book("Emma", person=person)
    return person


def another_copy_than_the_one_that_waits(it: Arranger) -> Arguments:
    person = it.person()
    it.held_book(person=person, isbn=ISBN)
    return to(it, it.book(isbn=ISBN), person)


def what_waits_for_somebody_else(it: Arranger) -> Arguments:
    """Another copy is there for whoever waited."""
    held = it.held_book(isbn=ISBN)
    it.book(isbn=ISBN)
    return to(it, held, **BECAUSE)


def what_waits_for_somebody_else_to_who_waits_too(it: Arranger) -> Arguments:
    held, person = it.held_book(), it.person()
    it.reserve(held, person)
    return to(it, held, person, **BECAUSE)


def what_waits_for_the_person(it: Arranger) -> Arguments:
    person = it.person()
    return to(it, it.held_book(person=person), person)


BECAUSE: Arguments = {"override": ("book_reserved",), "override_reason": "An exam."}

DECLARED = declared(
    BorrowBook,
    good=lambda it: to(it, it.book()),
    # the title, the user (locked), how the user stands to the policy, the book
    statements=8,
    refusals=[
        refused(
            BookNotAvailable,
            "“Emma” is on loan to Ann Lee until",
            lambda it: to(it, it.lent_book("Emma", it.person("Ann Lee"))),
            details="book_status borrower_id due_on",
            remedy="ReturnBook",
        ),
        refused(
            BookNotAvailable,
            "has “Emma” already, until",
            to_who_has_it,
            details="book_status borrower_id due_on",
            remedy="RenewLoan",
        ),
        refused(
            BookNotAvailable,
            "“Emma” is reported missing.",
            lambda it: to(it, it.missing_book("Emma")),
            details="book_status",
            remedy="BorrowBook",
        ),
        refused(
            BookNotAvailable,
            "“Emma” is reported missing.",
            lambda it: to(it, missing_and_waited_for(it)),
            details="book_status",
            remedy="ReportFoundBook",
        ),
        refused(
            BookNotAvailable,
            "“Emma” is withdrawn.",
            lambda it: to(it, it.withdrawn_book("Emma")),
            details="book_status",
            remedy="RestoreBook",
        ),
        refused(
            BookReserved,
            "“Emma” waits on the hold shelf for Ann Lee, until",
            lambda it: to(it, it.held_book("Emma", it.person("Ann Lee"))),
            remedy="BorrowBook",
            details="reserved_for_user_id",
        ),
        refused(
            UserSuspended,
            "Ann Lee is suspended and cannot borrow: “Emma” was reported missing on",
            lambda it: to(it, it.book(), who_lost(it)),
            remedy="BorrowBook",
            details="suspended_at suspended_by suspended_until",
        ),
        refused(
            LoanLimitReached,
            "Ann Lee has 2 of 2 books. Return one first, or verify who it is.",
            lambda it: to(it, it.book(), who_has(it, 2, verified=False)),
            remedy="BorrowBook",
            details="loans limit",
        ),
        refused(
            LoanLimitReached,
            "Ann Lee has 10 of 10 books. Return one first.",
            lambda it: to(it, it.book(), who_has(it, 10, verified=True)),
            remedy="BorrowBook",
            details="loans limit",
        ),
        refused(
            OverdueLimitReached,
            "Ann Lee has 3 books overdue",
            lambda it: to(it, it.book(), who_has(it, POLICY.overdue_limit, verified=True, are_late=True)),
            remedy="BorrowBook",
            details="overdue overdue_limit",
        ),
        never_open(lambda it: to(it, it.book())),
    ],
    moves=[
        what_waits_for_the_person,
        another_copy_than_the_one_that_waits,
        what_waits_for_somebody_else,
        what_waits_for_somebody_else_to_who_waits_too,
        lambda it: to(it, it.lost_book(), report_found=True),
        lambda it: to(it, it.lost_book(verified=True), report_found=True),
    ],
)


@pytest.mark.django_db
def test_a_suspension_without_a_comment_is_a_whole_sentence() -> None:
    suspend(ann := register("Ann Lee"))
    LibraryUser.objects.update(status_comment="")

    with pytest.raises(UserSuspended, match=r"^Ann Lee is suspended and cannot borrow\.$"):
        borrow(add_book(), ann)


@pytest.mark.django_db
def test_who_loses_a_copy_to_somebody_else_is_the_next_to_get_one_before_who_lost_one_earlier() -> None:
    missing, held = add_book(isbn=ISBN), add_book(isbn=ISBN)
    reserve(missing, ann := register())
    reserve(held, bob := register())
    report_missing(missing)

    dispatch(BorrowBook(book_id=held, user_id=register(), **BECAUSE), context())

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=held), context()).rows] == [bob, ann]
