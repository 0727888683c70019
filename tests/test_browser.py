"""The desk in a real browser: with and without JavaScript, in light and dark, on a wide screen and on a phone."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS
from tests.library import (
    add_book,
    borrow,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here"),
]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenDesk = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "The browser tests need Chromium."
    return {"executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture
def open_desk(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[OpenDesk]:
    """Opens a page signed in as a librarian; fails on errors in the console and requests to anywhere else."""
    user = User.objects.create_user("librarian", password="correct horse", is_staff=True)
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    contexts, complaints = [], []

    def open_desk(*, javascript: bool = True, width: int = 1280, scheme: Any = "light", sign_in: bool = True) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda it: complaints.append(it.url) if not it.url.startswith(live_server.url) else None)
        page.on("console", lambda it: complaints.append(it.text) if _is_complaint(it) else None)
        page.on("pageerror", lambda it: complaints.append(str(it)))
        if sign_in:
            page.goto("/")
            page.get_by_label("Username").fill("librarian")
            page.get_by_label("Password").fill("correct horse")
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("heading", name="Desk")).to_be_visible()
        return page

    yield open_desk
    for context in contexts:
        context.close()
    assert complaints == []


def _is_complaint(message: Any) -> bool:
    # A refusal (422) and a missing page (404) are pages, which Chromium reports as failed resources.
    return message.type in {"error", "warning"} and not any(status in message.text for status in ("404", "422"))


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def page(request: pytest.FixtureRequest, open_desk: OpenDesk) -> Page:
    return open_desk(javascript=request.param)


def choose(page: Page, label: str, letters: str, choice: str) -> None:
    """Type letters, and choose from what is found: as they are typed, or after sending the form without JavaScript."""
    box = page.get_by_label(label, exact=True)
    box.press_sequentially(letters)
    radio = page.locator("label.choice", has_text=choice).locator("input")
    if not page.evaluate("() => window.htmx !== undefined"):
        page.keyboard.press("Enter")
    radio.check()


def said(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def test_lend_a_book_chosen_by_letters(page: Page) -> None:
    register("Ann Lee")
    register("Anna Bell")
    add_book("Dune", author="Frank Herbert")
    add_book("Dune Messiah", author="Frank Herbert")
    page.get_by_role("link", name="Borrow", exact=True).click()
    choose(page, "Who borrows", "ann", "Ann Lee")
    choose(page, "Book", "dune", "Messiah")
    page.get_by_role("button", name="Lend").click()
    assert "“Dune Messiah” is lent to Ann Lee, due on " in said(page)
    assert Book.objects.get(title="Dune Messiah").borrower == LibraryUser.objects.get(name="Ann Lee")
    # The person stays chosen, and the focus waits for the next book.
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    expect(page.locator("input[name=user_id]")).to_be_checked()


def test_lend_by_scanning_an_isbn(page: Page) -> None:
    add_book("Dune", isbn="9780441013593")
    page.goto(f"/borrow-book?user_id={register('Ann Lee')}")
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    page.keyboard.type("978-0-441-01359-3")
    page.keyboard.press("Enter")
    assert "“Dune” is lent to Ann Lee" in said(page)


def test_take_a_book_back(page: Page) -> None:
    borrow(add_book("Dune", isbn="9780441013593"), register("Ann Lee"))
    page.get_by_role("link", name="Return", exact=True).click()
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    page.keyboard.type("9780441013593")
    page.keyboard.press("Enter")
    assert "“Dune” is back from Ann Lee." in said(page)
    assert Book.objects.get().status == Book.Status.AVAILABLE


def test_a_return_that_meets_a_reservation_says_for_whom_in_the_largest_type(page: Page) -> None:
    book_id = add_book("Dune", barcode="30001000047110")
    borrow(book_id, register("Ann Lee"))
    reserve(book_id, register("Bob Bell"))
    page.get_by_role("link", name="Return", exact=True).click()
    expect(page.get_by_label("Book", exact=True)).to_be_focused()
    page.keyboard.type("30001000047110")
    page.keyboard.press("Enter")
    notice = page.get_by_text("Hold shelf: for Bob Bell, until ")
    expect(notice).to_be_visible()
    sizes = "() => [...document.querySelectorAll('body *')].map(it => parseFloat(getComputedStyle(it).fontSize))"
    assert max(page.evaluate(sizes)) == notice.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert page.evaluate(sizes).count(max(page.evaluate(sizes))) == 1


def test_report_a_book_missing_and_found(page: Page) -> None:
    borrow(add_book("Dune"), register("Ann Lee"))
    page.goto("/search-books?q=dune")
    page.get_by_role("link", name="Report Dune missing").click()
    page.get_by_role("button", name="Report missing").click()
    assert "“Dune” is reported missing. Ann Lee is suspended." in said(page)
    page.get_by_role("link", name="Missing", exact=True).click()
    page.get_by_role("link", name="Report Dune found").click()
    page.get_by_role("button", name="Report found").click()
    assert "“Dune” is found and available again. Its borrower is no longer suspended." in said(page)
    assert LibraryUser.objects.get().status == LibraryUser.Status.NOT_VERIFIED


def test_add_new_books_of_a_new_and_of_a_known_author(page: Page) -> None:
    page.goto("/add-new-book")
    page.get_by_label("ISBN").fill("0-441-01359-7")
    page.get_by_label("Title").fill("Dune")
    page.get_by_label("Author").fill("Frank Herbert")
    page.get_by_role("button", name="Add book").click()
    assert said(page).startswith("Added “Dune” by Frank Herbert, an author new to the catalogue. Its barcode is 3")
    page.get_by_label("Title").fill("Dune Messiah")
    page.get_by_label("Author").fill("frank  HERBERT")
    page.get_by_role("button", name="Add book").click()
    assert said(page).startswith("Added “Dune Messiah” by frank HERBERT. Its barcode is 3")
    assert set(Book.objects.values_list("title", "isbn", "author__name")) == {
        ("Dune", "9780441013593", "Frank Herbert"),
        ("Dune Messiah", "", "Frank Herbert"),
    }


def test_register_and_verify_a_person(page: Page) -> None:
    page.get_by_role("link", name="Register").click()
    page.get_by_label("Name").fill("Ann Lee")
    page.get_by_label("E-mail").fill("ann@example.org")
    page.get_by_role("button", name="Register").click()
    assert said(page) == "Ann Lee is registered, and not verified yet."
    page.get_by_role("button", name="Verify").click()
    assert said(page) == "Ann Lee is verified."
    assert LibraryUser.objects.get().status == LibraryUser.Status.VERIFIED


def test_the_three_lists(page: Page) -> None:
    ann = register("Ann Lee")
    borrow(add_book("Dune", author="Frank Herbert"), ann)
    report_missing(add_book("Emma", author="Jane Austen"))
    page.get_by_role("link", name="Borrowed books").click()
    page.get_by_label("Person").fill("ann")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Dune")).to_contain_text("Frank Herbert")
    page.goto("/books-by-author")
    page.get_by_label("Author").fill("herb")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Dune")).to_contain_text("On loan")
    page.get_by_role("link", name="Missing", exact=True).click()
    expect(page.get_by_role("row", name="Emma")).to_contain_text("Jane Austen")


def test_a_refusal_stands_beside_its_field_with_the_focus_on_it(page: Page) -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann, title="Lost book")
    add_book("Dune")
    page.goto(f"/borrow-book?user_id={ann}")
    page.get_by_label("Book", exact=True).fill("dune")
    page.get_by_role("button", name="Lend").click()
    box = page.get_by_label("Who borrows")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    described = box.get_attribute("aria-describedby") or ""
    texts = [page.locator(f"[id='{name}']").inner_text() for name in described.split()]
    assert any("Ann Lee is suspended and cannot borrow" in text and "“Lost book”" in text for text in texts)
    expect(page.get_by_label("Book", exact=True)).to_have_value("dune")


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
    expect(page.get_by_role("status")).to_be_visible()
    assert Book.objects.count() == 1
    assert JournalEntry.objects.filter(operation="AddNewBook", source="html").count() == 1


def test_signing_out_closes_the_desk(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/borrow-book")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def library_with_everything() -> dict[str, str]:
    """Every page, in a library that has something to show on it."""
    ann, bob, cara = register("Ann Lee", verified=True), register("Bob Bell"), register("Cara Poe")
    dune = add_book("Dune", isbn="9780441013593", author="Frank Herbert")
    long_ago = timezone.now() - timedelta(days=POLICY.loan_days + 1)
    for number in range(30):
        add_book(f"A rather long title of a book about the history of everything, volume {number}", author="Bo Long")
    add_book("A long word: " + "z" * 400, author="Bo " + "y" * 180)
    borrow(dune, ann)
    suspend_by_loss(bob, title="Lost book")
    waiting = reserve(dune, cara)
    reserve(dune, register("Dora Roe"))
    held = add_book("Emma")
    reserve(held, ann, now=long_ago)
    lend("Middlemarch", ann, now=long_ago)
    give_back(lend("Persuasion", ann))
    gone = add_book("Sanditon")
    withdraw(gone)
    suspend(cara, "Unpaid fees of three years, and the wine that was poured over the atlas.")
    return {
        "desk": "/",
        "borrow": f"/borrow-book?user_id={ann}",
        "return": f"/return-book?book_id={dune}",
        "renew": f"/renew-loan?book_id={dune}",
        "report-missing": "/report-missing-book",
        "report-found": "/report-found-book",
        "add-new-book": "/add-new-book",
        "register": "/register-user",
        "verify": f"/verify-user?user_id={bob}",
        "change-contact": f"/change-contact?user_id={ann}",
        "suspend": f"/suspend-user?user_id={ann}",
        "reinstate": f"/reinstate-user?user_id={cara}",
        "end-suspensions": "/end-suspensions",
        "place-reservation": f"/place-reservation?user_id={ann}",
        "cancel-reservation": f"/cancel-reservation?reservation_id={waiting}:{cara}",
        "move-reservation": f"/move-reservation?reservation_id={waiting}:{cara}",
        "expire-reservations": "/expire-reservations",
        "add-copies": f"/add-copies?book_id={dune}",
        "correct-book": f"/correct-book?book_id={dune}",
        "withdraw-book": f"/withdraw-book?book_id={held}",
        "restore-book": f"/restore-book?book_id={gone}",
        "calendar": "/set-calendar-exception",
        "person": f"/person?user_id={ann}",
        "suspended": f"/person?user_id={cara}",
        "book": f"/book?book_id={dune}",
        "held": f"/book?book_id={held}",
        "reservations": f"/reservations-by-person?user_id={ann}",
        "past-loans": f"/past-loans-by-person?user_id={ann}",
        "queue": f"/reservation-queue?book_id={dune}",
        "history": f"/book-history?book_id={dune}",
        "overdue": "/overdue-loans",
        "due": "/loans-due?first=2020-01-01&last=2120-01-01",
        "hold-shelf": "/hold-shelf",
        "journal": "/journal",
        "books": "/search-books?q=long",
        "books-of-all-states": "/search-books?q=jane",
        "no-books": "/search-books?q=zzz",
        "authors": "/search-authors?q=b",
        "books-by-author": "/books-by-author?author_id_q=herbert",
        "borrowed": f"/borrowed-books?user_id={ann}",
        "missing": "/missing-books",
        "statistics": "/statistics",
        "loans-over-time": "/statistics/loans?by=week",
        "overdue-by-age": "/statistics/overdue",
        "most-borrowed": "/statistics/most-borrowed",
        "stock-by-state": "/statistics/stock",
        "statistic-of-nothing": "/statistics/loans?first=2020-01-01&last=2020-01-31",
        "people": "/search-users?q=example",
        "not-found": "/nowhere",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_fits(open_desk: OpenDesk, width: int, scheme: str, tmp_path: Path) -> None:
    pages = library_with_everything()
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    page = open_desk(width=width, scheme=scheme, sign_in=False)
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    look(page, "/login", folder / f"login-{width}-{scheme}.png")
    page.get_by_label("Username").fill("librarian")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Desk")).to_be_visible()
    for name, url in pages.items():
        look(page, url, folder / f"{name}-{width}-{scheme}.png")
    page.goto(pages["renew"])
    page.get_by_role("button", name="Renew").click()
    look(page, None, folder / f"refused-{width}-{scheme}.png")
    page.goto(pages["return"])
    page.get_by_role("button", name="Take back").click()
    look(page, None, folder / f"look-here-{width}-{scheme}.png")


def look(page: Page, url: str | None, picture: Path) -> None:
    """Open a page and look at it: nothing that axe finds, nothing wider than the screen."""
    if url is not None:
        page.goto(url)
    page.screenshot(path=picture, full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
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
