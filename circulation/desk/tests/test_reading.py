"""What the desk makes of a scan: cards, labels, ISBNs and letters."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from catalog.commands import AddCopies, AddNewBook
from catalog.models import Book
from circulation.commands import ChangeContact, CorrectBook, RegisterUser
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


@pytest.mark.parametrize("card", ["31234567", "S12345"])
def test_rule_20_where_cards_begin_with_a_3_what_nothing_has_may_have_been_one(desk: Client, card: str) -> None:
    ann = register("Ann Lee", barcode=card)

    assert scan(desk, "31234568", ann).user_id == (None if card[0] == "3" else ann)


# Own labels and cards


@pytest.mark.parametrize("label", ["00012345", "S12345", "AB-12/7", "A1234B", "39999123456780", "0306406152"])
def test_rule_20_and_22_an_own_label_is_lent_at_once_and_ends_no_turn(desk: Client, label: str) -> None:
    """Though it reads as an ISBN of another book, is a title, or nothing that this library would make."""
    add_book("Cosmos", isbn="9780306406157")
    add_book("S12345 AB 12 7 00012345")
    register("S12345", "ab-12/7@example.org")
    ann, book_id = register("Ann Lee", barcode="X-1/1"), add_book("Dune", barcode=label)

    card = scan(desk, "x-1/1")
    lent = scan(desk, f"*{label.lower()}*", card.user_id)

    assert (card.user_id, lent.user_id, borrower(book_id)) == (ann, ann, ann)
    assert (lent.row.state, lent.row.notes) == ("done", [])
    assert bring_back(desk, label).row.text == "Back from Ann Lee."
    assert scan(desk, label).row.text == "Available. To lend it, scan a library card first."
    assert scan(desk, "x-1/1", register("Bob Roe")).user_id == ann


def test_rule_21_words_come_last_and_a_number_in_them_is_asked_about(desk: Client) -> None:
    ann, bob = register("Ann Lee", "lee12345@example.org"), register("Bob Roe")
    add_book("Catch 22")

    assert scan(desk, "catch 22", bob).labels[0].startswith("Catch 22 · ")
    answer = scan(desk, "lee12345", bob)

    assert (answer.row.state, answer.row.text, answer.user_id) == ("choose", "Is it this one?", None)
    assert press(desk, answer, answer.labels[0]).user_id == ann


@pytest.mark.parametrize("mode", ["lend", "return"])
def test_rule_26_a_replaced_card_says_so_and_leaves_nobody(desk: Client, mode: str) -> None:
    ann, bob = register("Ann Lee", barcode="30012345"), register("Bob Roe")
    dispatch(ChangeContact(user_id=ann, barcode="S12345"), context())

    answer = scan(desk, "30012345", bob, mode=mode)

    assert answer.row.state == "refused"
    assert answer.row.text.startswith(f"The card 30012345 was replaced on {in_words(0)}")
    assert (answer.user_id, answer.labels) == (None, ["Go on with Bob Roe"])
    assert scan(desk, "S12345").user_id == ann


def test_rule_22_a_replaced_label_is_that_book_and_the_row_says_so(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune", barcode="00012345")
    dispatch(CorrectBook(book_id=book_id, barcode="00012346"), context())

    answer = scan(desk, "00012345", ann)

    assert borrower(book_id) == ann
    assert answer.row.notes == ["The label 00012345 was replaced by 00012346: take it off."]
    assert scan(desk, "00012346", ann).row.notes == []


def test_what_is_to_be_known_of_a_book_is_said_when_it_is_lent_and_when_it_comes_back(desk: Client) -> None:
    dispatch(AddNewBook(title="Dune", barcode=LABEL, condition="With a CD."), context())
    ann = register("Ann Lee")

    for answer in (scan(desk, LABEL), scan(desk, LABEL, ann), scan(desk, LABEL, ann), bring_back(desk, LABEL)):
        assert answer.row.notes == ["With a CD."]
        assert '<p class="note">With a CD.</p>' in answer.html


def test_rule_26_namesakes_are_told_apart_by_birthday_and_card(desk: Client) -> None:
    for number, born in enumerate([date(2015, 5, 2), date(2017, 5, 2), None]):
        command = RegisterUser(name="Kim Lee", birth_date=born, barcode=f"S-10{number}")
        dispatch(command, context())

    answer = scan(desk, "kim lee")

    assert sorted(answer.labels) == [
        "Kim Lee · S-102",
        "Kim Lee · born 2 May 2015 · S-100",
        "Kim Lee · born 2 May 2017 · S-101",
    ]
    assert scan(desk, "S-101").row.author == "born 2 May 2017"


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
