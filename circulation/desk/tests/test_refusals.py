"""What the desk says where the library refuses a loan, and what helps at once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.policies import POLICY
from tests.library import (
    add_book,
    lend,
    register,
    report_missing,
    reserve,
    set_policy,
    suspend,
    suspend_by_loss,
)
from tests.scans import barcode_of, borrower, press, scan

pytestmark = pytest.mark.django_db

RETURN_IT, RETURN_AND_LEND = "Return it", "Return it, and lend it"
VERIFY_AND_LEND = "Verify the person, and lend it"


def test_who_has_the_book_already_renews_it_instead(desk: Client) -> None:
    ann = register("Ann Lee")
    book_id = lend("Dune", ann, now=timezone.now() - timedelta(days=3))

    answer = scan(desk, barcode_of("Dune"), ann)

    assert answer.row.state == "refused"
    assert "Ann Lee has this book already" in answer.row.text
    assert (answer.labels, answer.urls) == (["Renew"], [])
    assert press(desk, answer, "Renew", ann).row.text.startswith("Renewed until ")
    assert Book.objects.get(pk=book_id).renewals == 1


def test_a_missing_book_is_found_and_lent_in_one_step(desk: Client) -> None:
    ann, bob = register("Ann Lee"), register("Bob Roe")
    book_id = suspend_by_loss(bob, "Dune")

    refused = scan(desk, barcode_of("Dune"), ann)
    assert refused.labels == ["Found: lend it"]
    lent = press(desk, refused, "Found: lend it", ann)

    assert lent.row.state == "done"
    assert lent.row.text.startswith("Found. Lent until ")
    assert borrower(book_id) == ann
    assert LibraryUser.objects.get(pk=bob).status == "NOT_VERIFIED"


def test_a_missing_book_that_somebody_waits_for_is_found_and_put_aside(desk: Client) -> None:
    book_id, ann = add_book("Dune"), register("Ann Lee")
    reserve(book_id, register("Bob Roe"))
    report_missing(book_id)

    found = press(desk, scan(desk, barcode_of("Dune"), ann), "Report it found", ann)

    assert (found.row.state, found.urls) == ("look", [f"/hold-slip?book_id={book_id}#print"])
    assert found.row.warnings[0].startswith("Hold shelf: for Bob Roe, until ")


def test_a_book_that_another_has_is_taken_back_and_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))

    refused = scan(desk, barcode_of("Dune"), ann)
    assert "is on loan to Bob Roe until" in refused.row.text
    assert refused.labels == [RETURN_AND_LEND, RETURN_IT, "Reserve it"]
    lent = press(desk, refused, RETURN_AND_LEND, ann)

    assert lent.row.state == "done"
    assert lent.row.text.startswith("Back from Bob Roe. Lent until ")
    assert borrower(book_id) == ann
    assert PastLoan.objects.get().ending == "RETURNED"


def test_a_book_that_is_taken_back_and_waits_for_another_is_not_lent_and_shouts(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    reserve(book_id, register("Cy Fox"))

    answer = press(desk, scan(desk, barcode_of("Dune"), ann), RETURN_AND_LEND, ann)

    assert answer.row.state == "refused"
    assert answer.row.text.startswith("Back from Bob Roe. This book waits on the hold shelf for Cy Fox")
    assert answer.row.warnings[0].startswith("Hold shelf: for Cy Fox, until ")
    assert f"/hold-slip?book_id={book_id}#print" in answer.urls
    assert borrower(book_id) is None


def test_a_book_that_is_taken_back_and_waits_for_this_person_is_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    reserve(book_id, ann)

    answer = press(desk, scan(desk, barcode_of("Dune"), ann), RETURN_AND_LEND, ann)

    assert (answer.row.state, answer.row.warnings, answer.urls) == ("done", [], [])
    assert borrower(book_id) == ann


def overdue(ann: UUID, book_id: UUID) -> None:
    set_policy(overdue_limit=1)
    lend(user_id=ann, now=timezone.now() - timedelta(days=2 * POLICY.loan_days))


def at_the_upper_limit(ann: UUID, book_id: UUID) -> None:
    set_policy(limit_not_verified=1, limit_verified=1)
    lend(user_id=ann)


@pytest.mark.parametrize(
    ("block", "said", "leads_to"),
    [
        (overdue, "1 book overdue", None),
        (at_the_upper_limit, "Ann Lee has 1 of 1 books.", None),
        (lambda ann, book_id: suspend(ann, "“Dune” is wet."), "borrow: “Dune” is wet", None),
        (lambda ann, book_id: reserve(book_id, register("Bob")), "for Bob", "/reservation-queue?book_id={book}"),
        (lambda ann, book_id: set_policy(closed_weekdays="1234567"), "not open on any day", None),
    ],
)
def test_what_only_another_page_helps_against_leads_to_it(
    desk: Client, block: Callable[[UUID, UUID], object], said: str, leads_to: str | None
) -> None:
    block(ann := register("Ann Lee", verified=True), book_id := add_book("Dune"))

    answer = scan(desk, barcode_of("Dune"), ann)

    assert (answer.row.state, answer.row.title, answer.labels) == ("refused", "Dune", [])
    assert said in answer.row.text
    assert answer.urls == ([leads_to.format(ann=ann, book=book_id)] if leads_to else [])
    assert f'href="/person?user_id={ann}"' in answer.strip


def test_at_the_lower_limit_the_person_is_verified_and_the_book_lent(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    for _ in range(POLICY.limit_not_verified):
        lend(user_id=ann)

    refused = scan(desk, barcode_of("Dune"), ann)
    assert (refused.labels, refused.urls) == ([VERIFY_AND_LEND], [])
    lent = press(desk, refused, VERIFY_AND_LEND, ann)

    assert (lent.row.state, lent.row.title) == ("done", "Dune")
    assert lent.row.text.startswith("May borrow more books now. Lent until ")
    assert borrower(book_id) == ann
    assert f"3 of {POLICY.limit_verified} books" in lent.strip


def test_a_book_that_another_has_is_reserved_in_the_row(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    refused = scan(desk, barcode_of("Dune"), ann)

    reserved = press(desk, refused, "Reserve it", ann)

    assert (reserved.row.state, reserved.row.text) == ("done", "Reserved: place 1 in the queue.")
    assert Reservation.objects.get().user_id == ann
    other = scan(desk, barcode_of("Dune"), register("Cara Poe"))
    assert press(desk, other, "Reserve it", other.user_id).row.text == "Reserved: place 2 in the queue."
    assert borrower(book_id) != ann
