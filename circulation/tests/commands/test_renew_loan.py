"""RenewLoan: who has a book may keep it for longer, a few times (rules 4 and 8 of the desk)."""

from circulation.commands import RenewLoan
from circulation.domain.loans import BookNotOnLoan
from circulation.domain.people import UserSuspended
from circulation.domain.renewal_rules import RenewalLimitReached, RenewalMovesNothing
from circulation.domain.reservations import BookReserved
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, never_open, refused
from tests.library import set_policy


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


DECLARED = declared(
    RenewLoan,
    good=lambda it: {"book_id": it.lent_book()},
    step=about("BORROWED", weight=2),
    statements=9,  # the policy (2), the book (locked), the user (locked), the queue, the book
    refusals=[
        refused(
            BookNotOnLoan,
            "“Emma” is not on loan: it is available.",
            lambda it: {"book_id": it.book("Emma")},
            details="book_status",
        ),
        refused(
            RenewalLimitReached,
            "“Emma” has been renewed 3 of 3 times. Return it first.",
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
        never_open(lambda it: {"book_id": it.lent_book()}),
    ],
)
