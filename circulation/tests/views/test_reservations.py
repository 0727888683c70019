"""Pages of reservations."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from circulation.policies import POLICY
from tests.library import add_book, borrow, lend, register, report_missing, reserve
from tests.pages import errors, messages_after, send
from tests.scans import in_words

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"


# Placing


def test_a_reservation_says_the_place_in_the_queue(desk: Client) -> None:
    book_id, ann = lend("Dune"), register("Ann Lee")
    reserve(book_id, register("Bob Roe"))
    response = send(desk, "/place-reservation", user_id=ann, book_id=book_id)
    assert response.url == f"/place-reservation?user_id={ann}"
    assert messages_after(desk, response) == ["“Dune” is reserved for Ann Lee: number 2 in the queue."]


def test_a_reservation_of_what_is_on_the_shelf_says_which_copy_to_fetch(desk: Client) -> None:
    ann = register("Ann Lee")
    for _ in range(2):
        add_book("Dune", isbn=DUNE)
    said = messages_after(desk, send(desk, "/place-reservation", user_id=ann, book_id_q=DUNE))
    held = Book.objects.get(status="ON_HOLD")
    assert said == [
        "“Dune” is reserved for Ann Lee: a copy is there.",
        f"Fetch from its shelf “Dune”, {held.barcode}. Hold shelf: for Ann Lee, until {in_words(POLICY.shelf_days)}",
    ]


@pytest.mark.parametrize("isbn", ["", DUNE])
def test_a_reservation_of_what_is_missing_says_so(desk: Client, isbn: str) -> None:
    book_id = add_book("Dune", isbn=isbn)
    report_missing(book_id)
    said = messages_after(desk, send(desk, "/place-reservation", user_id=register(), book_id=book_id))
    assert said[1:] == ["No copy is in circulation now: every one is missing or withdrawn."]


# Cancelling and moving


def link_to(desk: Client, page: str, text: str) -> str:
    """The link of a row, by what it says to those who cannot see."""
    found = re.search(rf'href="([^"]+)" aria-label="{text}"', desk.get(page).content.decode())
    assert found
    return found[1].replace("&amp;", "&")


def test_a_link_from_the_queue_cancels(desk: Client) -> None:
    book_id, ann = lend("Dune"), register("Ann Lee")
    reservation_id = reserve(book_id, ann)
    url = link_to(desk, f"/reservation-queue?book_id={book_id}", "Cancel: Ann Lee")
    page = desk.get(url).content.decode()
    assert re.search(r"<b>Dune</b>.*for <b>Ann Lee</b>.*Number 1", page)
    assert "<button autofocus>Cancel reservation</button>" in page
    response = send(desk, url, reservation_id=f"{reservation_id}:{ann}")
    assert messages_after(desk, response) == ["Ann Lee waits no longer for “Dune”."]
    assert Reservation.objects.get().status == "CANCELLED"


def test_of_several_reservations_one_is_to_be_chosen(desk: Client) -> None:
    ann = register("Ann Lee")
    dune, emma = reserve(lend("Dune"), ann), reserve(lend("Emma"), ann)
    response = send(desk, "/cancel-reservation", reservation_id_q="ann")
    assert "Choose one below." in errors(response, "reservation_id")
    assert f'value="{dune}:{ann}"' in response.content.decode()
    choices = desk.get("/pick/reservation?reservation_id_q=ann").content.decode()
    assert choices.count('type="radio"') == 2
    assert choices.count(LibraryUser.objects.get(pk=ann).barcode) == 2
    chosen = send(desk, "/cancel-reservation", reservation_id_q="ann", reservation_id=f"{emma}:{ann}")
    assert messages_after(desk, chosen) == ["Ann Lee waits no longer for “Emma”."]
    assert Reservation.objects.get(pk=dune).status == "OPEN"


def test_who_waits_for_nothing_has_nothing_to_cancel(desk: Client) -> None:
    register("Ann Lee")
    said = errors(send(desk, "/cancel-reservation", reservation_id_q="ann"), "reservation_id")
    assert said == "Nothing matches: nobody of that name waits for a book."


@pytest.mark.parametrize("waits", [True, False])
def test_a_copy_that_waited_goes_to_the_next_or_to_its_shelf(desk: Client, waits: bool) -> None:
    book_id, ann = add_book("Dune"), register("Ann Lee")
    reservation_id = reserve(book_id, ann)
    if waits:
        reserve(book_id, register("Bob Roe"))
    response = send(desk, "/cancel-reservation", reservation_id=f"{reservation_id}:{ann}")
    place = f"Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}" if waits else "back to its shelf"
    assert messages_after(desk, response)[1] == f"“Dune”, {Book.objects.get().barcode}: {place}"


def test_a_place_in_the_queue_is_changed_for_a_reason(desk: Client) -> None:
    book_id, ann = lend("Dune"), register("Ann Lee")
    bob = reserve(book_id, register("Bob Roe"))
    moved = reserve(book_id, ann)
    url = link_to(desk, f"/reservations-by-person?user_id={ann}", "Move: Dune")
    response = send(desk, url, reservation_id=f"{moved}:{ann}", position="1", reason="An exam.")
    assert response.url == f"/reservation-queue?book_id={book_id}"
    assert messages_after(desk, response) == ["Ann Lee is now number 1 in the queue."]
    assert Reservation.objects.get(pk=moved).rank < Reservation.objects.get(pk=bob).rank


# Every day


def test_what_was_not_collected_goes_on_and_the_page_says_where_to(desk: Client) -> None:
    long_ago = timezone.now() - timedelta(days=2 * POLICY.shelf_days)
    for title in ("Dune", "Emma"):
        reserve(add_book(title), register(), now=long_ago)
    reserve(Book.objects.get(title="Dune").pk, register("Bob Roe"))
    said = messages_after(desk, send(desk, "/expire-reservations"))
    barcodes = dict(Book.objects.values_list("title", "barcode"))
    assert said[0] == "2 reservations have ended."
    assert set(said[1:]) == {
        f"“Dune”, {barcodes['Dune']}: Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}",
        f"“Emma”, {barcodes['Emma']}: back to its shelf",
    }
    assert messages_after(desk, send(desk, "/expire-reservations")) == ["No reservation has expired."]


# Lists


def test_the_queue_says_who_waits_where_and_links_to_their_pages(desk: Client) -> None:
    ann, bob = register("Ann Lee"), register("Bob Roe")
    book_id = add_book("Dune", isbn=DUNE)
    other = add_book("Dune", isbn=DUNE)
    borrow(other, register())
    reserve(book_id, ann)
    reserve(other, bob)
    page = desk.get(f"/reservation-queue?book_id={other}").content.decode()
    assert page.index("Ann Lee") < page.index("On the hold shelf") < page.index("Bob Roe") < page.index("Number 1")
    assert f'href="/person?user_id={ann}"' in page
    assert f"/borrow-book?user_id={ann}&amp;book_id={book_id}" in page
    assert "Nobody waits" in desk.get(f"/reservation-queue?book_id={add_book()}").content.decode()


def test_the_hold_shelf_says_for_whom_until_when_and_what_was_not_collected(desk: Client) -> None:
    ann = register("Ann Lee")
    late, fresh = add_book("Dune"), add_book("Emma")
    reserve(late, ann, now=timezone.now() - timedelta(days=2 * POLICY.shelf_days))
    reserve(fresh, register("Bob Roe"))
    page = desk.get("/hold-shelf").content.decode()
    assert page.index("Dune") < page.index("Not collected") < page.index("Emma")
    assert page.count("Not collected") == 1
    lending = link_to(desk, "/hold-shelf", "Lend: Dune")
    assert desk.get(lending).content.decode().count("checked") == 2
