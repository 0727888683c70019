"""What tests in a real browser share: a desk to open, a library that has something on every page, and a look at it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserType, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from catalog.models import Book
from circulation.commands import AddClosure
from circulation.models import LibraryUser
from circulation.policies import POLICY
from library_site.cqrs import dispatch
from library_site.cqrs.permissions import LIBRARIANS
from tests.library import (
    add_book,
    borrow,
    context,
    give_back,
    lend,
    register,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WITHOUT_A_WINDOW = shutil.which("chromium-headless-shell") or CHROMIUM
"""It draws the same pages, and opens one for a quarter of the work; but it keeps none that are left."""

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here"),
]

PASSWORD = "correct horse"
EXPECTED = ("404", "422", "net::ERR_FAILED", "net::ERR_INTERNET_DISCONNECTED", "htmx:sendAbort", "htmx:afterRequest")

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-site-isolation-trials",  # there is one site: a third less for each page that is opened
    "--in-process-gpu",
]

See = Callable[[str | None, str], None]
"""Looks at a page, by its address, or as it is; and the name of the picture."""

OpenDesk = Callable[..., Page]
"""Of a width, a colour scheme, with or without JavaScript; `wants` are failures that the test brings about."""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "The browser tests need Chromium."
    kept = ["--disable-back-forward-cache"]  # as people have it, who go back
    return {"executable_path": WITHOUT_A_WINDOW, "args": QUIET, "ignore_default_args": kept}


@pytest.fixture(scope="session")
def chromium(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """One that keeps pages that are left, as people have it."""
    with browser_type.launch(**browser_type_launch_args | {"executable_path": CHROMIUM}) as browser:
        yield browser


@pytest.fixture
def open_desk(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[OpenDesk]:
    """Opens a page signed in as a librarian; fails on errors in the console and requests to anywhere else."""
    user = User.objects.create_user("librarian", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=LIBRARIANS))
    contexts, complaints = [], []

    def open_desk(
        *,
        javascript: bool = True,
        width: int = 1280,
        scheme: Any = "light",
        sign_in: bool = True,
        is_phone: bool = False,
        wants: tuple[str, ...] = (),
        within: Browser = browser,
    ) -> Page:
        context = within.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            is_mobile=is_phone,
            has_touch=is_phone,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda it: complaints.append(it.url) if not it.url.startswith(live_server.url) else None)
        page.on("console", lambda it: complaints.append(it.text) if _is_complaint(it, wants) else None)
        page.on("pageerror", lambda it: complaints.append(str(it)))
        if sign_in:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": live_server.url}]
            )
            page.goto("/")  # until its scripts are there: keys before them go nowhere
        return page

    yield open_desk
    for each in contexts:
        each.close()
    assert complaints == [], complaints


def session_of(user: User) -> str:
    """A session in which somebody has signed in: to do so by hand takes half a second, and some tests are about it."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def fill_in_who_it_is(page: Page, name: str, password: str = PASSWORD) -> None:
    """On the page to sign in."""
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.wait_for_load_state()  # with its scripts: keys before them go nowhere


def _is_complaint(message: Any, wants: tuple[str, ...]) -> bool:
    # Refusals (422), missing pages (404) and lines that a test cuts are pages and failures that it wants; so are
    # suggestions for what was sent off before they came, which htmx gives up.
    expected = EXPECTED + wants
    return message.type in {"error", "warning"} and not any(each in message.text for each in expected)


@pytest.fixture
def page(open_desk: OpenDesk) -> Page:
    return open_desk()


def choose(page: Page, label: str, letters: str, choice: str) -> None:
    """Type letters, and choose from what is found: as they are typed, or after sending the form without JavaScript."""
    box = page.get_by_label(label, exact=True)
    box.press_sequentially(letters)
    radio = page.locator("label.choice", has_text=choice).locator("input")
    if not page.evaluate("() => window.htmx !== undefined"):
        page.keyboard.press("Enter")
    radio.check()


def is_the_largest(notice: Locator) -> None:
    """Nothing else on the page is written as large."""
    every = "() => [...document.querySelectorAll('body *')].map(it => parseFloat(getComputedStyle(it).fontSize))"
    sizes = notice.page.evaluate(every)
    assert max(sizes) == notice.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert sizes.count(max(sizes)) == 1


def library_with_everything() -> dict[str, str]:
    """Every page, in a library that has something to show on it."""
    ann, bob, cara = register("Ann Lee", verified=True), register("Bob Bell"), register("Cara Poe")
    dune = add_book("Dune", isbn="9780441013593", author="Frank Herbert")
    long_ago = timezone.now() - timedelta(days=POLICY.loan_days + 1)
    for number in range(30):
        add_book(f"A rather long title of a book about the history of everything, volume {number}", author="Bo Long")
    add_book("Right-to-left \u202eturned over", author="\u202eAuthor turned over")
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
    closed = dispatch(
        AddClosure(first=date(2099, 12, 24), last=date(2100, 1, 2), note="Christmas"), context()
    ).closure_id
    suspend(cara, "Unpaid fees of three years, and the wine that was poured over the atlas.")
    return {
        "desk": "/",
        "desk-of-a-person": f"/?user_id={ann}",
        "receipt": f"/receipt?user_id={ann}",
        "hold-slip": f"/hold-slip?book_id={held}",
        "tasks": "/tasks",
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
        "settings": "/settings",
        "add-closure": "/add-closure",
        "cancel-closure": f"/cancel-closure?closure_id={closed}",
        "closures": "/closures",
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
        "journal-narrowed": f"/journal?user_id={ann}",
        "no-labels": "/book-labels",
        "book-labels": "/book-labels?first=30001000000010&last=30001000000408",
        "card-labels": "/card-labels?first=20001000000012&last=20001000000095&sheet=4x12&first_cell=7",
        "books": "/search-books?q=long",
        "books-of-all-states": "/search-books?q=jane",
        "no-books": "/search-books?q=zzz",
        "authors": "/search-authors?q=b",
        "books-by-author": "/books-by-author?author_id_q=herbert",
        "borrowed": f"/borrowed-books?user_id={ann}",
        "missing": "/missing-books",
        "people": "/search-users?q=example",
        "gone": f"/return-book?book_id={uuid4()}",
        "misread": "/search-books?q=9780441013590",
        "turned": "/search-books?q=right-to-left",
        "keys": "/keys",
        "statistics": "/statistics",
        "loans-over-time": "/statistics/loans?by=week",
        "overdue-by-age": "/statistics/overdue",
        "most-borrowed": "/statistics/most-borrowed",
        "stock-by-state": "/statistics/stock",
        "statistic-of-nothing": "/statistics/loans?first=2020-01-01&last=2020-01-31",
        "not-found": "/nowhere",
    }


def press_access_key(page: Page, key: str) -> None:
    """Alt and a letter or digit, as a keyboard sends it: Playwright's own leaves out the text that Chromium goes by."""
    event = {"modifiers": 1, "key": key, "unmodifiedText": key, "windowsVirtualKeyCode": ord(key.upper())}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


def empty_library() -> dict[str, str]:
    """Every page that says something of a library that has nothing yet."""
    ann, dune = register("Ann Lee"), add_book("Dune", isbn="9780441013593", author="Frank Herbert")
    return {
        "desk": "/",
        "person": f"/person?user_id={ann}",
        "book": f"/book?book_id={dune}",
        "borrowed": f"/borrowed-books?user_id={ann}",
        "reservations": f"/reservations-by-person?user_id={ann}",
        "past-loans": f"/past-loans-by-person?user_id={ann}",
        "queue": f"/reservation-queue?book_id={dune}",
        "history": f"/book-history?book_id={dune}",
        "overdue": "/overdue-loans",
        "due": "/loans-due",
        "hold-shelf": "/hold-shelf",
        "missing": "/missing-books",
        "journal": "/journal?operation=WithdrawBook",
        "books": "/search-books",
        "no-books": "/search-books?q=zzz",
        "no-isbn": "/search-books?q=9780306406157",
        "authors": "/search-authors?q=zzz",
        "people": "/search-users?q=zzz",
        "return": "/return-book",
        "borrow": "/borrow-book",
        "settings": "/settings",
        "closures": "/closures",
    }


def look_at_desk(page: Page, see: See) -> None:
    """The desk with a row of each kind, lending and taking back."""
    cards = dict(LibraryUser.objects.values_list("name", "barcode"))
    books = dict(Book.objects.values_list("title", "barcode"))
    volumes = [barcode for title, barcode in sorted(books.items()) if "volume" in title]
    refused = [cards["Cara Poe"], volumes[0]]  # suspended
    lent = [cards["Ann Lee"], volumes[1], max(books, key=len)[:20], books["Sanditon"], books["Dune"], "30001000000011"]
    scan_all(page, "l", [books["Emma"], *refused, *lent, "volume"])
    see(None, "desk-lending")
    scan_all(page, "r", [volumes[2], books["Middlemarch"], books["Sanditon"], books["Dune"]])
    see(None, "desk-taking-back")


def scan_all(page: Page, mode: str, texts: list[str]) -> None:
    """Scan these at the desk, lending or taking back by its key, and wait for all answers."""
    page.goto("/")
    page.keyboard.press(f"Alt+{mode}")
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    settled(page)


def settled(page: Page) -> None:
    """Every scan is answered. It is asked at each frame: `expect` would ask again after 100 ms, then 250, 500, 1000."""
    page.wait_for_function("() => !document.querySelector('.row.waiting')", timeout=30_000)


def look_at_errors(page: Page, see: See) -> None:
    """The pages that answer what goes wrong, as they are; nothing needs to go wrong for them."""
    shown = {f"/shown/{name}": name for name in ("403", "403_csrf", "500", "503", "429")}
    page.route("**/shown/*", lambda route: route.fulfill(body=_rendered(shown, route), content_type="text/html"))
    for url, name in shown.items():
        see(url, f"error-{name}")


def _rendered(shown: dict[str, str], route: Route) -> str:
    return render_to_string(f"{shown[urlsplit(route.request.url).path]}.html")


FIND = (
    AXE_SCRIPT
    + """;
axe.run({resultTypes: ["violations"]}).then(found => ({
    violations: found.violations, fits: document.documentElement.scrollWidth <= window.innerWidth
}))"""
)
"""At one go, and of what axe finds only what is wrong: the rest of its answer is long."""


def look(page: Page, url: str | None, picture: Path | None) -> None:
    """Open a page and look at it: nothing that axe finds, nothing wider than the screen."""
    if url is not None:
        page.goto(url)
    if picture is not None:
        page.screenshot(path=picture, full_page=True)
    found = page.evaluate(FIND)
    assert not found["violations"], f"{page.url}\n{AxeResults(found).generate_report()}"
    assert found["fits"], page.url
