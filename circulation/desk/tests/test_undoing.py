"""One key takes back what was done last at the desk (rule 23)."""

import pytest
from django.test import Client

from catalog.models import Book
from circulation.policies import POLICY
from tests.library import add_book, give_back, lend, register, renew, reserve
from tests.scans import barcode_of, borrower, bring_back, buttons, in_words, press, scan, who_may

pytestmark = pytest.mark.django_db


def test_rule_23_a_wrong_book_is_taken_back_and_its_row_says_what_is_as_before(desk: Client) -> None:
    ann, bob = register("Ann Lee"), register("Bob Roe")
    reserve(book_id := lend("Dune", ann), bob)
    wrong = bring_back(desk, barcode_of("Dune"))
    assert wrong.row.warnings

    undone = press(desk, wrong, "Undo", mode="return")

    assert undone.row.text == f"The return is undone. On loan to Ann Lee until {in_words(POLICY.loan_days)}, as before."
    assert (undone.row.state, undone.row.warnings) == ("look", ["First in the queue again: Bob Roe"])
    assert (borrower(book_id), buttons(undone.row)) == (ann, [])


def test_rule_23_a_loan_and_a_renewal_are_taken_back(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    dune, emma = add_book("Dune"), add_book("Emma")
    reserve(emma, ann)

    lent = scan(desk, barcode_of("Dune"), ann)
    assert "Alt U" in lent.html
    renewed = press(desk, scan(desk, barcode_of("Dune"), ann), "Renew", ann)
    assert press(desk, lent, "Undo", ann).row.state == "refused"
    assert press(desk, renewed, "Undo", ann).row.text == (
        f"The renewal is undone. On loan to Ann Lee until {in_words(POLICY.loan_days)}, as before."
    )
    give_back(dune)
    undone = press(desk, scan(desk, barcode_of("Dune"), ann), "Undo", ann)
    assert undone.row.text == "The loan is undone. It is available."
    undone = press(desk, scan(desk, barcode_of("Emma"), ann), "Undo", ann)

    assert undone.row.warnings == [f"Hold shelf: for Ann Lee, until {in_words(POLICY.shelf_days)}"]
    assert set(Book.objects.values_list("status", flat=True)) == {"AVAILABLE", "ON_HOLD"}


def test_rule_23_only_who_may_undo_has_the_button(client: Client) -> None:
    lend("Dune")

    answer = bring_back(who_may(client, "return_book", "search_books"), barcode_of("Dune"))

    assert (answer.row.state, buttons(answer.row)) == ("done", [])


def test_rule_23_the_page_of_a_book_offers_what_was_done_last_and_says_what_will_be_as_before(desk: Client) -> None:
    book_id = lend("Dune", register("Ann Lee"))
    renew(book_id)
    day = in_words(POLICY.loan_days)
    assert f"/undo-renewal?book_id={book_id}" in desk.get(f"/book?book_id={book_id}").content.decode()
    assert (
        f"On loan to Ann Lee until {day}, as before." in desk.get(f"/undo-renewal?book_id={book_id}").content.decode()
    )

    give_back(book_id)

    page = desk.get(f"/undo-return?book_id={book_id}").content.decode()
    assert f"On loan to Ann Lee until {in_words(2 * POLICY.loan_days)}, as before." in page
    assert "undo-return" not in desk.get(f"/book?book_id={add_book('Emma')}").content.decode()
