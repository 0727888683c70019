"""A morning at the desk, by keyboard and scanner alone, and counted (`make soak`); also in a library of 5,000 books."""

import csv
import logging
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
from playwright.sync_api import Route, expect

from catalog.models import Book
from circulation.desk.pages import DeskView
from circulation.models import Closure, LibraryUser
from circulation.policies import POLICY
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import SUPERVISORS
from tests.browser import IN_A_BROWSER, OpenDesk, is_the_largest
from tests.desk_driver import Desk
from tests.guard import ROOT
from tests.library import borrow, register, report_missing, reserve

pytestmark = IN_A_BROWSER

logger = logging.getLogger(__name__)

SLOW = 0.6
"""Seconds that the server takes for an answer, where it is slowed down."""


def library(folder: Path, size: int) -> list[str]:
    """A library of so many books, or of those that BOOKS_CSV names, from a spreadsheet; and their barcodes."""
    path = folder / "books.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["title", "authors", "isbn13"])
        for number in range(size):
            writer.writerow([f"The {number}th book of everything", f"Author {number % 900}", isbn(f"978{number:09}")])
    call_command("import_books", os.environ.get("BOOKS_CSV", path), stdout=StringIO(), stderr=StringIO())
    assert Book.objects.count() >= size * 0.98
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    return list(Book.objects.order_by("id").values_list("barcode", flat=True))


def isbn(digits: str) -> str:
    """With its check digit."""
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


@pytest.mark.soak
def test_a_morning_at_the_desk(open_desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(open_desk(), javascript=True)
    morning(desk, "Zsofia", library(tmp_path, 500), lambda desk, ten: ten_in_two_seconds(desk, ten, monkeypatch))

    assert {name: row[0] for name, row in table().items()} == desk.counted


@pytest.mark.soak
def test_mornings_at_the_desk_of_a_large_library(open_desk: OpenDesk, tmp_path: Path) -> None:
    """Without the script, and with a connection that is cut."""
    books = library(tmp_path, 5_000)
    without, cut = Desk(open_desk(javascript=False), javascript=False), Desk(open_desk(), javascript=True)
    for desk, name, with_ten in ((without, "Wenzel", one_by_one), (cut, "Quirina", with_the_connection_cut)):
        began, books = time.monotonic(), books[100:]
        morning(desk, name, books, with_ten)
        logger.warning("%s: %s tasks in %.0f s", with_ten.__name__, len(desk.counted), time.monotonic() - began)

    assert {name: row[1] for name, row in table().items()} == without.counted
    assert {name: row[0] for name, row in table().items()} == cut.counted


def table() -> dict[str, list[str]]:
    """The rows of the table in the documentation, by their tasks."""
    text = (ROOT / "docs" / "keystrokes.md").read_text()
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)[1:]
    return {cells[0]: cells[1:] for row in rows for cells in [row.split(" | ")]}


def morning(desk: Desk, name: str, books: list[str], with_ten: Callable[[Desk, list[str]], None]) -> None:
    """One member of staff, from the first person to the receipt."""
    newcomer, reader = lend_books(desk, name, books)
    lend_ten(desk, newcomer, books, with_ten)
    renew_books(desk, reader, books)
    take_books_back(desk, newcomer, reader, books)
    lose_and_find(desk, reader, books)
    print_and_look_up(desk, reader, books)
    do_what_is_rare(desk, reader, books[40:])
    add_thirty(desk)


def lend_books(desk: Desk, name: str, books: list[str]) -> tuple[LibraryUser, LibraryUser]:
    strip = desk.page.locator("#strip")
    desk.page.goto("/")
    with desk.task("register a person, and verify who it is"):
        desk.alt("g")
        desk.letters(f"{name} Newcomer")
        desk.tab()
        desk.letters(f"{name}@example.org")
        desk.enter()
        desk.enter()
    expect(strip).to_contain_text(f"{name} Newcomer")
    expect(strip).to_contain_text(f"0 of {POLICY.limit_verified} books")
    newcomer = LibraryUser.objects.get(name=f"{name} Newcomer")

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
    return newcomer, reader


def lend_ten(desk: Desk, newcomer: LibraryUser, books: list[str], with_ten: Callable[[Desk, list[str]], None]) -> None:
    """One of the ten is over the limit, since the newcomer has one already: nine are lent, in their order."""
    desk.page.goto("/")
    with desk.task("lend ten books"):
        desk.scan(newcomer.barcode)
        with_ten(desk, books[10:20])
    entries = JournalEntry.objects.filter(operation="BorrowBook", arguments__user_id=str(newcomer.pk))
    lent = [str(Book.objects.get(barcode=barcode).pk) for barcode in [books[0], *books[10:19]]]
    assert [entry.arguments["book_id"] for entry in entries.filter(outcome="CARRIED_OUT").order_by("id")] == lent
    assert set(Book.objects.filter(borrower=newcomer).values_list("barcode", flat=True)) == {books[0], *books[10:19]}
    expect(desk.page.locator(".row.done")).to_have_count(9)
    shown = desk.page.locator(".row .number").all_inner_texts()
    assert shown == [*reversed(books[10:20]), newcomer.barcode]

    desk.says("has 10 of 10 books")
    with desk.task("override what was refused, with the reason"):
        desk.alt(desk.option("Lend anyway (reason)"), leads_on=False)
        desk.letters("For the school")
        desk.enter()
    desk.says("Lent until")
    last = entries.latest("id")
    assert (last.arguments["override"], last.arguments["override_reason"]) == (["loan_limit_reached"], "For the school")
    assert borrower(books[19]) == newcomer.pk


def renew_books(desk: Desk, reader: LibraryUser, books: list[str]) -> None:
    long_ago = timezone.now() - timedelta(days=3)
    for barcode in books[20:22]:
        borrow(Book.objects.get(barcode=barcode).pk, reader.pk, now=long_ago)
    desk.page.goto("/")
    with desk.task("renew a book that is brought along"):
        desk.scan(books[20])
        desk.alt(desk.option("Renew"))
    desk.says("Renewed until")
    desk.page.goto("/")
    with desk.task("renew, when the card was scanned"):
        desk.scan(reader.barcode)
        desk.scan(books[21])
        desk.alt(desk.option("Renew"))
    desk.says("Renewed until")


def take_books_back(desk: Desk, newcomer: LibraryUser, reader: LibraryUser, books: list[str]) -> None:
    desk.page.goto("/")
    with desk.task("return a book"):
        desk.alt("r")
        desk.scan(books[10])
    desk.says(f"Back from {newcomer.name}.")
    reserve(Book.objects.get(barcode=books[11]).pk, reader.pk)
    desk.page.goto("/")
    with desk.task("return a book that somebody waits for, and print the slip"):
        desk.alt("r")
        desk.scan(books[11])
        desk.says(f"Hold shelf: for {reader.name}, until")
        is_the_largest(desk.row().locator(".look"))
        desk.alt(desk.option("Hold slip"))
        desk.prints()
    expect(desk.page.get_by_role("heading", name=reader.name)).to_be_visible()


def lose_and_find(desk: Desk, reader: LibraryUser, books: list[str]) -> None:
    lost, turned_up = Book.objects.get(barcode=books[12]), Book.objects.get(barcode=books[22])
    desk.page.goto("/")
    with desk.task("report a book missing"):
        desk.letters(lost.title)
        desk.enter()
        desk.alt(desk.option("Report missing"))
        desk.enter()
    lost.refresh_from_db()
    assert lost.status == Book.Status.MISSING
    desk.page.goto("/")
    with desk.task("report it found"):
        desk.scan(lost.barcode)
        desk.alt(desk.option("Report it found"))
    lost.refresh_from_db()
    assert lost.status == Book.Status.AVAILABLE

    report_missing(turned_up.pk)
    desk.page.goto("/")
    desk.scan(reader.barcode)
    with desk.task("lend a missing book that turns up"):
        desk.scan(turned_up.barcode)
        desk.alt(desk.option("Found: lend it"))
    desk.says("Found. Lent until")
    assert borrower(turned_up.barcode) == reader.pk


def print_and_look_up(desk: Desk, reader: LibraryUser, books: list[str]) -> None:
    page = desk.page
    with desk.task("print the receipt"):
        desk.alt("p")
        desk.prints()
    for shown in (title(books[1]), title(books[22]), "Lent today", "Also on loan"):
        expect(page.locator(".paper")).to_contain_text(shown)
    page.goto("/")
    with desk.task("find a person by letters"):
        desk.letters(reader.name.lower()[:-2])
        desk.enter()
    expect(page.locator("#strip")).to_contain_text(reader.name)
    expect(page.locator("#strip")).to_contain_text("1 on the hold shelf")
    page.goto("/")
    with desk.task("find a book by letters"):
        desk.letters(title(books[30]))
        desk.enter()
    desk.says(title(books[30]), "Available")
    desk.is_ready()


def do_what_is_rare(desk: Desk, reader: LibraryUser, books: list[str]) -> None:
    page = desk.page
    page.goto("/")
    with desk.task("lend two books to somebody without the library card"):
        desk.letters(reader.name)
        desk.enter()
        desk.scan(books[0])
        desk.scan(books[1])
    desk.alt("r")
    desk.scan(books[1])
    with desk.task("undo a return"):
        desk.alt("u")
    assert [borrower(each) for each in books[:2]] == [reader.pk] * 2

    with desk.task("withdraw 20 books for one reason"):
        desk.alt("t")
        desk.click("Withdraw")
        desk.scan(books[2])
        desk.letters("Worn out.")
        desk.enter()
        for each in books[3:22]:
            desk.scan(each)
    withdrawn = Book.objects.filter(barcode__in=books[2:22], status=Book.Status.WITHDRAWN)
    assert withdrawn.count() == 20

    year = timezone.localdate().year + 1 + Closure.objects.count()  # another Christmas than the desk before
    with desk.task("close the library at Christmas"):
        desk.alt("t")
        desk.click("Close the library")
        desk.letters(f"12/24/{year}")
        desk.onward(tabs=2)
        desk.letters(f"01/01/{year + 1}")
        desk.enter()
    expect(page.get_by_role("rowheader", name=f"24 Dec {year}")).to_be_visible()


def add_thirty(desk: Desk) -> None:
    """Of fifteen the library has the ISBN."""
    known = list(Book.objects.exclude(isbn="").values_list("isbn", flat=True)[:15])
    count = Book.objects.count()
    with desk.task("add thirty new books, and print their labels"):
        desk.alt("t")
        desk.click("Add new book")
        for number, of_a_copy in enumerate(known):
            desk.scan(of_a_copy)
            desk.enter()
            desk.scan(isbn(f"979{count + number:09}"))  # another than the desk before
            desk.letters(f"New {number}")
            desk.tab()
            desk.letters("Poe")
            desk.enter()
        desk.click("Print their labels")
    assert Book.objects.count() == count + 30
    expect(desk.page.locator(".label:not(.used)")).to_have_count(30)


def title(barcode: str) -> str:
    return Book.objects.get(barcode=barcode).title


def borrower(barcode: str) -> Any:
    return Book.objects.get(barcode=barcode).borrower_id


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
        desk.take_off_a_scan()
        desk.is_ready()
        desk.settled()
    # The answers have moved nothing, but for a long title beside what helps against its refusal.
    assert desk.page.evaluate("() => window.shifted") < 0.02


def one_by_one(desk: Desk, ten: list[str]) -> None:
    for barcode in ten:
        desk.scan(barcode)


def with_the_connection_cut(desk: Desk, ten: list[str]) -> None:
    """For three books; the answer to another is lost on its way back; and then the page is loaded anew."""
    page = desk.page
    lost: list[int] = []

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
