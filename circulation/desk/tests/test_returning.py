"""Books that come back at the desk."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.policies import POLICY
from tests.library import (
    add_book,
    borrow,
    cancel,
    give_back,
    lend,
    register,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)
from tests.scans import barcode_of, borrower, bring_back, in_words, press, scan

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL = "30001000047110"
CARD = "20001000047112"


def test_a_book_comes_back_and_again_it_was_not_on_loan(desk: Client) -> None:
    ann = register("Ann Lee")
    borrow(add_book("Dune", barcode=LABEL), ann)

    assert bring_back(desk, LABEL).row.text == "Back from Ann Lee."
    again = bring_back(desk, LABEL)

    assert (again.row.state, again.row.text) == ("done", "It was not on loan.")
    assert Book.objects.get().status == "AVAILABLE"


@pytest.mark.parametrize(
    ("bring_about", "text", "warnings"),
    [
        (lambda: lend("Dune", register("Ann Lee"), now=long_ago()), "Back from Ann Lee. It was 2 days overdue.", []),
        (
            lambda: suspend_by_loss(register(), "Dune"),
            "It was missing, and is found. Its borrower is no longer suspended.",
            [],
        ),
        (
            lambda: withdraw(add_book("Dune")),
            "It was not on loan.",
            ["Withdrawn: not to its shelf. Restore it first, if it is in use again."],
        ),
    ],
)
def test_what_comes_back_late_was_missing_or_is_withdrawn_says_so(
    desk: Client, bring_about: Callable[[], object], text: str, warnings: list[str]
) -> None:
    bring_about()

    answer = bring_back(desk, barcode_of("Dune"))

    assert (answer.row.text, answer.row.warnings, answer.urls) == (text, warnings, [])
    assert answer.row.state == ("look" if warnings else "done")


def test_a_book_that_was_lost_and_withdrawn_and_turns_up_names_the_loss_and_is_restored_by_one_key(
    desk: Client,
) -> None:
    withdraw(suspend_by_loss(ann := register("Ann Lee"), "Dune"))
    loss = f"It was reported missing on {in_words(0)}, when Ann Lee had it."
    assert loss in scan(desk, barcode_of("Dune")).row.text
    refused = scan(desk, barcode_of("Dune"), bob := register("Bob Roe"))
    assert (loss in refused.row.text, refused.labels) == (True, ["Restore it, and lend it", "Restore it"])

    late = bring_back(desk, barcode_of("Dune"))

    assert late.row.text == f"It was not on loan. Its borrower is no longer suspended. {loss}"
    assert (late.row.state, late.labels) == ("look", ["Restore it"])
    assert press(desk, late, "Restore it", mode="return").row.text == "In use again."
    assert press(desk, refused, "Restore it, and lend it", bob).row.state == "refused", "it is restored already"
    assert not LibraryUser.objects.get(pk=ann).is_suspended


def test_rule_27_who_is_passed_over_is_told_at_the_desk_and_the_book_goes_to_the_next_or_to_anybody(
    desk: Client,
) -> None:
    eva, bob = register("Eva Lee"), register("Bob Roe")
    reserve(book_id := lend("Dune"), eva)
    suspend(eva)
    reservation = reserve(book_id, bob)

    answer = bring_back(desk, barcode_of("Dune"))

    told = "Passed over in the queue: Eva Lee (suspended). The place is kept."
    assert told in answer.row.text
    assert answer.row.warnings == [f"Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}"]
    cancel(reservation)
    assert Book.objects.get().status == "AVAILABLE"
    assert scan(desk, barcode_of("Dune"), register("Ann Lee")).row.state == "done"
    again = bring_back(desk, barcode_of("Dune"))
    assert (again.row.state, told in again.row.text) == ("done", True)


def long_ago() -> datetime:
    return timezone.now() - timedelta(days=POLICY.loan_days + 2)


def test_a_book_that_somebody_waits_for_shouts_with_its_slip(desk: Client) -> None:
    reserve(book_id := lend("Dune", register("Ann Lee")), register("Bob Roe"))

    answer = bring_back(desk, barcode_of("Dune"))

    assert (answer.row.state, answer.row.text) == ("look", "Back from Ann Lee.")
    assert answer.row.warnings == [f"Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}"]
    assert answer.row.warnings[0] in answer.html
    assert answer.urls == [f"/hold-slip?book_id={book_id}#print"]


def test_an_isbn_that_comes_back_means_the_copy_that_is_out_or_asks(desk: Client) -> None:
    out = [lend("Dune", isbn=DUNE) for _ in range(2)]
    add_book("Dune", isbn=DUNE)

    answer = bring_back(desk, DUNE)
    assert (answer.row.state, len(answer.labels)) == ("choose", 2)
    give_back(out[0])

    assert bring_back(desk, DUNE).row.state == "done"
    assert borrower(out[1]) is None


def test_letters_name_no_people_while_books_come_back_and_first_what_is_out(desk: Client) -> None:
    register("Rose Lee")
    add_book("A rose")
    lend("Rose again", register("Bob Roe"))

    answer = bring_back(desk, "rose")

    assert [label.split(" · ")[0] for label in answer.labels] == ["Rose again", "A rose"]


def test_a_card_while_books_come_back_leads_to_lending_to_that_person(desk: Client) -> None:
    ann = register("Ann Lee", barcode=CARD)

    answer = bring_back(desk, CARD)

    assert (answer.row.state, answer.row.barcode, answer.user_id) == ("refused", CARD, None)
    assert [tuple(link) for link in answer.row.links] == [("Lend to Ann Lee", f"/?user_id={ann}")]
    page = desk.get(answer.urls[0])
    assert (page.context["mode"], page.context["person"].id) == ("lend", ann)
