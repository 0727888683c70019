"""The desk in a real browser: with and without JavaScript, in light and dark, on a wide screen and on a phone."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, Route, expect

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import SUPERVISORS
from tests.browser import (
    IN_A_BROWSER,
    OpenDesk,
    choose,
    empty_library,
    fill_in_who_it_is,
    is_the_largest,
    library_with_everything,
    look,
    look_at_desk,
    look_at_errors,
    press_access_key,
    scan_all,
)
from tests.library import add_book, borrow, register, report_missing, reserve, suspend

pytestmark = IN_A_BROWSER


@pytest.mark.parametrize("javascript", [True, False])
def test_lend_a_book_chosen_by_letters(open_desk: OpenDesk, javascript: bool) -> None:
    page = open_desk(javascript=javascript)
    register("Ann Lee")
    register("Anna Bell")
    add_book("Dune", author="Frank Herbert")
    add_book("Dune Messiah", author="Frank Herbert")
    page.goto("/borrow-book")
    choose(page, "Who borrows", "ann", "Ann Lee")
    choose(page, "Book", "dune", "Messiah")
    page.get_by_role("button", name="Lend").click()
    said = page.locator(".row.done" if javascript else ".notice")
    expect(said).to_contain_text("“Dune Messiah” is lent to Ann Lee, due on ")
    assert Book.objects.get(title="Dune Messiah").borrower == LibraryUser.objects.get(name="Ann Lee")
    # The person stays chosen, and the focus waits for the next book.
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    expect(page.locator("input[name=user_id]")).to_be_checked()


def test_a_return_that_meets_a_reservation_says_for_whom_in_the_largest_type(page: Page) -> None:
    book_id = add_book("Dune", barcode="30001000047110")
    borrow(book_id, register("Ann Lee"))
    reserve(book_id, register("Bob Bell"))
    page.goto("/return-book")
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    page.keyboard.type("30001000047110")
    page.keyboard.press("Enter")
    notice = page.get_by_text("Hold shelf: for Bob Bell, until ")
    expect(notice).to_be_visible()
    is_the_largest(notice)


def test_what_was_refused_is_replaced_by_the_next_scan(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.goto("/return-book")
    page.keyboard.type("9780441013590")
    page.keyboard.press("Enter")
    box = page.get_by_label("Book", exact=True)
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_be_focused()
    page.keyboard.type("9780441013593")
    expect(box).to_have_value("9780441013593")


def test_a_double_click_acts_once(open_desk: OpenDesk) -> None:
    page = open_desk()
    page.goto("/add-new-book")
    page.get_by_label("Title").fill("Dune")
    page.get_by_label("Author").fill("Frank Herbert")
    page.get_by_role("button", name="Add book").dblclick()
    expect(page.locator(".row.done")).to_be_visible()
    assert Book.objects.count() == 1
    assert JournalEntry.objects.filter(operation="AddNewBook", source="html").count() == 1


def test_a_list_is_found_while_letters_are_typed_and_the_focus_stays(open_desk: OpenDesk) -> None:
    add_book("Dune")
    add_book("Emma")
    page = open_desk()
    page.goto("/search-books")
    page.keyboard.type("dun")
    expect(page.get_by_role("row", name="Dune")).to_be_visible()
    expect(page.locator("#count")).to_have_text("1 found")
    expect(page).to_have_url(re.compile(r"/search-books\?q=dun"))
    page.keyboard.press("Control+A")
    page.keyboard.type("em")
    expect(page.get_by_role("row", name="Emma")).to_be_visible()
    expect(page.get_by_role("row", name="Dune")).to_be_hidden()
    page.keyboard.type("zz")
    expect(page.get_by_text("No book matches.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    expect(page.get_by_text("No book matches.")).to_be_hidden()
    expect(page.get_by_label("Title, author, barcode or ISBN")).to_be_focused()


def test_many_rows_are_done_one_by_one_and_after_a_broken_connection_the_rest(open_desk: OpenDesk) -> None:
    for title in ("Dune", "Dubliners", "Dust"):
        add_book(title)
    page = open_desk(width=390, scheme="dark")
    page.goto("/search-books?q=du")
    page.get_by_role("link", name="Tick all on this page").click()
    look(page, None, None)
    page.get_by_role("button", name="Withdraw book").click()
    page.get_by_label("Reason").fill("Worn out")
    look(page, None, None)
    sent: list[Route] = []

    def meet(route: Route) -> None:
        sent.append(route)
        route.abort() if len(sent) == 2 else route.continue_()

    page.route("**/many", meet)
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_have_text(
        "The connection is broken. Nothing is half done: send what is left again. Done: 1. Refused: 0."
    )
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_have_text("Done: 3. Refused: 0.")
    expect(page.get_by_role("status")).to_be_focused()
    assert len(sent) == 4
    assert Book.objects.filter(status="WITHDRAWN").count() == 3
    look(page, None, None)


def test_the_places_are_reached_by_their_keys(open_desk: OpenDesk) -> None:
    """Alt and the letter, as Chromium has it; without JavaScript."""
    page = open_desk(javascript=False)
    for key, heading in (("b", "Search books"), ("o", "Search people"), ("h", "Hold shelf"), ("k", "Keys")):
        press_access_key(page, key)
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()


def test_on_a_phone_no_keyboard_comes_up_over_a_list(open_desk: OpenDesk) -> None:
    add_book("Dune")
    page = open_desk(width=390, is_phone=True)
    page.goto("/search-books?q=dune")
    expect(page.get_by_label("Title, author, barcode or ISBN")).not_to_be_focused()
    page.goto("/return-book")
    expect(page.get_by_label("Book", exact=True)).to_be_focused()


def test_on_a_phone_header_and_modes_take_a_line_each_and_the_box_the_width(open_desk: OpenDesk) -> None:
    page = open_desk(width=390, is_phone=True)
    heights = page.locator(".top, .modes").evaluate_all("them => them.map(it => it.offsetHeight)")
    assert max(heights) < 60, heights
    widths = page.locator("#typed, #strip").evaluate_all("them => them.map(it => it.offsetWidth)")
    assert widths[0] == widths[1]
    assert page.locator("kbd:visible").count() == 0
    last = page.get_by_role("button", name="Sign out")
    expect(last).not_to_be_in_viewport()
    page.get_by_role("link", name="Skip to the page").focus()
    for _ in page.locator(".top").locator("a, button").all():
        page.keyboard.press("Tab")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport(ratio=1)


def test_what_came_of_a_scan_is_told_by_colour_and_its_row_is_as_high_as_what_it_says(open_desk: OpenDesk) -> None:
    dune, emma = (Book.objects.get(pk=add_book(title)).barcode for title in ("Dune", "Emma"))
    bob = LibraryUser.objects.get(pk=register("Bob Bell")).barcode
    suspend(LibraryUser.objects.get().pk, "Unpaid fees.")
    ann = LibraryUser.objects.get(pk=register("Ann Lee")).barcode
    page = open_desk()

    def colours(selector: str) -> tuple[str, str]:
        style = "it => [getComputedStyle(it).backgroundColor, getComputedStyle(it).borderInlineStartColor]"
        return tuple(page.locator(selector).evaluate(style))

    scan_all(page, "l", [dune])
    known = colours(".row.known")
    scan_all(page, "l", [ann, emma])
    lent, calm = colours(".row.done"), colours("#strip")
    assert page.locator(".row.done").evaluate("it => it.offsetHeight - it.querySelector('.said').offsetTop") < 80
    scan_all(page, "l", [bob, dune])
    assert colours("#strip") == colours(".row.blocked") == colours(".row.refused:not(.blocked)")
    assert len({known, lent, calm, colours("#strip")}) == 4
    expect(page.locator(".row.refused .said")).to_contain_text("Bob Bell is suspended and cannot borrow: Unpaid fees.")


FOLDER = os.environ.get("SCREENSHOTS")
"""Where to keep what was looked at: make screenshots."""

SCREENS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]

ONE_OF_EACH_KIND = {
    "receipt", "add-new-book", "person", "books", "return", "renew",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(
    ("width", "scheme", "kinds"),
    [(390, "dark", ONE_OF_EACH_KIND), *(pytest.param(*screen, None, marks=pytest.mark.soak) for screen in SCREENS)],
    ids=["some", *("-".join(map(str, screen)) for screen in SCREENS)],
)
def test_every_page_is_accessible_and_fits(
    open_desk: OpenDesk, width: int, scheme: str, kinds: set[str] | None
) -> None:
    everything = library_with_everything()
    pages = {name: url for name, url in everything.items() if kinds is None or name in kinds}
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    page = open_desk(width=width, scheme=scheme, sign_in=False)

    def see(url: str | None, name: str) -> None:
        look(page, url, Path(FOLDER) / f"{name}-{width}-{scheme}.png" if FOLDER else None)

    see("/login", "login")
    fill_in_who_it_is(page, "librarian")
    for name, url in pages.items():
        see(url, name)
    page.goto(pages["renew"])
    page.get_by_role("button", name="Renew").click()
    expect(page.locator(".row.refused")).to_be_visible()
    see(None, "refused")
    page.goto(pages["return"])
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.locator(".row.look")).to_be_visible()
    see(None, "look-here")
    page.goto("/add-new-book")
    page.get_by_label("Title").fill("Sense and Sensibility")
    page.get_by_label("Author").fill("Jane Austen")
    page.get_by_role("button", name="Add book").click()
    expect(page.locator(".row.done")).to_be_visible()
    see(None, "done")
    look_at_desk(page, see)
    look_at_errors(page, see)


@pytest.mark.soak
@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_page_of_an_empty_library_is_accessible_and_fits(open_desk: OpenDesk, width: int, scheme: str) -> None:
    pages = empty_library()
    page = open_desk(width=width, scheme=scheme)
    for name, url in pages.items():
        look(page, url, Path(FOLDER) / f"empty-{name}-{width}-{scheme}.png" if FOLDER else None)


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.soak), "dark"])
def test_a_printed_list_is_black_on_white_and_nothing_but_the_list(open_desk: OpenDesk, scheme: Any) -> None:
    report_missing(add_book("Emma"))
    page = open_desk(scheme=scheme)
    page.goto("/search-books?q=emma")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    for hidden in ("header.top", "form.ask", "th.tasks", "td.tasks"):
        expect(page.locator(hidden)).to_be_hidden()
    colours = "() => [document.documentElement, document.querySelector('h1')].map(it => getComputedStyle(it))"
    assert page.evaluate(f"({colours})().map(it => it.color)") == ["rgb(0, 0, 0)"] * 2
    assert page.evaluate(f"({colours})()[0].backgroundColor") == "rgb(255, 255, 255)"
