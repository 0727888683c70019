"""UndoReturn: the last return of a book is taken back, on the same day (rule 23 of the desk)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from catalog.models import Book
from circulation.commands import ExpireReservations, ReturnBook, UndoReturn
from circulation.domain.borrowing_rules import LoanLimitReached
from circulation.domain.loans import CannotBeUndone, NothingToUndo, UndoOvertaken
from circulation.domain.people import UserSuspended
from circulation.models import PastLoan
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger, Here
from tests.declared import declared, refused
from tests.library import context, set_policy
from tests.model_check import stored

ISBN = "9780141439587"


def statistics(it: Arranger) -> list[Arguments]:
    """Counted anew."""
    cache.clear()
    return [it(name) for name in ("GetLoansOverTime", "GetMostBorrowedBooks", "GetStockByState")]


def returned(it: Arranger, title: str = "Emma", **values: str) -> Arguments:
    book, _ = it.past_loan(it.book(title, **values), it.person("Ann Lee"))
    return {"book_id": book}


def returned_to_the_hold_shelf(it: Arranger) -> Arguments:
    book = it.queue_of(1, "Emma")
    it("ReturnBook", book_id=book)
    return {"book_id": book}


def before_another_copy_came_free(it: Arranger) -> Arguments:
    book, other = it.lent_book(isbn=ISBN), it.lent_book(isbn=ISBN)
    it.reserve(book)
    it("ReturnBook", book_id=book)
    it("ReturnBook", book_id=other)
    return {"book_id": book}


def and_lent_again(it: Arranger) -> Arguments:
    arguments = returned(it)
    it.lend(arguments["book_id"], it.person("Ben Day"))
    return arguments


def and_somebody_more_waits(it: Arranger) -> Arguments:
    arguments = returned_to_the_hold_shelf(it)
    it.reserve(arguments["book_id"], it.person("Carol Fox"))
    return arguments


def and_the_queue_has_another_order(it: Arranger) -> Arguments:
    book, people = it.lent_book("Emma"), [it.person(name) for name in ("Ann Lee", "Ben Day", "Carol Fox")]
    reservations = [it.reserve(book, person) for person in people]
    it("ReturnBook", book_id=book)
    it("MoveReservation", reservation_id=reservations[2], position=1, reason="Needs it for an examination.")
    return {"book_id": book}


def and_the_borrower_waits_for_it(it: Arranger) -> Arguments:
    other, person = it.book("Emma", isbn=ISBN), it.person("Ann Lee")
    book, _ = it.past_loan(it.book("Emma", isbn=ISBN), person)
    it.reserve(other, person)
    return {"book_id": book}


def and_the_borrower_is_suspended(it: Arranger) -> Arguments:
    book, person = it.past_loan(None, it.person("Ann Lee"))
    it("SuspendUser", user_id=person, reason="Unpaid fees.")
    return {"book_id": book}


def and_the_borrower_has_other_books(it: Arranger) -> Arguments:
    book, person = it.past_loan(None, it.person("Ann Lee"))
    for _ in range(2):
        it.lent_book(person=person)
    return {"book_id": book}


def of_who_has_books_overdue(it: Arranger) -> Arguments:
    set_policy(overdue_limit=1)
    person = it.person()
    book = it.lent_book(person=person)
    it.overdue_book(person)
    it("ReturnBook", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    UndoReturn,
    good=returned,
    statements=10,
    moves=[returned_to_the_hold_shelf, before_another_copy_came_free, of_who_has_books_overdue],
    refusals=[
        refused(
            NothingToUndo,
            "“Emma” is on loan (Ben Day). A return is undone on its day, before all else and before a closure.",
            and_lent_again,
            details="book_status",
        ),
        refused(NothingToUndo, "“Emma” is available.", lambda it: {"book_id": it.book("Emma")}, details="book_status"),
        refused(
            CannotBeUndone,
            "“Emma” was missing, and is found: that is not undone.",
            lambda it: {"book_id": it("ReturnBook", book_id=it.lost_book("Emma"))["book_id"]},
        ),
        refused(
            UndoOvertaken, "The queue for “Emma” has changed since it came back: Carol Fox.", and_somebody_more_waits
        ),
        refused(UndoOvertaken, "came back: Carol Fox, Ben Day.", and_the_queue_has_another_order),
        refused(UndoOvertaken, "came back: Ann Lee.", and_the_borrower_waits_for_it),
        refused(
            UserSuspended,
            "Ann Lee is suspended and cannot borrow: Unpaid fees.",
            and_the_borrower_is_suspended,
            details="suspended_at suspended_by suspended_until",
        ),
        refused(LoanLimitReached, "Ann Lee has 2 of 2 books.", and_the_borrower_has_other_books, details="loans limit"),
    ],
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_rule_23_whom_a_wrong_return_has_served_waits_again_and_all_is_as_before() -> None:
    it = Here()
    book = it.queue_of(2, isbn=ISBN)
    before = stored()
    served = it("ReturnBook", book_id=book)["reserved_for_user_id"]
    assert served

    undone = it("UndoReturn", book_id=book)

    assert undone["queued_user_id"] == served
    assert stored() == before


def test_rule_23_a_copy_that_came_free_meanwhile_is_for_whom_the_wrong_return_had_served() -> None:
    it = Here()
    book = before_another_copy_came_free(it)["book_id"]

    served = it("UndoReturn", book_id=book)["queued_user_id"]

    assert [row["user_id"] for row in it("GetHoldShelf")["results"]] == [served]


def test_rule_23_the_place_of_before_is_found_again_though_others_have_moved_and_come_back() -> None:
    it = Here()
    book, people = it.lent_book(), [it.person() for _ in range(4)]
    passed_over, gone, served, last = (it.reserve(book, person) for person in people)
    it("CancelReservation", reservation_id=gone)  # which leaves a gap
    it("SuspendUser", user_id=people[0], reason="Unpaid fees.")
    it("ReturnBook", book_id=book)
    for position in (1, 2):
        it("MoveReservation", reservation_id=last, position=position, reason="A mistake.")

    it("UndoReturn", book_id=book)

    queue = it("GetReservationQueue", book_id=book)["results"]
    assert [row["id"] for row in queue] == [passed_over, served, last]


def test_rule_23_statistics_are_as_if_it_had_not_happened() -> None:
    it = Here()
    book, other, person = it.lent_book(), it.book(), it.person()
    before = statistics(it)

    it("UndoReturn", book_id=it("ReturnBook", book_id=book)["book_id"])
    it("UndoLoan", book_id=it.lend(other, person))

    assert statistics(it) == before
    call_command("check_journal", stdout=StringIO())


def test_rule_23_a_return_is_undone_on_the_same_day_only_and_what_undoes_it_is_kept_until_the_night() -> None:
    book, tomorrow = returned(Here())["book_id"], timezone.now() + timedelta(days=1)

    with pytest.raises(NothingToUndo):
        dispatch(UndoReturn(book_id=book), context(now=tomorrow))

    Here()("ExpireReservations")
    assert Book.objects.filter(undo__isnull=False).exists()
    dispatch(ExpireReservations(), context(now=tomorrow))
    assert not Book.objects.filter(undo__isnull=False).exists()


def test_rule_23_a_repeated_request_replays_its_answer_after_its_undoing() -> None:
    it = Here()
    command, key = ReturnBook(book_id=it.lent_book()), "first"
    answer = dispatch(command, context(idempotency_key=key))
    it("UndoReturn", book_id=command.book_id)

    assert dispatch(command, context(idempotency_key=key)) == answer

    assert not PastLoan.objects.exists()
