"""The rules of the desk, 1 to 18, one after the other: what a librarian may rely on.

Ann and Bob borrow, the first with a standing that a rule is about, the second without. A book that is lent on LENT is
due at the end of DUE.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from rest_framework.test import APIClient

from catalog.policies import BarcodeKind, barcode, barcode_kind
from circulation.commands import (
    BorrowBook,
    ChangeContact,
    ExpireReservations,
    MoveReservation,
    PlaceReservation,
    ReinstateUser,
    RenewLoan,
    ReportMissingBook,
    ReturnBook,
    SetCalendarException,
    SuspendUser,
)
from circulation.models import PastLoan, Reservation
from circulation.queries import (
    GetBookFile,
    GetJournal,
    GetLoansDue,
    GetOverdueLoans,
    GetReservationQueue,
    GetReservationsByUser,
    GetUserFile,
    SearchUsers,
)
from library_site.cqrs import Command, DomainError, InvalidInput, Query, Remedy, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.barcodes import id_of
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.operations import operation_named
from tests.library import (
    add_book,
    borrow,
    context,
    lend,
    register,
    reserve,
    set_policy,
    suspend,
    suspend_by_loss,
    withdraw,
)

pytestmark = pytest.mark.django_db

LENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DUE = date(2026, 11, 30)  # a Monday
ISBN = "9780141439587"


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def do(command: Command[Any], *, now: datetime = LENT) -> Any:
    return dispatch(command, context(now=now))


def refused(command: Command[Any], *, now: datetime = LENT) -> DomainError:
    """The refusal of a command."""
    with pytest.raises(DomainError) as caught:
        dispatch(command, context(now=now))
    return caught.value


def follow(remedy: Remedy | None, **more: str) -> Any:
    """Do what a refusal offers."""
    assert remedy
    operation = operation_named(remedy.operation)
    assert operation
    return dispatch(message_from(operation, remedy.arguments | more), context(now=LENT))


def rows(query: Query[Any], *, now: datetime = LENT) -> list[Any]:
    return list(dispatch(query, context(now=now)).rows)


def book(book_id: UUID) -> Any:
    """All that the desk knows of a book."""
    (row,) = rows(GetBookFile(book_id=book_id))
    return row


def person(user_id: UUID, *, now: datetime = LENT) -> Any:
    """All that the desk knows of a person."""
    (row,) = rows(GetUserFile(user_id=user_id), now=now)
    return row


def queue(book_id: UUID) -> list[tuple[int, UUID]]:
    """Who waits for a title: the places, 0 for the hold shelf, and the people."""
    return [(row.position, row.user_id) for row in rows(GetReservationQueue(book_id=book_id))]


# Lending


def test_rule_01_a_book_that_somebody_else_has_is_refused_by_the_borrowers_name_and_the_due_date(
    api: APIClient,
) -> None:
    emma = lend("Emma", register("Ann Lee"))
    due_on = timezone.localdate() + timedelta(days=28)

    answer = api.post(f"/api/book/{emma}/borrow", {"user_id": str(register("Bob"))})

    assert (answer.status_code, answer.json()["code"]) == (409, "book_not_available")
    assert f"“Emma” is on loan to Ann Lee until {date_format(due_on, 'j F Y')}." in answer.json()["detail"]
    assert answer.json()["due_on"] == due_on.isoformat()


def test_rule_02_who_has_the_book_already_is_offered_to_renew_it() -> None:
    ann = register("Ann Lee")
    emma = lend("Emma", ann, now=LENT)

    refusal = refused(BorrowBook(book_id=emma, user_id=ann))

    assert refusal.message.startswith("Ann Lee has “Emma” already, until 30 November 2026. Renew the loan")
    assert follow(refusal.remedy).renewals == 1
    assert book(emma).due_on == DUE + timedelta(days=28)


def test_rule_03_a_missing_book_that_turns_up_is_found_and_lent_in_one_step() -> None:
    ann, bob = register("Ann Lee"), register("Bob")
    emma = suspend_by_loss(ann, "Emma")

    refusal = refused(BorrowBook(book_id=emma, user_id=bob))
    assert "“Emma” is reported missing. If you have it in hand, report it found, then lend it." in refusal.message
    assert book(emma).status == "MISSING"
    follow(refusal.remedy)

    assert (book(emma).status, book(emma).borrower_id) == ("BORROWED", bob)
    assert person(ann).status == "NOT_VERIFIED", "who had lost it may borrow again"
    entry = JournalEntry.objects.get(operation="BorrowBook", arguments__user_id=str(bob), outcome="CARRIED_OUT")
    assert entry.arguments["report_found"] is True


def test_rule_04_who_is_suspended_cannot_borrow_renew_or_reserve_but_can_return() -> None:
    ann = register("Ann Lee")
    kept, other = lend("Emma", ann, now=LENT), add_book("Persuasion")
    suspend(ann, "Unpaid fees.", now=LENT)

    for command in (
        BorrowBook(book_id=other, user_id=ann),
        RenewLoan(book_id=kept),
        PlaceReservation(book_id=other, user_id=ann),
    ):
        refusal = refused(command)
        assert refusal.code == "user_suspended"
        assert "Unpaid fees." in refusal.message

    assert do(ReturnBook(book_id=kept)).user_id == ann


def test_rule_05_who_is_not_verified_borrows_a_few_books_and_who_is_verified_borrows_more() -> None:
    set_policy(limit_not_verified=1, limit_verified=2)
    ann, bob = register("Ann Lee"), register("Bob", verified=True)
    for who, limit in ((ann, 1), (bob, 2)):
        for _ in range(limit):
            borrow(add_book(), who)

        refusal = refused(BorrowBook(book_id=add_book(), user_id=who))

        assert (refusal.code, refusal.details) == ("loan_limit_reached", {"loans": limit, "limit": limit})


def in_every_way_wrong() -> tuple[UUID, UUID]:
    """A book that somebody has, and a person who is suspended, at the limit, and far behind with bringing back."""
    set_policy(limit_not_verified=2, overdue_limit=2)
    ann = register("Ann Lee")
    for _ in range(2):
        lend("", ann, now=LENT - timedelta(days=300))
    suspend(ann, now=LENT)
    return lend("Emma", register("Bob"), now=LENT), ann


def test_rule_06_all_that_stands_in_the_way_is_said_at_once_with_codes_and_remedies(api: APIClient) -> None:
    emma, ann = in_every_way_wrong()

    problem = api.post(f"/api/book/{emma}/borrow", {"user_id": str(ann)}).json()

    codes = [each["code"] for each in problem["problems"]]
    assert codes == ["book_not_available", "user_suspended", "loan_limit_reached", "overdue_limit_reached"]
    assert all(each["detail"] in problem["detail"] for each in problem["problems"])
    (remedy,) = problem["remedies"]
    assert remedy == {"code": codes[0], "operation": "ReturnBook", "arguments": {"book_id": str(emma)}}


# Time


def test_rule_07_a_book_that_is_due_today_is_not_overdue() -> None:
    emma = lend("Emma", now=LENT)

    assert book(emma).due_on == DUE
    assert rows(GetOverdueLoans(), now=at(DUE, 23)) == []
    assert [row.id for row in rows(GetLoansDue(), now=at(DUE, 23))] == [emma]
    assert [row.id for row in rows(GetOverdueLoans(), now=at(DUE + timedelta(days=1), 0))] == [emma]


def test_rule_07_no_book_is_due_on_a_closed_day_and_an_exception_beats_the_weekday() -> None:
    set_policy(closed_weekdays="1")
    closed, opened = DUE + timedelta(days=1), DUE + timedelta(days=7)
    assert book(lend(now=LENT)).due_on == DUE + timedelta(days=1), "not on a Monday"

    do(SetCalendarException(day=closed, note="Stocktaking."))
    assert book(lend(now=LENT)).due_on == DUE + timedelta(days=2), "nor on the day of the stocktaking"

    do(SetCalendarException(day=opened, is_open=True, note="Book sale."))
    assert book(lend(now=LENT + timedelta(days=7))).due_on == opened, "but on the Monday of the book sale"


@pytest.mark.parametrize(
    ("today", "due_on"),
    [
        pytest.param(LENT.date(), DUE + timedelta(days=28), id="at once, it counts from the due date"),
        pytest.param(DUE, DUE + timedelta(days=28), id="on the last day as well"),
        pytest.param(DUE + timedelta(days=10), DUE + timedelta(days=38), id="overdue, from today"),
    ],
)
def test_rule_08_a_renewal_counts_from_the_due_date_or_from_today_when_that_is_past(today: date, due_on: date) -> None:
    emma = lend("Emma", now=LENT)

    assert do(RenewLoan(book_id=emma), now=at(today)).due_on == due_on


# Returning


def test_rule_09_a_second_return_of_the_same_book_is_a_quiet_success(api: APIClient, desk: Client) -> None:
    ann = register("Ann Lee")
    emma = lend("Emma", ann)

    first, second = (api.post(f"/api/book/{emma}/return") for _ in range(2))

    assert (first.status_code, first.json()["user_id"]) == (200, str(ann))
    assert (second.status_code, second.json()["user_id"]) == (200, None), "it was not on loan"
    assert "“Emma” was not on loan." in desk.post("/return-book", {"book_id": str(emma)}, follow=True).content.decode()
    assert PastLoan.objects.count() == 1


@pytest.mark.parametrize("state", ["available", "on hold", "withdrawn"])
def test_rule_09_any_book_of_this_library_can_be_returned_and_stays_what_it_is(state: str) -> None:
    emma = add_book("Emma")
    if state == "on hold":
        reserve(emma, register(), now=LENT)
    if state == "withdrawn":
        withdraw(emma, now=LENT)
    before = book(emma)

    assert do(ReturnBook(book_id=emma)).book_status == before.status
    assert book(emma) == before


def test_rule_10_returning_a_missing_book_finds_it_and_lifts_the_suspension_that_its_loss_caused() -> None:
    ann = register("Ann Lee", verified=True)
    emma = suspend_by_loss(ann, "Emma")

    answer = do(ReturnBook(book_id=emma))

    assert (answer.was_missing, answer.reinstated_user_id) == (True, ann)
    assert (book(emma).status, person(ann).status) == ("AVAILABLE", "VERIFIED")


def test_rule_11_a_return_that_meets_a_reservation_says_whose_and_where_to_put_the_book(
    api: APIClient, desk: Client
) -> None:
    emma, bob = lend("Emma"), register("Bob Ray")
    reserve(emma, bob)
    until = timezone.localdate() + timedelta(days=7)

    page = desk.post("/return-book", {"book_id": str(emma)}, follow=True).content.decode()

    assert f'look warning" role="status">Hold shelf: for Bob Ray, until {date_format(until, "j F Y")}' in page
    answer = api.post(f"/api/book/{emma}/return").json()
    assert (answer["book_status"], answer["reserved_for_user_id"]) == ("ON_HOLD", str(bob))
    assert answer["held_until"] == until.isoformat()


# Missing


def test_rule_12_the_loan_of_a_book_gone_missing_ends_and_its_borrower_is_suspended_with_the_reason() -> None:
    ann = register("Ann Lee", verified=True)
    emma = lend("Emma", ann, now=LENT)

    answer = do(ReportMissingBook(book_id=emma), now=LENT + timedelta(days=60))

    assert answer.user_id == ann
    assert (book(emma).status, book(emma).borrower_id) == ("MISSING", None)
    assert person(ann).status == "SUSPENDED"
    assert person(ann).status_comment == "“Emma” was reported missing on 1 January 2027."
    evidence = PastLoan.objects.get(book=emma)
    assert (evidence.borrower_id, evidence.ending) == (ann, "MISSING")
    assert (evidence.borrowed_at, evidence.due_on) == (LENT, DUE)


def test_rule_13_who_waited_for_a_book_gone_missing_is_at_the_head_of_the_queue_again() -> None:
    emma, other = add_book("Emma", isbn=ISBN), add_book("Emma", isbn=ISBN)
    ann, bob, cora = register("Ann Lee"), register("Bob"), register("Cora")
    borrow(other, register(), now=LENT)
    for who in (ann, bob, cora):
        reserve(emma, who, now=LENT)
    assert queue(emma) == [(0, ann), (1, bob), (2, cora)]

    do(ReportMissingBook(book_id=emma))

    assert queue(emma) == [(1, ann), (2, bob), (3, cora)], "before those who waited already"
    assert do(ReturnBook(book_id=other)).reserved_for_user_id == ann


# Reservations


def test_rule_14_a_reservation_is_for_the_first_copy_of_the_title_that_comes_back() -> None:
    add_book("Kim", isbn="9780007117116")
    first, second = add_book("Emma", isbn=ISBN), add_book("Emma", isbn=ISBN)
    for copy in (first, second):
        borrow(copy, register(), now=LENT)
    ann, bob = register("Ann Lee"), register("Bob")
    reserve(first, ann, now=LENT)
    reserve(second, bob, now=LENT)

    assert queue(first) == queue(second) == [(1, ann), (2, bob)]
    assert do(ReturnBook(book_id=second)).reserved_for_user_id == ann, "first come, first served, by any copy"
    assert do(ReturnBook(book_id=first)).reserved_for_user_id == bob


def test_rule_14_without_an_isbn_a_reservation_is_for_that_book() -> None:
    manuscript, other = lend("Sanditon", now=LENT), lend("Sanditon", now=LENT)
    ann = register("Ann Lee")
    reserve(manuscript, ann, now=LENT)

    assert do(ReturnBook(book_id=other)).book_status == "AVAILABLE"
    assert do(ReturnBook(book_id=manuscript)).reserved_for_user_id == ann


def test_rule_14_the_order_is_visible_and_can_be_changed_with_a_reason() -> None:
    emma = lend("Emma", now=LENT)
    ann, bob, cora = register("Ann Lee"), register("Bob"), register("Cora")
    reserve(emma, ann, now=LENT)
    reserve(emma, bob, now=LENT)
    last = reserve(emma, cora, now=LENT)
    assert rows(GetReservationsByUser(user_id=cora))[0].position == 3

    assert isinstance(refused(MoveReservation(reservation_id=last, position=1, reason=" ")), InvalidInput)
    do(MoveReservation(reservation_id=last, position=1, reason="An examination tomorrow."))

    assert queue(emma) == [(1, cora), (2, ann), (3, bob)]
    (entry,) = rows(GetJournal(operation="MoveReservation", outcome="CARRIED_OUT"))
    assert entry.reason == "An examination tomorrow."


def test_rule_14_a_copy_waits_for_the_shelf_period_and_then_it_is_the_next_persons_turn() -> None:
    set_policy(shelf_days=3)
    emma = lend("Emma", now=LENT)
    ann, bob = register("Ann Lee"), register("Bob")
    reservation = reserve(emma, ann, now=LENT)
    reserve(emma, bob, now=LENT)
    last_day = do(ReturnBook(book_id=emma), now=at(DUE)).held_until
    assert last_day == DUE + timedelta(days=3)

    assert do(ExpireReservations(), now=at(last_day, 23)).reservation_ids == (), "until the end of the last day"
    assert do(ExpireReservations(), now=at(last_day + timedelta(days=1))).reservation_ids == (reservation,)

    assert Reservation.objects.get(pk=reservation).status == "EXPIRED"
    assert (book(emma).reserved_for_user_id, book(emma).held_until) == (bob, last_day + timedelta(days=4))


def test_rule_15_lending_the_copy_that_waits_to_whom_it_waits_for_fulfils_the_reservation() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    reservation = reserve(emma, ann, now=LENT)

    borrow(emma, ann, now=LENT)

    assert Reservation.objects.get(pk=reservation).status == "FULFILLED"
    assert (book(emma).status, book(emma).reservation_id, person(ann).waiting) == ("BORROWED", None, 0)


def test_rule_16_who_has_a_copy_of_the_title_cannot_reserve_it() -> None:
    hers, other = add_book("Emma", isbn=ISBN), add_book("Emma", isbn=ISBN)
    ann = register("Ann Lee")
    borrow(hers, ann, now=LENT)

    for copy in (hers, other):
        refusal = refused(PlaceReservation(book_id=copy, user_id=ann))
        assert refusal.code == "title_already_borrowed"
        assert refusal.remedy == Remedy("RenewLoan", {"book_id": hers})
    assert book(other).status == "AVAILABLE"


# People


def test_rule_17_a_person_is_registered_verified_and_found_under_a_new_name_address_and_card() -> None:
    ann = register("Ann Lee", "ann@example.org")
    assert person(ann).status == "NOT_VERIFIED"
    assert barcode_kind(person(ann).barcode) == BarcodeKind.CARD

    card = barcode(BarcodeKind.CARD, "0001", 77)
    do(ChangeContact(user_id=ann, name="Ann Ray", email="ray@example.org", barcode=card))

    for typed in ("ann ray", "ray@example", card):
        assert [row.id for row in rows(SearchUsers(q=typed))] == [ann]
    assert rows(SearchUsers(q="lee")) == []


def test_rule_17_suspending_and_reinstating_takes_a_reason_that_stays_readable() -> None:
    ann = register("Ann Lee", verified=True)
    for command in (SuspendUser(user_id=ann, reason=" "), ReinstateUser(user_id=ann, reason="")):
        assert isinstance(refused(command), InvalidInput)

    do(SuspendUser(user_id=ann, reason="Unpaid fees."))
    assert (person(ann).status, person(ann).status_comment) == ("SUSPENDED", "Unpaid fees.")
    do(ReinstateUser(user_id=ann, reason="Paid."))

    assert (person(ann).status, person(ann).status_comment) == ("VERIFIED", "Reinstated on 2 November 2026: Paid.")


def test_rule_17_a_suspension_with_an_end_date_ends_by_itself() -> None:
    ann, emma = register("Ann Lee", verified=True), add_book("Emma")
    suspend(ann, until=DUE, now=LENT)
    after = at(DUE + timedelta(days=1), 0)

    refusal = refused(BorrowBook(book_id=emma, user_id=ann), now=at(DUE, 23))
    assert refusal.code == "user_suspended"
    assert refusal.message.endswith("The suspension ends after 30 November 2026.")
    assert person(ann, now=after).status == "VERIFIED", "though nothing was done about it that night"
    borrow(emma, ann, now=after)


# Barcodes


@pytest.mark.parametrize("field", ["book_id", "user_id"])
def test_rule_18_every_misread_digit_is_caught(field: str) -> None:
    right = book(add_book()).barcode if field == "book_id" else person(register()).barcode
    assert id_of(field, right) != right

    for place, digit in enumerate(right):
        misread = f"{right[:place]}{(int(digit) + 1) % 10}{right[place + 1 :]}"
        with pytest.raises(InvalidInput, match="misread"):
            id_of(field, misread)


def test_every_rule_has_its_tests() -> None:
    numbers = {int(name.split("_")[2]) for name in globals() if name.startswith("test_rule_")}

    assert numbers == set(range(1, 19))
