"""What the desk makes of a scan: cards, labels, ISBNs and letters."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from catalog.commands import AddCopies
from catalog.models import Book
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs import dispatch
from tests.library import (
    add_book,
    context,
    give_back,
    lend,
    register,
    reserve,
    suspend,
    withdraw,
)
from tests.scans import barcode_of, borrower, bring_back, does, in_words, press, scan

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL, MISREAD_LABEL, OTHER_LABEL = "30001000047110", "30001000047111", "30001000047128"
CARD, MISREAD_CARD, OTHER_CARD = "20001000047112", "20001000047113", "20001000047120"


# Lending


def test_a_card_brings_its_person_to_the_desk(desk: Client) -> None:
    ann = register("Ann Lee", "ann@example.org", barcode=CARD)
    lend("Emma", ann)

    answer = scan(desk, CARD, register("Bob Roe"))

    assert answer.user_id == ann
    assert (answer.row.state, answer.row.title, answer.row.author) == ("person", "Ann Lee", "ann@example.org")
    assert "1 of 2 books" in answer.strip
    assert f"/receipt?user_id={ann}" in answer.strip


def test_a_person_who_is_not_verified_is_verified_in_place(desk: Client) -> None:
    ann = register("Ann Lee", barcode=CARD)

    verified = press(desk, scan(desk, CARD), "Verify: I have seen who it is", ann)

    assert (verified.row.state, verified.row.title, verified.user_id) == ("done", "Verified", ann)
    assert LibraryUser.objects.get().status == "VERIFIED"
    assert "0 of 10 books" in verified.strip
    assert scan(desk, CARD).labels == []


def test_who_is_suspended_is_known_before_the_first_book(desk: Client) -> None:
    suspend(register("Ann Lee", barcode=CARD), "Unpaid fees.")

    answer = scan(desk, CARD)

    assert answer.row.text == "Suspended: may bring books back, but not borrow. Unpaid fees."
    assert "Unpaid fees." in answer.strip


def test_a_book_is_lent_to_who_is_at_the_desk(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune", author="Frank Herbert", barcode=LABEL)

    answer = scan(desk, LABEL, ann)

    assert borrower(book_id) == ann
    assert (answer.row.state, answer.row.title) == ("done", "Dune")
    assert (answer.row.author, answer.row.barcode) == ("Frank Herbert", LABEL)
    assert answer.row.text == f"Lent until {in_words(POLICY.loan_days)}."
    assert answer.user_id == ann
    assert "1 of 2 books" in answer.strip
    assert "Dune" in answer.html


def test_an_isbn_means_any_copy_that_is_available(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Dune", isbn=DUNE)
    reserve(held := add_book("Dune", isbn=DUNE), register())
    free = add_book("Dune", isbn=DUNE)

    answer = scan(desk, "978-0-441-01359-3", ann)

    assert answer.row.state == "done"
    assert (borrower(free), borrower(held)) == (ann, None)


def test_an_isbn_means_the_copy_on_hold_for_this_person_before_any_other(desk: Client) -> None:
    ann = register("Ann Lee")
    held = lend("Dune", isbn=DUNE)
    reserve(held, ann)
    give_back(held)
    add_book("Dune", isbn=DUNE)

    assert scan(desk, DUNE, ann).row.state == "done"

    assert borrower(held) == ann


def test_an_isbn_of_what_one_has_offers_to_renew_it(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Dune", isbn=DUNE)
    own = lend("Dune", ann, isbn=DUNE)

    assert does(scan(desk, DUNE, ann), "Renew") == {"task": "RenewLoan", "book_id": str(own)}


def test_an_isbn_finds_the_one_copy_that_is_available_of_very_many(desk: Client) -> None:
    ann = register("Ann Lee")
    dispatch(AddCopies(book_id=add_book("Dune", isbn=DUNE), copies=40), context())
    *others, last = Book.objects.order_by("pk").values_list("pk", flat=True)
    for book_id in others:
        withdraw(book_id)

    assert scan(desk, DUNE, ann).row.state == "done"

    assert borrower(last) == ann


@pytest.mark.parametrize("typed", ["dun her", "dune"])
def test_letters_that_mean_one_book_ask_whether_it_is_that_one(desk: Client, typed: str) -> None:
    """They may have meant a person."""
    ann, book_id = register("Ann Lee"), add_book("Dune", author="Frank Herbert")
    add_book("Emma")

    lend_it = scan(desk, typed, ann)
    assert (lend_it.row.state, lend_it.row.text, len(lend_it.labels)) == ("choose", "Is it this one?", 1)
    assert (lend_it.user_id, borrower(book_id)) == (ann, None)
    press(desk, lend_it, lend_it.labels[0], ann)
    assert borrower(book_id) == ann
    take_it = bring_back(desk, typed)
    assert (take_it.row.text, len(take_it.labels), borrower(book_id)) == ("Is it this one?", 1, ann)
    press(desk, take_it, take_it.labels[0], mode="return")
    assert borrower(book_id) is None


def test_letters_that_may_mean_several_leave_nobody_at_the_desk_where_they_may_be_people(desk: Client) -> None:
    bob, ann = register("Bob Roe"), register("Rose Lee", "rose@example.org")
    book_id = add_book("The Rose", barcode=LABEL)

    answer = scan(desk, "rose", bob)

    assert (answer.row.state, answer.user_id) == ("choose", None)
    card = LibraryUser.objects.get(pk=ann).barcode
    assert answer.labels == [f"Rose Lee · rose@example.org · {card}", f"The Rose · Jane Austen · {LABEL} · Available"]
    assert press(desk, answer, answer.labels[0]).user_id == ann
    assert press(desk, answer, answer.labels[1], ann).row.state == "done"
    assert borrower(book_id) == ann


def test_letters_that_may_mean_several_books_are_asked_of_who_is_at_the_desk(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Emma", register("Bob Roe"))
    add_book("Emma")

    answer = scan(desk, "emma", ann)

    assert (answer.row.state, answer.user_id) == ("choose", ann)
    assert [label.split(" · ")[-1] for label in answer.labels] == ["Available", "On loan: Bob Roe"]
    assert Book.objects.filter(status="AVAILABLE").count() == 1


def test_there_are_never_more_choices_than_digits(desk: Client) -> None:
    for number in range(12):
        register(f"Rose {number}")
    assert len(scan(desk, "rose").labels) == 9
    for number in range(12):
        add_book(f"Rose {number}")
        labels = scan(desk, "rose").labels
        assert len(labels) == 9
        assert any("@" not in label for label in labels)


def test_a_choice_that_is_gone_says_so(desk: Client) -> None:
    for chosen in (f"person={uuid4()}", f"book={uuid4()}", "person=junk", "book=junk", "nothing=1"):
        answer = scan(desk, does=chosen)
        assert answer.row.text == "What was chosen is no longer there. Scan it again."


@pytest.mark.parametrize(
    ("typed", "said", "stays"),
    [
        (MISREAD_LABEL, "was misread: its check digit is wrong", True),
        (OTHER_LABEL, f"Nothing in the library has the barcode {OTHER_LABEL}.", True),
        (MISREAD_CARD, "was misread: its check digit is wrong", False),
        (OTHER_CARD, f"Nothing in the library has the barcode {OTHER_CARD}.", False),
        (CARD[:-1], f"Nothing in the library has the barcode {CARD[:-1]}.", False),
        (CARD + "2", f"Nothing in the library has the barcode {CARD}2.", False),
        (CARD * 2, f"Nothing in the library has the barcode {CARD}{CARD}.", False),
        ("x" + CARD, f"Nothing in the library has the barcode x{CARD}.", False),
        ("S12345", "Nothing in the library has the barcode S12345.", False),
        ("0012345678", "Nothing in the library has the barcode 0012345678.", False),
        ("0-306-40615-3", "This ISBN was misread", False),
        ("x12", "Nothing matches. ", False),
        ("9780441013590", "This ISBN was misread", True),
        (DUNE, "The library has no book with this ISBN.", True),
        ("zzz", "Nothing matches. ", True),
    ],
)
def test_what_means_nothing_is_refused_and_a_bad_card_leaves_nobody(
    desk: Client, typed: str, said: str, stays: bool
) -> None:
    ann = register("Ann Lee", barcode=CARD)
    add_book("Emma", barcode=LABEL)

    answer = scan(desk, typed, ann)

    assert (answer.row.state, answer.row.title) == ("refused", typed)
    assert said in answer.row.text
    assert answer.user_id == (ann if stays else None)
    assert ("Ann Lee" in answer.strip) is stays


def test_rule_20_nobody_leaves_the_desk_unsaid(desk: Client) -> None:
    ann = register("Ann Lee", barcode=CARD)

    answer = scan(desk, MISREAD_CARD, ann)

    assert answer.row.state == "refused"
    assert answer.row.text.endswith("Nobody is at the desk now. What is scanned is looked up, and not lent.")
    assert answer.labels == ["Go on with Ann Lee"]
    assert press(desk, answer, "Go on with Ann Lee").user_id == ann
    assert scan(desk, MISREAD_CARD).labels == []


@pytest.mark.parametrize(
    "typed", [LABEL[:-1], LABEL[:8], LABEL * 2, "3 0001 0000 4711", "97804410135", f"A{LABEL[:-2]}B"]
)
def test_rule_20_what_can_only_be_a_books_ends_no_turn(desk: Client, typed: str) -> None:
    ann = register("Ann Lee", barcode=CARD)

    assert scan(desk, typed, ann).user_id == ann


# What a choice does


def test_a_choice_does_what_the_desk_did_at_the_scan(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    out, free = lend("Emma"), add_book("Emma")

    lends = scan(desk, "emma", ann)
    takes_back = bring_back(desk, "emma")

    assert press(desk, lends, lends.labels[0], ann, mode="return").row.text.startswith("Lent until")
    assert press(desk, takes_back, takes_back.labels[0], ann).row.text.startswith("Back from")
    assert (borrower(free), borrower(out)) == (ann, None)


# A book before a card


def test_a_book_before_a_card_is_looked_up(desk: Client) -> None:
    book_id = add_book("Dune", barcode=LABEL)

    answer = scan(desk, LABEL)

    assert answer.row.text == "Available. To lend it, scan a library card first."
    assert (answer.row.state, answer.labels, answer.urls) == ("known", [], [f"/book?book_id={book_id}"])
    by_letters = scan(desk, "dune")
    assert by_letters.urls == [f"/book?book_id={book_id}", f"/report-missing-book?book_id={book_id}"]
    withdraw(book_id)
    late = scan(desk, LABEL)
    assert (late.labels, late.urls) == (["Restore it"], [f"/book?book_id={book_id}"])
    assert borrower(book_id) is None


def test_a_book_on_loan_before_a_card_is_taken_back_or_renewed(desk: Client) -> None:
    book_id = lend("Dune", register("Ann Lee"), now=timezone.now() - timedelta(days=3))
    answer = scan(desk, barcode_of("Dune"))
    assert answer.row.text == "On loan: Ann Lee. To lend it, scan a library card first."

    renewed = press(desk, answer, "Renew")
    assert renewed.row.text == f"Renewed until {in_words(2 * POLICY.loan_days - 3)}. Ann Lee"
    back = press(desk, answer, "Return it")

    assert (back.row.state, back.row.text) == ("done", "Back from Ann Lee.")
    assert borrower(book_id) is None
