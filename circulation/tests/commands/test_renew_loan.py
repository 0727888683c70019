"""RenewLoan: who has a book may keep it for longer, a few times (rules 4 and 8 of the desk)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import RenewLoan
from circulation.commands.renew_loan import LoanRenewed
from circulation.domain.loans import BookNotOnLoan
from circulation.domain.people import UserSuspended
from circulation.domain.renewal_rules import RenewalLimitReached, RenewalMovesNothing
from circulation.domain.reservations import BookReserved
from circulation.policies import LibraryNeverOpens
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import EVERY_DAY, NEVER_OPEN, declared, refused
from tests.library import add_book, borrow, context, register, set_policy

pytestmark = pytest.mark.django_db

LENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)  # due on 30 November


def a_fourth_time(it: Arranger) -> Arguments:
    book = it.lent_book("Emma")
    for _ in range(3):
        it("RenewLoan", book_id=book)
    return {"book_id": book}


def where_books_are_lent_for_the_day(it: Arranger) -> Arguments:
    set_policy(loan_days=0)
    return {"book_id": it.lent_book("Emma")}


def by_who_lost_another_book(it: Arranger) -> Arguments:
    person = it.person("Ann Lee")
    book = it.lent_book("Emma", person)
    it.lost_book("Persuasion", person=person)
    return {"book_id": book}


def where_the_library_never_opens(it: Arranger) -> Arguments:
    book = it.lent_book()
    set_policy(closed_weekdays=EVERY_DAY)
    return {"book_id": book}


DECLARED = declared(
    RenewLoan,
    good=lambda it: {"book_id": it.lent_book()},
    statements=10,  # the policy (2), the book (locked), the user (locked), the queue, the book
    refusals=[
        refused(
            BookNotOnLoan,
            "“Emma” is not on loan: it is available.",
            lambda it: {"book_id": it.book("Emma")},
            details="book_status",
        ),
        refused(
            RenewalLimitReached,
            "“Emma” has been renewed 3 of 3 times. Take it back first.",
            a_fourth_time,
            remedy="RenewLoan",
            details="renewals limit",
        ),
        refused(
            RenewalMovesNothing,
            "already: renewing would change nothing.",
            where_books_are_lent_for_the_day,
        ),
        refused(
            BookReserved,
            "Somebody else waits for “Emma”.",
            lambda it: {"book_id": it.queue_of(1, "Emma")},
            remedy="RenewLoan",
            details="waiting",
        ),
        refused(
            UserSuspended,
            "Ann Lee is suspended and cannot renew: “Persuasion” was reported missing on",
            by_who_lost_another_book,
            remedy="RenewLoan",
            details="suspended_at suspended_by suspended_until",
        ),
        refused(LibraryNeverOpens, NEVER_OPEN, where_the_library_never_opens),
    ],
)


def renew(book_id: UUID, *, now: datetime = LENT) -> LoanRenewed:
    return dispatch(RenewLoan(book_id=book_id), context(now=now))


def on_loan(title: str = "") -> tuple[UUID, UUID]:
    book_id, user_id = add_book(title), register("Ann Lee")
    borrow(book_id, user_id, now=LENT)
    return book_id, user_id


def test_a_loan_without_a_due_date_gets_one() -> None:
    book_id, _ = on_loan()
    Book.objects.filter(pk=book_id).update(due_on=None, borrowed_at=None)  # as a CRUD edit of the borrower leaves it

    assert renew(book_id, now=LENT).due_on == date(2026, 11, 30)
