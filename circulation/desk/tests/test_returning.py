"""Books that come back at the desk."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.policies import POLICY
from tests.library import add_book, borrow, give_back, lend, register, reserve, suspend_by_loss, withdraw
from tests.scans import barcode_of, borrower, bring_back, in_words

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
