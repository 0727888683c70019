"""What the desk says where the library refuses, what helps, and what a scan that is sent again does."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    borrow,
    give_back,
    lend,
    register,
    renew,
    report_missing,
    reserve,
    set_policy,
    suspend,
    suspend_by_loss,
    withdraw,
)
from tests.scans import Answer, bring_back, does, press, scan

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL = "30001000047110"
OVERRIDE = "Do it all the same, because"
TAKE_BACK, TAKE_BACK_AND_LEND = "Take it back", "Take it back, and lend it"
VERIFY_AND_LEND = "Verify the person, and lend it"


def borrower(book_id: UUID) -> UUID | None:
    return Book.objects.get(pk=book_id).borrower_id


# Remedies


def test_who_has_the_book_already_renews_it_instead(desk: Client) -> None:
    ann = register("Ann Lee")
    book_id = lend("Dune", ann, now=timezone.now() - timedelta(days=3))

    answer = scan(desk, "dune", ann)

    assert answer.row.state == "refused"
    assert "Ann Lee has “Dune” already" in answer.row.said
    assert (answer.labels, answer.urls) == (["Renew"], [])
    assert press(desk, answer, "Renew", ann).row.said.startswith("Renewed until ")
    assert Book.objects.get(pk=book_id).renewals == 1


def test_a_renewal_that_is_refused_is_overridden_in_its_turn(desk: Client, supervisor: User) -> None:
    book_id = lend("Dune", ann := register("Ann Lee"))
    for _ in range(POLICY.renewals):
        renew(book_id)

    refused = press(desk, scan(desk, "dune", ann), "Renew", ann)
    assert (refused.row.title, refused.labels) == ("Dune", [OVERRIDE])
    press(desk, refused, OVERRIDE, ann, why="Ill.")

    assert Book.objects.get().renewals == POLICY.renewals + 1


def test_a_missing_book_is_found_and_lent_in_one_step(desk: Client) -> None:
    ann, bob = register("Ann Lee"), register("Bob Roe")
    book_id = suspend_by_loss(bob, "Dune")

    refused = scan(desk, "dune", ann)
    assert refused.labels == ["Found: lend it"]
    lent = press(desk, refused, "Found: lend it", ann)

    assert lent.row.state == "done"
    assert lent.row.said.startswith("Found. Lent until ")
    assert borrower(book_id) == ann
    assert LibraryUser.objects.get(pk=bob).status == "NOT_VERIFIED"


def test_a_missing_book_that_somebody_waits_for_is_found_and_put_aside(desk: Client) -> None:
    book_id, ann = add_book("Dune"), register("Ann Lee")
    reserve(book_id, register("Bob Roe"))
    report_missing(book_id)

    found = press(desk, scan(desk, "dune", ann), "Report it found", ann)

    assert (found.row.state, found.urls) == ("look", [f"/hold-slip?book_id={book_id}"])
    assert found.row.looks[0].startswith("Hold shelf: for Bob Roe, until ")


def test_a_book_that_another_has_is_taken_back_and_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))

    refused = scan(desk, "dune", ann)
    assert "is on loan to Bob Roe until" in refused.row.said
    assert refused.labels == [TAKE_BACK_AND_LEND, TAKE_BACK]
    assert refused.urls == [f"/place-reservation?user_id={ann}&book_id={book_id}"]
    lent = press(desk, refused, TAKE_BACK_AND_LEND, ann)

    assert lent.row.state == "done"
    assert lent.row.said.startswith("Back from Bob Roe. Lent until ")
    assert borrower(book_id) == ann
    assert PastLoan.objects.get().ending == "RETURNED"


def test_a_book_that_is_taken_back_and_waits_for_another_is_not_lent_and_shouts(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    reserve(book_id, register("Cy Fox"))

    answer = press(desk, scan(desk, "dune", ann), TAKE_BACK_AND_LEND, ann)

    assert answer.row.state == "refused"
    assert answer.row.said.startswith("Back from Bob Roe. “Dune” waits on the hold shelf for Cy Fox")
    assert answer.row.looks[0].startswith("Hold shelf: for Cy Fox, until ")
    assert f"/hold-slip?book_id={book_id}" in answer.urls
    assert borrower(book_id) is None


def test_a_book_that_is_taken_back_and_waits_for_this_person_is_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    reserve(book_id, ann)

    answer = press(desk, scan(desk, "dune", ann), TAKE_BACK_AND_LEND, ann)

    assert (answer.row.state, answer.row.looks, answer.urls) == ("done", [], [])
    assert borrower(book_id) == ann


def test_a_book_that_another_has_is_only_taken_back(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    assert press(desk, scan(desk, "dune", ann), TAKE_BACK, ann).row.said == "Back from Bob Roe."
    assert borrower(book_id) is None


def test_a_withdrawn_book_leads_to_where_it_is_restored(desk: Client) -> None:
    withdraw(book_id := add_book("Dune"))
    answer = scan(desk, "dune", register("Ann Lee"))
    assert (answer.labels, answer.urls) == ([], [f"/restore-book?book_id={book_id}"])


def test_at_the_lower_limit_the_person_is_verified_and_the_book_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    for _ in range(POLICY.limit_not_verified):
        lend(user_id=ann)

    refused = scan(desk, "dune", ann)
    assert (refused.labels, refused.urls) == ([VERIFY_AND_LEND], [f"/person?user_id={ann}"])
    lent = press(desk, refused, VERIFY_AND_LEND, ann)

    assert (lent.row.state, lent.row.title) == ("done", "Dune")
    assert lent.row.said.startswith("May borrow more books now. Lent until ")
    assert borrower(book_id) == ann
    assert f"3 of {POLICY.limit_verified} books" in lent.strip


def test_at_the_upper_limit_nobody_is_verified_again(desk: Client) -> None:
    set_policy(limit_not_verified=1, limit_verified=1)
    lend(user_id=(ann := register("Ann Lee", verified=True)))
    add_book("Dune")

    answer = scan(desk, "dune", ann)

    assert "Ann Lee has 1 of 1 books." in answer.row.said
    assert (answer.labels, answer.urls) == ([], [f"/person?user_id={ann}"])


def test_too_many_overdue_lead_to_what_is_overdue(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    for _ in range(POLICY.overdue_limit):
        lend(user_id=ann, now=timezone.now() - timedelta(days=2 * POLICY.loan_days))
    add_book("Dune")

    answer = scan(desk, "dune", ann)

    assert "3 books overdue" in answer.row.said
    assert answer.urls == [f"/person?user_id={ann}"]


def test_who_is_suspended_is_told_why_and_may_be_reinstated(desk: Client) -> None:
    suspend(ann := register("Ann Lee"), "Unpaid fees.")
    add_book("Dune")

    answer = scan(desk, "dune", ann)

    assert "Ann Lee is suspended and cannot borrow: Unpaid fees." in answer.row.said
    assert answer.urls == [f"/reinstate-user?user_id={ann}", f"/person?user_id={ann}"]


def test_a_copy_that_waits_for_another_leads_to_its_queue(desk: Client) -> None:
    reserve(book_id := add_book("Dune"), register("Bob Roe"))
    answer = scan(desk, "dune", register("Ann Lee"))
    assert "waits on the hold shelf for Bob Roe" in answer.row.said
    assert answer.urls == [f"/reservation-queue?book_id={book_id}"]


def test_a_library_that_never_opens_says_so(desk: Client) -> None:
    set_policy(closed_weekdays="1234567")
    add_book("Dune")
    answer = scan(desk, "dune", register("Ann Lee"))
    assert (answer.row.state, answer.labels) == ("refused", [])
    assert answer.row.title == "Dune"


def test_everything_in_the_way_is_said_at_once(desk: Client) -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann, "Emma")
    report_missing(add_book("Dune"))

    answer = scan(desk, "dune", ann)

    assert "“Dune” is reported missing." in answer.row.said
    assert "Ann Lee is suspended" in answer.row.said


# Overriding


class Blocked(NamedTuple):
    """A refusal that a supervisor may override: what it is called, and what leads to it."""

    code: str
    block: Callable[[UUID, UUID], object]


def at_limit(ann: UUID, book_id: UUID) -> None:
    for _ in range(POLICY.limit_not_verified):
        lend(user_id=ann)


def too_late(ann: UUID, book_id: UUID) -> None:
    set_policy(overdue_limit=1)
    lend(user_id=ann, now=timezone.now() - timedelta(days=2 * POLICY.loan_days))


BLOCKED = [
    Blocked("user_suspended", lambda ann, book_id: suspend(ann)),
    Blocked("loan_limit_reached", at_limit),
    Blocked("overdue_limit_reached", too_late),
    Blocked("book_reserved", lambda ann, book_id: reserve(book_id, register("Bob Roe"))),
]

blocked = pytest.mark.parametrize("case", BLOCKED, ids=lambda case: case.code)


@blocked
def test_a_supervisor_overrides_with_a_reason(desk: Client, supervisor: User, case: Blocked) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    case.block(ann, book_id)

    refused = scan(desk, "dune", ann)
    (choice,) = [each for each in refused.row.choices if each.asks_why]
    assert (choice.label, does(refused, OVERRIDE)["override"]) == (OVERRIDE, case.code)
    assert 'name="why" required' in refused.html
    assert "A supervisor may override this." not in refused.row.said
    lent = press(desk, refused, OVERRIDE, ann, why="The director said so.")

    assert lent.row.state in {"done", "look"}
    assert borrower(book_id) == ann
    entry = JournalEntry.objects.get(idempotency_key=f"desk-{lent.row.key}")
    assert (entry.arguments["override"], entry.arguments["override_reason"]) == ([case.code], "The director said so.")


@blocked
def test_a_librarian_is_told_that_a_supervisor_may_override(desk: Client, case: Blocked) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    case.block(ann, book_id)

    answer = scan(desk, "dune", ann)

    assert answer.row.said.endswith("A supervisor may override this.")
    assert OVERRIDE not in answer.labels
    forced = f"task=BorrowBook&book_id={book_id}&user_id={ann}&override={case.code}"
    assert scan(desk, person=ann, does=forced, why="I say so.").row.state == "refused"
    assert borrower(book_id) is None


@blocked
def test_a_missing_reason_is_asked_for_again(desk: Client, supervisor: User, case: Blocked) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    case.block(ann, book_id)

    asked = press(desk, scan(desk, "dune", ann), OVERRIDE, ann, why=" ")

    assert "Say why this is overridden" in asked.row.said
    assert borrower(book_id) is None
    assert press(desk, asked, OVERRIDE, ann, why="The director said so.").row.state in {"done", "look"}
    assert borrower(book_id) == ann


def test_one_button_overrides_all_that_stands_in_the_way(desk: Client, supervisor: User) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    at_limit(ann, book_id)
    suspend(ann)
    report_missing(book_id)

    found = press(desk, scan(desk, "dune", ann), "Found: lend it", ann)
    assert does(found, OVERRIDE)["override"] == "user_suspended,loan_limit_reached"
    asked = press(desk, found, OVERRIDE, ann)
    assert does(asked, OVERRIDE) == does(found, OVERRIDE)
    lent = press(desk, asked, OVERRIDE, ann, why="The director said so.")

    assert lent.row.said.startswith("Found. Lent until ")
    assert borrower(book_id) == ann


def test_a_renewal_without_a_reason_is_asked_for_it_again(desk: Client, supervisor: User) -> None:
    book_id = lend("Dune", ann := register("Ann Lee"))
    reserve(book_id, register("Bob Roe"))
    set_policy(loan_days=40)

    refused = press(desk, scan(desk, "dune", ann), "Renew", ann)
    asked = press(desk, refused, OVERRIDE, ann)
    press(desk, asked, OVERRIDE, ann, why="Ill.")

    assert Book.objects.get().renewals == 1


def test_an_overridden_hold_says_who_is_first_again(desk: Client, supervisor: User) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    reserve(book_id, register("Bob Roe"))

    answer = press(desk, scan(desk, "dune", ann), OVERRIDE, ann, why="An exam.")

    assert (answer.row.state, answer.row.looks) == ("look", ["First in the queue again: Bob Roe"])
    assert answer.urls == []


def test_an_overridden_hold_says_what_becomes_of_the_other_copy(desk: Client, supervisor: User) -> None:
    """Ann borrows the copy that waits for Bob, and leaves to him the one that waited for her."""
    ann, bob = register("Ann Lee"), register("Bob Roe")
    copies = [lend("Dune", isbn=DUNE) for _ in range(2)]
    reserve(copies[0], bob)
    reserve(copies[0], ann)
    give_back(copies[0])
    give_back(copies[1])
    of_bob, of_ann = (Book.objects.get(reservation__user=person) for person in (bob, ann))

    answer = press(desk, scan(desk, of_bob.barcode, ann), OVERRIDE, ann, why="An exam.")

    assert answer.row.state == "look"
    (said,) = answer.row.looks
    assert said.startswith(f"“Dune”, {of_ann.barcode}: Hold shelf: for Bob Roe, until ")
    assert Reservation.objects.get(status="OPEN").waiting_book.pk == of_ann.pk


# The same scan again


def test_a_label_that_fires_twice_lends_once(desk: Client) -> None:
    ann, key = register("Ann Lee"), uuid4()
    add_book("Dune", barcode=LABEL)

    first, again = (scan(desk, LABEL, ann, scan_key=key) for _ in range(2))

    assert again.row == first.row
    assert JournalEntry.objects.filter(operation="BorrowBook").count() == 1


def test_an_isbn_that_is_sent_again_means_the_same_copy(desk: Client) -> None:
    ann, key = register("Ann Lee", verified=True), uuid4()
    for _ in range(2):
        add_book("Dune", isbn=DUNE)

    first, again = (scan(desk, DUNE, ann, scan_key=key) for _ in range(2))

    assert again.row == first.row
    assert Book.objects.filter(borrower=ann).count() == 1
    assert scan(desk, DUNE, ann).row.barcode != first.row.barcode


def test_letters_that_are_sent_again_mean_the_same_book(desk: Client) -> None:
    ann, key = register("Ann Lee", verified=True), uuid4()
    add_book("Dune")
    first = scan(desk, "dune", ann, scan_key=key)
    add_book("Dune Messiah")

    assert scan(desk, "dune", ann, scan_key=key).row == first.row
    assert Book.objects.filter(borrower=ann).count() == 1


@pytest.mark.parametrize("typed", [LABEL, "dune", DUNE])
def test_a_return_that_is_sent_again_names_who_had_it(desk: Client, typed: str) -> None:
    borrow(add_book("Dune", isbn=DUNE, barcode=LABEL), register("Ann Lee"))
    key = uuid4()

    first, again = (bring_back(desk, typed, scan_key=key) for _ in range(2))

    assert again.row == first.row
    assert again.row.said == "Back from Ann Lee."
    assert PastLoan.objects.count() == 1


def test_a_return_that_is_sent_again_shouts_again(desk: Client) -> None:
    reserve(lend("Dune", register("Ann Lee")), register("Bob Roe"))
    key = uuid4()
    first, again = (bring_back(desk, "dune", scan_key=key) for _ in range(2))
    assert (again.row, again.row.state) == (first.row, "look")


def test_a_choice_that_lends_thereafter_does_each_once(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    refused, key = scan(desk, "dune", ann), uuid4()

    first, again = (press(desk, refused, TAKE_BACK_AND_LEND, ann, scan_key=key) for _ in range(2))

    assert (again.row.state, again.row.title) == (first.row.state, first.row.title) == ("done", "Dune")
    assert first.row.said.startswith("Back from Bob Roe. Lent until ")
    assert again.row.said == first.row.said
    assert borrower(book_id) == ann
    assert PastLoan.objects.count() == 1


def test_a_choice_whose_first_half_was_done_goes_on_where_it_was_cut(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    refused, key = scan(desk, "dune", ann), uuid4()
    scan(desk, does=f"task=ReturnBook&book_id={book_id}", scan_key=key)

    assert press(desk, refused, TAKE_BACK_AND_LEND, ann, scan_key=key).row.state == "done"

    assert borrower(book_id) == ann
    assert PastLoan.objects.count() == 1


def test_a_person_who_is_verified_twice_is_verified_once(desk: Client) -> None:
    ann, key = register("Ann Lee"), uuid4()
    said = {"does": f"task=VerifyUser&user_id={ann}", "scan_key": key}

    answers: list[Answer] = [scan(desk, person=ann, **said) for _ in range(2)]

    assert [answer.row.state for answer in answers] == ["done", "done"]
    assert JournalEntry.objects.filter(operation="VerifyUser").count() == 1


def test_a_key_that_meant_another_book_is_refused(desk: Client) -> None:
    ann, key = register("Ann Lee"), uuid4()
    add_book("Dune", barcode=LABEL)
    other = Book.objects.get(pk=add_book("Emma"))
    scan(desk, LABEL, ann, scan_key=key)

    answer = scan(desk, other.barcode, ann, scan_key=key)

    assert answer.row.state == "refused"
    assert borrower(other.pk) is None
