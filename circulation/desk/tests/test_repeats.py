"""Scans that come to the desk again, with the key that they had the first time: each is carried out once."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Book
from circulation.models import PastLoan
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, borrow, lend, register
from tests.scans import Answer, barcode_of, borrower, bring_back, press, scan

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL, OTHER_LABEL = "30001000047110", "30001000047128"
RETURN_AND_LEND = "Return it, and lend it"


def test_an_isbn_that_is_sent_again_means_the_same_copy(desk: Client) -> None:
    ann, key = register("Ann Lee", verified=True), uuid4()
    for _ in range(2):
        add_book("Dune", isbn=DUNE)

    first, again = (scan(desk, DUNE, ann, scan_key=key) for _ in range(2))

    assert again.row == first.row
    assert Book.objects.filter(borrower=ann).count() == 1
    assert scan(desk, DUNE, ann).row.barcode != first.row.barcode


def test_what_a_command_that_there_is_no_longer_has_done_is_not_done_again(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, key = register("Ann Lee"), uuid4()
    for _ in range(2):
        add_book("Dune", isbn=DUNE)
    scan(desk, DUNE, ann, scan_key=key)
    monkeypatch.setattr("library_site.cqrs.keys.operation_named", lambda name: None)

    assert "already used for another request" in scan(desk, DUNE, ann, scan_key=key).row.text

    assert Book.objects.filter(borrower=ann).count() == 1


@pytest.mark.parametrize("typed", [LABEL, DUNE])
def test_a_return_that_is_sent_again_names_who_had_it(desk: Client, typed: str) -> None:
    borrow(add_book("Dune", isbn=DUNE, barcode=LABEL), register("Ann Lee"))
    key = uuid4()

    first, again = (bring_back(desk, typed, scan_key=key) for _ in range(2))

    assert again.row == first.row
    assert again.row.text == "Back from Ann Lee."
    assert PastLoan.objects.count() == 1


def test_a_choice_that_lends_thereafter_does_each_once(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    refused, key = scan(desk, barcode_of("Dune"), ann), uuid4()

    first, again = (press(desk, refused, RETURN_AND_LEND, ann, scan_key=key) for _ in range(2))

    assert (again.row.state, again.row.title) == (first.row.state, first.row.title) == ("done", "Dune")
    assert first.row.text.startswith("Back from Bob Roe. Lent until ")
    assert again.row.text == first.row.text
    assert borrower(book_id) == ann
    assert PastLoan.objects.count() == 1


def test_a_choice_whose_first_half_was_done_goes_on_where_it_was_cut(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    refused, key = scan(desk, barcode_of("Dune"), ann), uuid4()
    scan(desk, does=f"task=ReturnBook&book_id={book_id}", scan_key=key)

    assert press(desk, refused, RETURN_AND_LEND, ann, scan_key=key).row.state == "done"

    assert borrower(book_id) == ann
    assert PastLoan.objects.count() == 1


def test_a_person_who_is_verified_twice_is_verified_once(desk: Client) -> None:
    ann, key = register("Ann Lee"), uuid4()
    said: dict[str, Any] = {"does": f"task=VerifyUser&user_id={ann}", "scan_key": key}

    answers: list[Answer] = [scan(desk, person=ann, **said) for _ in range(2)]

    assert [answer.row.state for answer in answers] == ["done", "done"]
    assert JournalEntry.objects.filter(operation="VerifyUser").count() == 1


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"typed": OTHER_LABEL}, "Lent until"),
        ({"mode": "return"}, "Back from Ann Lee."),
        ({"person": None}, "On loan: Ann Lee."),
        ({"does": "task=ReturnBook&book_id={book}"}, "Back from Ann Lee."),
    ],
)
def test_a_key_with_another_request_is_another_scan(desk: Client, other: dict[str, Any], said: str) -> None:
    """As after Back, and something else typed."""
    ann, key = register("Ann Lee"), uuid4()
    book_id = add_book("Dune", barcode=LABEL)
    add_book("Emma", barcode=OTHER_LABEL)
    scan(desk, LABEL, ann, scan_key=key)

    changed: dict[str, Any] = {name: value and value.format(book=book_id) for name, value in other.items()}
    said_first: dict[str, Any] = {"typed": LABEL, "person": ann, "scan_key": key}
    again, same = (scan(desk, **said_first | changed) for _ in range(2))

    assert again.row.text.startswith(said)
    assert same.row == again.row
    assert PastLoan.objects.count() == ("Back" in said)
