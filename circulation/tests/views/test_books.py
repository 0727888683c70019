"""Pages of books: corrected, withdrawn and restored; the page of a book; what is due; closed days."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.models import Author, Book
from circulation.models import CalendarException, Reservation
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    borrow,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend_by_loss,
    withdraw,
)
from tests.pages import boxes, errors, messages_after, send
from tests.scans import in_words

pytestmark = pytest.mark.django_db

DUNE = "9780441013593"
LABEL = "30001000047110"


def book(book_id: Any) -> Book:
    return Book.objects.get(pk=book_id)


# Correcting

UNTOUCHED = {"title": "", "isbn": "", "author_q": "", "barcode": ""}


def test_everything_is_corrected_at_once(desk: Client) -> None:
    book_id = add_book("Emma", author="J. Austen")
    fields = {"title": "Dune", "isbn": "0-441-01359-7", "author_q": "Frank Herbert", "barcode": LABEL}
    response = send(desk, "/correct-book", book_id=book_id, **fields)
    assert response.url == "/correct-book"
    assert messages_after(desk, response) == ["“Dune” is corrected. Its author is new to the catalogue."]
    after = book(book_id)
    assert (after.title, after.isbn, str(after.author), after.barcode) == ("Dune", DUNE, "Frank Herbert", LABEL)
    send(desk, "/correct-book", book_id=book_id, **UNTOUCHED | {"title": "Dune Messiah"})
    after = book(book_id)
    assert (after.title, after.isbn, after.barcode) == ("Dune Messiah", DUNE, LABEL)


def test_an_author_whom_the_library_knows_is_chosen(desk: Client) -> None:
    book_id = add_book("Dune", author="Herbert, F.")
    add_book("Dune Messiah", author="Frank Herbert")
    chosen = Author.objects.get(name="Frank Herbert")
    response = send(desk, "/correct-book", book_id=book_id, author_q="herb")
    assert "Choose below." in errors(response, "author")
    send(desk, "/correct-book", book_id=book_id, author_q="herb", author=chosen.pk)
    assert book(book_id).author == chosen


def inputs(page: str) -> dict[str, str]:
    """What the form of a page holds, less what its buttons and choices are about."""
    return {
        found["name"]: found["value"]
        for tag in re.findall("<input[^>]*>", page)
        if (found := re.search(r'name="(?P<name>\w+)".* value="(?P<value>[^"]*)"', tag))
    }


WAS = {"was_title": "Duune", "was_isbn": DUNE, "was_barcode": LABEL}


@pytest.mark.parametrize("by_link", [True, False])
def test_what_the_library_says_of_the_book_is_filled_in(desk: Client, *, by_link: bool) -> None:
    book_id = add_book("Duune", isbn=DUNE, author="Frank Herbert", barcode=LABEL)
    entries = JournalEntry.objects.count()
    link, scan = f"/correct-book?book_id={book_id}", {"book_id_q": LABEL, **UNTOUCHED}
    page = (desk.get(link) if by_link else send(desk, "/correct-book", **scan)).content.decode()
    filled_in = {"book_id": str(book_id), "title": "Duune", "isbn": DUNE, "barcode": LABEL, **WAS}
    assert filled_in.items() <= inputs(page).items()
    assert re.search('name="title"[^>]* autofocus', page)
    assert not re.search("in-error|notice error", page)
    assert JournalEntry.objects.count() == entries
    send(desk, "/correct-book", **inputs(page) | {"title": "Dune"})
    after = book(book_id)
    assert (after.title, after.isbn, str(after.author), after.barcode) == ("Dune", DUNE, "Frank Herbert", LABEL)


def test_what_was_filled_in_and_is_emptied_is_taken_away_and_an_author_by_a_word(desk: Client) -> None:
    book_id = add_book("Atlas", author="Ann Lee")
    url = f"/correct-book?book_id={book_id}"
    send(desk, "/correct-book", book_id=book_id, shelf_mark="Ref 912", condition="Torn", author_q="NONE")
    assert (book(book_id).author, book(book_id).shelf_mark, book(book_id).condition) == (None, "Ref 912", "Torn")
    shown = inputs(desk.get(url).content.decode())
    assert (shown["shelf_mark"], shown["condition"]) == ("Ref 912", "Torn")
    send(desk, "/correct-book", **shown | {"condition": ""})
    assert (book(book_id).shelf_mark, book(book_id).condition) == ("Ref 912", "")


def test_what_is_sent_as_it_was_is_not_corrected(desk: Client) -> None:
    book_id = add_book("Duune", isbn=DUNE, barcode=LABEL)
    shown = inputs(desk.get(f"/correct-book?book_id={book_id}").content.decode())
    assert "Give what is to be corrected" in errors(send(desk, "/correct-book", **shown), "title")
    send(desk, "/correct-book", book_id=book_id, title="Dune")
    send(desk, "/correct-book", **shown | {"isbn": "none"})
    assert (book(book_id).title, book(book_id).isbn) == ("Dune", "")


def test_what_was_typed_before_the_scan_stays(desk: Client) -> None:
    add_book("Duune", isbn=DUNE, barcode=LABEL)
    page = send(desk, "/correct-book", book_id_q=LABEL, **UNTOUCHED | {"title": "Dune"}).content.decode()
    assert {"title": "Dune", **WAS}.items() <= inputs(page).items()


@pytest.mark.parametrize("chosen", [True, False])
def test_of_another_book_its_own_values_are_shown_first(desk: Client, *, chosen: bool) -> None:
    """Whether it was scanned over the one before, or chosen among those found."""
    duune, emma = add_book("Duune", isbn=DUNE, barcode=LABEL), add_book("Emma")
    shown = inputs(desk.get(f"/correct-book?book_id={duune}").content.decode())
    over = shown | {"book_id_q": "emma", "book_id": str(emma if chosen else duune)}
    page = send(desk, "/correct-book", **over).content.decode()
    assert {"title": "Emma", "was_title": "Emma", "was_isbn": "", "book_id": str(emma)}.items() <= inputs(page).items()


def test_a_corrected_isbn_that_people_wait_for_says_for_whom_the_book_is(desk: Client) -> None:
    lent = add_book("Dune", isbn=DUNE)
    borrow(lent, register())
    reserve(lent, register("Ann Lee"))
    said = messages_after(desk, send(desk, "/correct-book", book_id=add_book("Dune"), isbn=DUNE))
    assert said[1] == f"Hold shelf: for Ann Lee, until {in_words(POLICY.shelf_days)}"


# Withdrawing and restoring


def test_a_book_is_withdrawn_and_restored(desk: Client) -> None:
    book_id = add_book("Dune")
    response = send(desk, "/withdraw-book", book_id=book_id, reason="Worn out.")
    assert messages_after(desk, response) == ["“Dune” is withdrawn."]
    response = send(desk, "/restore-book", book_id=book_id)
    assert messages_after(desk, response) == ["“Dune” is in use again and available."]
    assert book(book_id).status == "AVAILABLE"


@pytest.mark.parametrize(("reason", "waits"), [("", 'name="reason"'), ("Worn out.", "<button")])
def test_a_scan_finds_the_book_to_withdraw_and_waits_for_what_is_empty(desk: Client, reason: str, waits: str) -> None:
    book_id, entries = add_book("Dune"), JournalEntry.objects.count()
    response = send(desk, "/withdraw-book", book_id_q="dune", reason=reason)
    page = response.content.decode()
    assert (response.status_code, JournalEntry.objects.count()) == (422, entries)
    assert f'value="{book_id}" checked' in page
    assert f'value="{reason}"' in page or not reason
    assert re.search(f"{waits}[^>]* autofocus", page)
    assert not re.search("in-error|notice error", page)


def test_where_the_scan_is_misread_the_reason_is_not_due_yet(desk: Client) -> None:
    response = send(desk, "/withdraw-book", book_id_q="30001000047119", reason="")
    assert "misread" in errors(response, "book_id")
    assert set(response.context["form"].errors) == {"book_id"}
    assert set(send(desk, "/withdraw-book").context["form"].errors) == {"book_id", "reason"}


def test_the_last_copy_that_somebody_waits_for_is_withdrawn_by_override(desk: Client, supervisor: User) -> None:
    book_id = add_book("Dune")
    reserve(book_id, register("Ann Lee"))
    fields = {"book_id": book_id, "reason": "Burnt."}
    assert boxes(send(desk, "/withdraw-book", **fields)) == ["last_copy_reserved"]
    fields |= {"override": "last_copy_reserved", "override_reason": "A new one is ordered."}
    said = messages_after(desk, send(desk, "/withdraw-book", **fields))
    assert said == ["“Dune” is withdrawn.", "First in the queue again: Ann Lee"]
    assert Reservation.objects.get().status == "OPEN"


def test_of_a_withdrawn_copy_on_hold_the_copy_in_its_place_is_said(desk: Client) -> None:
    first, second = (add_book("Dune", isbn=DUNE) for _ in range(2))
    reserve(first, register("Ann Lee"))
    held, other = sorted((first, second), key=lambda each: book(each).status != "ON_HOLD")
    said = messages_after(desk, send(desk, "/withdraw-book", book_id=held, reason="Torn."))
    assert said[1:] == [f"“Dune”, {book(other).barcode}: Hold shelf: for Ann Lee, until {in_words(POLICY.shelf_days)}"]


def test_a_restored_book_says_for_whom_it_is_and_who_may_borrow_again(desk: Client) -> None:
    ann = register("Ann Lee")
    book_id = suspend_by_loss(ann, "Dune")
    withdraw(book_id)
    other = add_book("Dune", isbn=DUNE)
    send(desk, "/correct-book", book_id=book_id, isbn=DUNE)
    borrow(other, register())
    reserve(other, register("Bob Roe"))
    assert messages_after(desk, send(desk, "/restore-book", book_id=book_id)) == [
        "“Dune” is in use again. Its borrower is no longer suspended.",
        f"Hold shelf: for Bob Roe, until {in_words(POLICY.shelf_days)}",
    ]


# The page of a book


def test_the_page_of_a_book_says_where_it_is_who_waits_and_who_had_it(desk: Client) -> None:
    book_id, ann, bob = add_book("Dune", isbn=DUNE, barcode=LABEL), register("Ann Lee"), register("Bob Roe")
    borrow(book_id, bob)
    give_back(book_id)
    borrow(book_id, ann)
    reserve(book_id, register("Cara Poe"))
    page = desk.get("/book", {"book_id": str(book_id)}).content.decode()
    words = " ".join(page.split())
    order = [words.index(each) for each in ("Ann Lee", "0 of 1 available", "1 waiting", LABEL, DUNE, "Cara Poe", "Bob")]
    assert order == sorted(order)
    assert f'href="/person?user_id={ann}"' in page
    links = {f'href="/{task}?book_id={book_id}"' for task in ("return-book", "renew-loan", "place-reservation")}
    assert all(link in page for link in links)
    assert "/withdraw-book" not in page


def test_each_state_of_a_book_is_offered_what_can_be_done_about_it(desk: Client) -> None:
    missing, gone, held = (add_book() for _ in range(3))
    report_missing(missing)
    withdraw(gone)
    reserve(held, register("Ann Lee"))
    offered = {missing: "/report-found-book", gone: "/restore-book", held: "/borrow-book"}
    for book_id, task in offered.items():
        page = desk.get(f"/book?book_id={book_id}").content.decode()
        assert f'href="{task}?book_id={book_id}"' in page
    assert re.search(
        r"On the hold shelf</span>\s+for <a [^>]*>Ann Lee</a>", desk.get(f"/book?book_id={held}").content.decode()
    )


# What is due


def test_overdue_loans_and_who_has_them(desk: Client) -> None:
    ann = register("Ann Lee", "ann@example.org")
    long_ago = timezone.now() - timedelta(days=POLICY.loan_days + 1)
    lend("Late", ann, now=long_ago)
    lend("In time", ann)
    page = desk.get("/overdue-loans").content.decode()
    assert "Late" in page
    assert "In time" not in page
    assert "ann@example.org" in page
    assert f'href="/person?user_id={ann}"' in page


def test_overdue_rows_say_by_how_many_days_and_are_grouped_by_person_on_request(desk: Client) -> None:
    """Issue 18; and the file has the same days."""
    ann, bob = register("Ann Lee"), register("Bob Roe")
    for title, person, days in (("Emma", bob, 3), ("Dune", ann, 2), ("Even So", bob, 1)):
        lend(title, person, now=timezone.now() - timedelta(days=POLICY.loan_days + days))
    page = desk.get("/overdue-loans").content.decode()
    late = [("Emma", "3 days overdue"), ("Dune", "2 days overdue"), ("Even So", "1 day overdue")]
    assert re.findall(r'Tick: (.*?)".*?class="state bad">(.*?)<', page, re.DOTALL) == late
    assert "rowgroup" not in page
    page = desk.get("/overdue-loans?by_person=on").content.decode()
    assert re.findall('rowgroup" colspan="6"><a[^>]*>(.*?)<|Tick: (.*?)"', page) == [
        *(("Ann Lee", ""), ("", "Dune")),
        *(("Bob Roe", ""), ("", "Emma"), ("", "Even So")),
    ]
    file = desk.get("/overdue-loans.csv?by_person=on").getvalue().decode()
    assert [line.split(",")[-2] for line in file.splitlines()] == ["Days overdue", "2", "3", "1"]


def test_loans_due_today_or_between_two_days(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Today", ann, now=timezone.now() - timedelta(days=POLICY.loan_days))
    lend("Later", ann)
    today = timezone.localdate()
    page = desk.get("/loans-due").content.decode()
    assert "Today</a>" in page
    assert "Later" not in page
    last = today + timedelta(days=POLICY.loan_days)
    assert "Later" in desk.get("/loans-due", {"last": last.isoformat()}).content.decode()


# Closed days


def test_a_day_is_closed_or_open_out_of_turn(desk: Client) -> None:
    page = desk.get("/set-calendar-exception").content.decode()
    assert "<h1>Closed days</h1>" in page
    assert re.search(r'type="radio" name="is_open" value="closed"[^>]* checked', page)
    response = send(desk, "/set-calendar-exception", day="2099-12-25", is_open="closed", note="Christmas Day")
    assert messages_after(desk, response) == ["The library is closed on Friday, 25 December 2099."]
    response = send(desk, "/set-calendar-exception", day="2099-12-25", is_open="open")
    assert messages_after(desk, response) == ["The library is open on Friday, 25 December 2099."]
    exception = CalendarException.objects.get()
    assert (exception.is_open, exception.note) == (True, "")
