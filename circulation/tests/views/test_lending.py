"""Pages of lending, and of books that are missing."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Book
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)
from tests.pages import after, boxes, errors, messages_after, remedies, send
from tests.scans import in_words, who_may

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL = "30001000047110"
CARD = "20001000047112"


# Scanning


def test_an_isbn_that_is_lent_means_the_copy_that_waits_for_the_person(desk: Client) -> None:
    """Though others are available."""
    copies = [lend("Dune", isbn=DUNE) for _ in range(2)]
    ann = register("Ann Lee", barcode=CARD)
    for person in (ann, register("Bob Roe")):
        reserve(copies[0], person)
    for book_id in copies:
        give_back(book_id)
    held = Book.objects.get(reservation__user=ann).pk
    send(desk, "/borrow-book", user_id_q=CARD, book_id_q=DUNE)
    assert Book.objects.get(borrower=ann).pk == held
    assert Book.objects.filter(status="ON_HOLD").count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("30001000047119", "“30001000047119” is not a barcode of this library, or was misread"),
        (CARD, f"“{CARD}” is the barcode of a library card, not of a book."),
        (LABEL, f"Nothing in the library has the barcode {LABEL}."),
    ],
)
def test_a_barcode_that_is_misread_or_on_something_else_is_called_so(desk: Client, typed: str, words: str) -> None:
    assert words in errors(send(desk, "/return-book", book_id_q=typed), "book_id")


@pytest.mark.parametrize(("page", "typed"), [("/search-books", CARD), ("/search-users", LABEL)])
def test_a_search_tells_a_card_from_a_book(desk: Client, page: str, typed: str) -> None:
    assert "is the barcode of a" in errors(desk.get(page, {"q": typed}), "q")


# Returning


def test_who_may_not_look_people_up_learns_of_the_hold_shelf_all_the_same(client: Client) -> None:
    who_may(client, "return_book", "search_books")
    book_id = lend()
    reserve(book_id, register("Bob Roe"))
    said = messages_after(client, send(client, "/return-book", book_id=book_id))
    assert said[1] == f"Hold shelf: for somebody, until {in_words(POLICY.shelf_days)}"


@pytest.mark.parametrize("task", ["/return-book", "/report-found-book"])
def test_a_missing_book_that_somebody_waits_for_is_not_called_available(desk: Client, task: str) -> None:
    book_id = add_book("Dune")
    report_missing(book_id)
    reserve(book_id, register("Bob Roe"))
    done, look = messages_after(desk, send(desk, task, book_id=book_id))
    assert "found" in done
    assert "available" not in done
    assert look == f"Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}"


def test_who_is_suspended_meanwhile_is_called_so_on_the_hold_shelf(desk: Client) -> None:
    book_id, bob = lend("Dune"), register("Bob Roe")
    reserve(book_id, bob)
    give_back(book_id)
    suspend(bob)
    assert ">Suspended</span>" in desk.get("/hold-shelf").content.decode()


@pytest.mark.usefixtures("supervisor")
def test_rule_27_who_is_passed_over_is_told_and_marked_in_the_queue_and_served_when_reinstated(desk: Client) -> None:
    book_id, bob = lend("Dune", register("Ann Lee")), register("Bob Roe")
    reserve(book_id, bob)
    suspend(bob)
    assert messages_after(desk, send(desk, "/return-book", book_id=book_id)) == [
        "“Dune” is back from Ann Lee. Passed over in the queue: Bob Roe (suspended). The place is kept."
    ]
    assert ">Suspended</span>" in desk.get("/reservation-queue", {"book_id": str(book_id)}).content.decode()
    done, look = messages_after(desk, send(desk, "/reinstate-user", user_id=bob, reason="Paid."))
    assert done == "Bob Roe is no longer suspended."
    assert look.startswith("Fetch from its shelf “Dune”")
    assert "for Bob Roe, until" in look


def test_a_book_that_was_lost_and_withdrawn_and_comes_back_names_the_loss_and_can_be_restored(desk: Client) -> None:
    withdraw(book_id := suspend_by_loss(register("Ann Lee"), "Dune"))
    sent = send(desk, "/return-book", book_id=book_id)
    page = after(desk, sent)
    assert f"It was reported missing on {in_words(0)}, when Ann Lee had it." in page.content.decode()
    assert ["Restore", f"/restore-book?book_id={book_id}"] in page.context["next_steps"]


# Showing the book first


@pytest.mark.parametrize(
    ("bring_about", "asked"),
    [
        (lambda: lend("Dune", register("Ann Lee")), "on loan to Ann Lee, who will be suspended. Report it missing?"),
        (lambda: add_book("Dune"), "available. Report it missing?"),
        (lambda: _held("Dune"), "on the hold shelf for Bob Roe. Report it missing?"),
    ],
)
def test_what_is_scanned_is_shown_before_it_is_reported_missing(
    desk: Client, bring_about: Callable[[], UUID], asked: str
) -> None:
    book_id = bring_about()
    before, entries = Book.objects.get().status, JournalEntry.objects.count()
    response = send(desk, "/report-missing-book", book_id_q="dune")
    page = response.content.decode()
    assert response.status_code == 422
    assert f'<p class="notice info" role="status">“Dune” is {asked}</p>' in page
    assert f'name="book_id" value="{book_id}" checked' in page
    assert "<button autofocus>Report missing</button>" in page
    assert not re.search("in-error|notice error", page)
    assert (Book.objects.get().status, JournalEntry.objects.count()) == (before, entries)
    assert send(desk, "/report-missing-book", book_id=book_id).status_code == 302


def _held(title: str) -> UUID:
    book_id = add_book(title)
    reserve(book_id, register("Bob Roe"))
    return book_id


def test_another_book_scanned_over_the_one_that_is_shown_is_shown_first_too(desk: Client) -> None:
    dune, emma = add_book("Dune"), add_book("Emma")
    response = send(desk, "/report-missing-book", book_id=dune, book_id_q="emma")
    assert f'value="{emma}" checked' in response.content.decode()
    assert not Book.objects.filter(status="MISSING").exists()


# What becomes of those who wait


def test_a_copy_on_hold_that_is_missing_makes_its_person_the_first_in_the_queue(desk: Client) -> None:
    book_id = add_book("Dune")
    reserve(book_id, register("Bob Roe"))
    assert messages_after(desk, send(desk, "/report-missing-book", book_id=book_id)) == [
        "“Dune” is reported missing.",
        "First in the queue again: Bob Roe",
    ]


def test_who_takes_another_copy_than_the_one_on_hold_leaves_that_to_be_put_away(desk: Client) -> None:
    ann = register("Ann Lee")
    held = add_book("Dune", isbn=DUNE)
    reserve(held, ann)
    other = add_book("Dune", isbn=DUNE)
    said = messages_after(desk, send(desk, "/borrow-book", user_id=ann, book_id=other))
    assert said[1:] == [f"“Dune”, {Book.objects.get(pk=held).barcode}: back to its shelf"]


def test_what_is_found_and_lent_says_so_and_who_may_borrow_again(desk: Client) -> None:
    ann = register("Ann Lee")
    book_id = suspend_by_loss(ann, "Dune")
    fields = {"user_id": register("Bob Roe"), "book_id": book_id, "report_found": "on"}
    (said,) = messages_after(desk, send(desk, "/borrow-book", **fields))
    assert said.startswith("It was missing, and is found. “Dune” is lent to Bob Roe, due on ")
    assert said.endswith("Ann Lee is no longer suspended.")


# What helps against a refusal


def test_a_refusal_leads_to_where_to_look(desk: Client, supervisor: User) -> None:
    ann = register("Ann Lee")
    for _ in range(POLICY.limit_not_verified):
        lend("", ann)
    suspend(ann)
    book_id = add_book("Dune")
    reserve(book_id, register("Bob Roe"))
    response = send(desk, "/borrow-book", user_id=ann, book_id=book_id)
    assert remedies(response, "book_id") == [("Reservation queue", f"/reservation-queue?book_id={book_id}")]
    assert remedies(response, "user_id") == [
        ("Reinstate person", f"/reinstate-user?user_id={ann}"),
        ("Person", f"/person?user_id={ann}"),
    ]
    assert boxes(response) == ["book_reserved", "user_suspended", "loan_limit_reached"]


def test_a_missing_book_is_found_and_lent_in_one_step(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    report_missing(book_id)
    assert "report_found" not in desk.get("/borrow-book").content.decode()
    response = send(desk, "/borrow-book", user_id=ann, book_id=book_id)
    ((text, url),) = remedies(response, "book_id")
    assert text == "Borrow book: Report it found first"
    page = desk.get(url).content.decode()
    assert re.search(r'type="checkbox" name="report_found"[^>]* checked', page)
    assert "<button autofocus>Lend</button>" in page
    again = send(desk, "/borrow-book", book_id=book_id, report_found="on").content.decode()
    assert re.search(r'type="checkbox" name="report_found"[^>]* checked', again), "what was ticked stays ticked"
    assert send(desk, url, user_id=ann, book_id=book_id, report_found="on").status_code == 302
    assert Book.objects.get().borrower_id == ann


def test_a_remedy_is_offered_to_who_may_carry_it_out(client: Client) -> None:
    who_may(client, "borrow_book", "search_books", "search_users", "renew_loan")
    ann = register("Ann Lee")
    mine, others = lend("Dune", ann), lend("Emma")
    assert remedies(send(client, "/borrow-book", user_id=ann, book_id=mine), "book_id")
    assert not remedies(send(client, "/borrow-book", user_id=ann, book_id=others), "book_id")


# Overriding


def test_what_can_and_what_cannot_be_overridden_are_both_explained(desk: Client, supervisor: User) -> None:
    ann, book_id = register("Ann Lee"), lend("Dune", register("Bob Roe"))
    suspend(ann)
    for more in ({}, {"override": "user_suspended"}):
        response = send(desk, "/borrow-book", user_id=ann, book_id=book_id, **more)
        assert "on loan to Bob Roe" in errors(response, "book_id")
        assert "Ann Lee is suspended" in errors(response, "user_id")
        assert boxes(response) == ["user_suspended"]


def test_no_box_for_who_may_not_override(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book()
    suspend(ann)
    refused = send(desk, "/borrow-book", user_id=ann, book_id=book_id)
    assert boxes(refused) == []
    assert "A supervisor may override this." in errors(refused, "user_id")
