"""A morning at the desk of a library with five thousand books: by keyboard and scanner alone, and counted.

The books are imported from a spreadsheet, once for all mornings: one is made for it, or BOOKS_CSV names another.
"""

import csv
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.policies import POLICY
from circulation.views.desk.pages import DeskView
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import SUPERVISORS
from tests.browser import IN_A_BROWSER, OpenDesk
from tests.desk_driver import Desk
from tests.guard import ROOT
from tests.library import borrow, register, report_missing, reserve

pytestmark = IN_A_BROWSER

BOOKS = 300
SLOW = 0.8
"""Seconds that the server takes for an answer, where it is slowed down."""


@pytest.fixture
def spreadsheet(tmp_path: Path) -> Path:
    if named := os.environ.get("BOOKS_CSV"):
        return Path(named)
    path = tmp_path / "books.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "authors", "isbn13"])
        for number in range(BOOKS):
            digits = f"978{number:09}"
            check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
            writer.writerow([f"The {number}th book of everything", f"Author {number % 900}", f"{digits}{check}"])
    return path


def test_mornings_at_the_desk(open_desk: OpenDesk, spreadsheet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("import_books", spreadsheet, stdout=StringIO(), stderr=StringIO())
    assert Book.objects.count() >= BOOKS * 0.98
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    books = list(Book.objects.order_by("id").values_list("barcode", flat=True))

    third = Desk(open_desk(), javascript=True)
    morning(third, "Cara", books[200:300], with_ten=with_the_connection_cut)

    documented = table()
    assert {name: row[0] for name, row in documented.items()} == third.counted
    assert {name: row[1] for name, row in documented.items()} != third.counted
    assert third.counted == third.counted


def table() -> dict[str, list[str]]:
    """The rows of the table in the documentation, by their tasks."""
    text = (ROOT / "docs" / "keystrokes.md").read_text()
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)[2:]
    return {cells[0]: cells[1:] for row in rows for cells in [row.split(" | ")]}


def morning(desk: Desk, name: str, books: list[str], with_ten: Callable[[Desk, list[str]], None]) -> None:
    """One member of staff, from the first person to the receipt."""
    page = desk.page
    page.goto("/")

    with desk.task("register a person, and verify who it is"):
        desk.alt("g")
        desk.letters(f"{name} Newcomer")
        desk.tab()
        desk.letters(f"{name}@example.org")
        desk.enter()
        desk.enter()
    expect(page.locator("#strip")).to_contain_text(f"{name} Newcomer")
    expect(page.locator("#strip")).to_contain_text(f"0 of {POLICY.limit_verified} books")
    newcomer = LibraryUser.objects.get(name=f"{name} Newcomer")
    assert newcomer.status == LibraryUser.Status.VERIFIED

    desk.alt("n")
    with desk.task("lend a book"):
        desk.scan(newcomer.barcode)
        desk.scan(books[0])
    desk.says(title(books[0]), "Lent until")
    desk.is_ready()

    reader = LibraryUser.objects.get(pk=register(f"{name} Reader", verified=True))
    with desk.task("then lend to the next person"):
        desk.scan(reader.barcode)
        desk.scan(books[1])
    assert borrower(books[1]) == reader.pk

    page.goto("/")
    with desk.task("lend ten books"):
        desk.scan(newcomer.barcode)
        with_ten(desk, books[10:20])
    # One of them is over the limit, since the newcomer has one already: it is refused, nine are lent, in their order.
    entries = JournalEntry.objects.filter(operation="BorrowBook", arguments__user_id=str(newcomer.pk))
    wanted = [str(Book.objects.get(barcode=barcode).pk) for barcode in [books[0], *books[10:19]]]
    assert [entry.arguments["book_id"] for entry in entries.filter(outcome="CARRIED_OUT").order_by("id")] == wanted
    assert set(Book.objects.filter(borrower=newcomer).values_list("barcode", flat=True)) == {books[0], *books[10:19]}
    expect(page.locator(".row.done")).to_have_count(9)
    desk.says(title(books[19]), "has 10 of 10 books")
    with desk.task("override what was refused, with the reason"):
        desk.alt(option(desk, "All the same"), leads_on=False)
        desk.letters("For the school")
        desk.enter()
    desk.says("Lent until")
    assert borrower(books[19]) == newcomer.pk
    last = JournalEntry.objects.filter(operation="BorrowBook").latest("id")
    assert (last.arguments["override"], last.arguments["override_reason"]) == (["loan_limit_reached"], "For the school")

    long_ago = timezone.now() - timedelta(days=3)
    borrow(Book.objects.get(barcode=books[20]).pk, reader.pk, now=long_ago)
    page.goto("/")
    with desk.task("renew a book that is brought along"):
        desk.scan(books[20])
        desk.alt(option(desk, "Renew"))
    desk.says("Renewed until")
    with desk.task("renew, when the card was scanned"):
        desk.scan(reader.barcode)
        desk.scan(books[1])
        desk.alt(option(desk, "Renew"))

    page.goto("/")
    with desk.task("take a book back"):
        desk.alt("r")
        desk.scan(books[10])
    desk.says(f"Back from {newcomer.name}.")
    reserve(Book.objects.get(barcode=books[11]).pk, reader.pk)
    page.goto("/")
    with desk.task("take back a book that somebody waits for, and print the slip"):
        desk.alt("r")
        desk.scan(books[11])
        desk.says(f"Hold shelf: for {reader.name}, until")
        is_the_largest(page, desk.row().locator(".look"))
        print("URL", page.url, repr(option(desk, "Hold slip")), desk.at_desk)
        desk.alt(option(desk, "Hold slip"))
        is_printed(desk)
    expect(page.get_by_role("heading", name=reader.name)).to_be_visible()

    page.goto("/")
    with desk.task("report a book missing"):
        desk.letters(title(books[12]))
        desk.enter()
        desk.alt(option(desk, "Report missing"))
        desk.enter()
    assert Book.objects.get(barcode=books[12]).status == Book.Status.MISSING
    page.goto("/")
    expect(page.locator(".row")).to_have_count(0)
    with desk.task("report it found"):
        desk.scan(books[12])
        desk.alt(option(desk, "Report it found"))
    assert Book.objects.get(barcode=books[12]).status == Book.Status.AVAILABLE

    report_missing(Book.objects.get(barcode=books[21]).pk)
    page.goto("/")
    desk.scan(reader.barcode)
    with desk.task("lend a missing book that turns up"):
        desk.scan(books[21])
        desk.alt(option(desk, "Found: lend it"))
    assert borrower(books[21]) == reader.pk
    desk.says("Found. Lent until")

    with desk.task("print the receipt"):
        desk.alt("p")
        is_printed(desk)
    for shown in (title(books[1]), title(books[21]), "Lent today", "Also on loan"):
        expect(page.locator(".paper")).to_contain_text(shown)

    page.goto("/")
    with desk.task("find a person by letters"):
        desk.letters(f"{name.lower()} rea")
        desk.enter()
    expect(page.locator("#strip")).to_contain_text(reader.name)
    page.goto("/")
    with desk.task("find a book by letters"):
        desk.letters(title(books[30]))
        desk.enter()
    desk.says(title(books[30]), "Available")
    desk.is_ready()


def title(barcode: str) -> str:
    return Book.objects.get(barcode=barcode).title


def borrower(barcode: str) -> Any:
    return Book.objects.get(barcode=barcode).borrower_id


def option(desk: Desk, label: str) -> str:
    """The digit of a button or link in the row that the keys act on."""
    labels = desk.page.locator(".keyed [data-option]").all_inner_texts()
    return next(re.sub(r"\D.*", "", text, flags=re.DOTALL) for text in labels if label in text)


def is_the_largest(page: Page, notice: Any) -> None:
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('body *')].map(it => parseFloat(getComputedStyle(it).fontSize))"
    )
    assert max(sizes) == notice.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")


def is_printed(desk: Desk) -> None:
    """Enter prints, where a script can print; without one, that is the browser's own Ctrl+P."""
    if not desk.javascript:
        desk.page.emulate_media(media="print")
        expect(desk.page.locator("header.top")).to_be_hidden()
        desk.page.emulate_media(media="screen")
        desk._count["K"] += 1
        return
    desk.page.evaluate("() => { window.print = () => { window.isPrinted = true } }")
    expect(desk.page.get_by_role("button", name="Print")).to_be_focused()
    desk._count["K"] += 1
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("() => window.isPrinted")


# Ten books

WATCH_SHIFTS = """() => {
    window.shifted = 0;
    new PerformanceObserver(list => {
        for (const it of list.getEntries()) if (!it.hadRecentInput) window.shifted += it.value;
    }).observe({type: "layout-shift"});
}"""
"""Adds up how far things on the page move, but for what a key has just asked for."""


def ten_in_two_seconds(desk: Desk, ten: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the server takes its time; every one is a row at once."""
    post = DeskView.post

    def slow(view: DeskView, request: HttpRequest) -> HttpResponse:
        time.sleep(SLOW)
        return post(view, request)

    desk.page.evaluate(WATCH_SHIFTS)
    with monkeypatch.context() as patched:
        patched.setattr(DeskView, "post", slow)
        began = time.monotonic()
        for barcode in ten:
            desk.scan(barcode, wait=False)
        assert time.monotonic() - began < 2
        assert desk.page.locator(".row.waiting").count() >= 7
        desk.scan(ten[-1], wait=False)  # the scanner fires twice
        desk._count["S"] -= 1
        desk.is_ready()
        desk.settled()
    # No answer has moved anything.
    assert desk.page.evaluate("() => window.shifted") == 0


def one_by_one(desk: Desk, ten: list[str]) -> None:
    for barcode in ten:
        desk.scan(barcode)


def with_the_connection_cut(desk: Desk, ten: list[str]) -> None:
    """For three books; the answer to another is lost on its way back; and then the page is loaded anew."""
    page, lost = desk.page, []

    def lose_one_answer(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    for barcode in ten[:2]:
        desk.scan(barcode)
    page.context.set_offline(True)
    for barcode in ten[2:5]:
        desk.scan(barcode, wait=False)
    expect(page.locator("#line")).to_contain_text("No answer.")
    expect(page.locator(".row.waiting")).to_have_count(3)
    page.context.set_offline(False)
    desk.settled()
    page.route("**/*", lose_one_answer)
    for barcode in ten[5:]:
        desk.scan(barcode, wait=False)
    page.on("dialog", lambda dialog: dialog.accept())  # that scans are still waiting
    page.reload()
    desk.settled()
    assert lost == [200]
    page.unroute("**/*")
