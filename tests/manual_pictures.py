"""The pictures of the manual, of a library in each language: `make screenshots` takes them, `make test` does not."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import FloatRect, Page, ViewportSize, expect

from catalog.models import Book
from circulation.commands import SetNameAndAddress
from circulation.models import LibraryUser
from library_site.cqrs import Actor, Context, dispatch
from library_site.cqrs.permissions import SUPERVISORS
from tests.browser import IN_A_BROWSER, OpenDesk, scan_all
from tests.library import add_book, borrow, give_back, register, report_missing, reserve, suspend

pytestmark = IN_A_BROWSER

FOLDER = Path(os.environ.get("MANUAL", "build/manual"))
NARROW: ViewportSize = {"width": 1000, "height": 1600}
WIDE: ViewportSize = {"width": 1240, "height": 1600}
MARGIN, SIDE = 7, 24


@dataclass(frozen=True)
class Cast:
    """Who and what is seen in the pictures of one language: with the titles, their authors and ISBNs."""

    library: str
    address: str
    language: str
    people: tuple[str, ...]
    books: tuple[tuple[str, str, str], ...]
    fees: str
    for_school: str
    arrival: tuple[str, str]
    stocktaking: str


CASTS = {
    "en": Cast(
        library="Riverside Library",
        address="1 Mill Lane, Riverside",
        language="English",
        people=("Ann Lee", "Bob Bell", "Cara Poe", "Dora Roe", "Eric Hill"),
        books=(
            ("Emma", "Jane Austen", "9780141439587"),
            ("Middlemarch", "George Eliot", "9780141439549"),
            ("Dracula", "Bram Stoker", "9780141439846"),
            ("Frankenstein", "Mary Shelley", "9780141439471"),
            ("Jane Eyre", "Charlotte Brontë", "9780141441146"),
            ("Wuthering Heights", "Emily Brontë", "9780141439556"),
            ("Great Expectations", "Charles Dickens", "9780141439563"),
            ("Treasure Island", "Robert Louis Stevenson", "9780141321004"),
        ),
        fees="Fees unpaid since March.",
        for_school="For the reading night at school",
        arrival=("The Moonstone", "Wilkie Collins"),
        stocktaking="Stocktaking",
    ),
    "de": Cast(
        library="Bücherei Auental",
        address="Mühlgasse 1, Auental",
        language="Deutsch",
        people=("Anna Lehmann", "Bert Bauer", "Cora Pohl", "Dora Roth", "Erik Hügel"),
        books=(
            ("Effi Briest", "Theodor Fontane", "9783150069615"),
            ("Der Zauberberg", "Thomas Mann", "9783596294336"),
            ("Das Schloss", "Franz Kafka", "9783150099001"),
            ("Faust", "Johann Wolfgang von Goethe", "9783150000014"),
            ("Krabat", "Otfried Preußler", "9783522200875"),
            ("Momo", "Michael Ende", "9783522202558"),
            ("Der Schimmelreiter", "Theodor Storm", "9783150060155"),
            ("Die Judenbuche", "Annette von Droste-Hülshoff", "9783150018583"),
        ),
        fees="Gebühren seit März offen.",
        for_school="Für die Lesenacht der Schule",
        arrival=("Das Gemeindekind", "Marie von Ebner-Eschenbach"),
        stocktaking="Revision",
    ),
}


class Library:
    """The library of a language, brought about by its commands, as its staff would in some weeks."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        dispatch(SetNameAndAddress(name=cast.library, address=cast.address), at_the_desk())
        self.people = [
            register(name, f"{name.split()[0].lower()}@example.org", verified=number != 3)
            for number, name in enumerate(cast.people)
        ]
        self.books = [
            add_book(title, author=author, isbn=isbn_of(isbn), now=_days_ago(60))
            for title, author, isbn in cast.books
            for _ in range(2)
        ]
        ann, bob, cara, dora, eric = self.people
        on_loan = ((1, bob, 41), (3, eric, 33), (5, cara, 29), (7, ann, 20), (9, bob, 12), (11, eric, 6))
        given_back = ((2, ann, 24), (4, ann, 23), (6, eric, 16), (8, bob, 15), (10, cara, 9), (2, bob, 5))
        for number, person, days in (*on_loan, *given_back):
            borrow(self.books[number], person, now=_days_ago(days))
            if (number, person, days) in given_back:
                give_back(self.books[number], now=_days_ago(days - 4))
        suspend(cara, cast.fees)
        reserve(self.books[14], dora)
        borrow(self.books[15], ann, now=_days_ago(3))
        reserve(self.books[13], eric)
        reserve(self.books[14], bob)
        reserve(self.books[14], eric)
        report_missing(self.books[12], now=_days_ago(8))
        report_missing(self.books[10], now=_days_ago(2))

    def card(self, number: int) -> str:
        return str(LibraryUser.objects.get(pk=self.people[number]).barcode)

    def label(self, number: int) -> str:
        return str(Book.objects.get(pk=self.books[number]).barcode)


def at_the_desk(*, now: datetime | None = None) -> Context:
    """The librarian's own work, so that the journal names somebody."""
    return Context(actor=Actor.of_user(User.objects.get()), source="html", now=now or timezone.now())


def misread(barcode: str) -> str:
    """With a wrong check digit."""
    return barcode[:-1] + str((int(barcode[-1]) + 1) % 10)


def isbn_of(digits: str) -> str:
    """With the right check digit: these are only to be looked at."""
    first = digits[:12]
    return first + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first)) % 10)


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


class Camera:
    """Takes pictures of the parts of a page that a text is about."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, *parts: str) -> None:
        """From the top of the uppermost of these parts to the end of the lowest, as selectors, with a margin."""
        boxes = [box for part in parts for each in self.page.locator(part).all() if (box := each.bounding_box())]
        assert len(boxes) >= len(parts), (name, parts)
        top = max(0, min(box["y"] for box in boxes) - MARGIN)
        end = max(box["y"] + box["height"] for box in boxes) + MARGIN
        left = max(0, min(box["x"] for box in boxes) - SIDE)
        right = min(self.page.evaluate("() => innerWidth"), max(box["x"] + box["width"] for box in boxes) + SIDE)
        clip: FloatRect = {"x": left, "y": top, "width": right - left, "height": end - top}
        self.page.screenshot(path=self.folder / f"{name}.png", clip=clip)

    def take_page(self, name: str, url: str, *parts: str) -> None:
        """Of a page, from its heading on."""
        self.page.goto(url)
        self.take(name, "h1", *parts)


@pytest.mark.parametrize("language", CASTS)
def test_pictures_of_the_manual(open_desk: OpenDesk, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.library.context", at_the_desk)
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    library = Library(CASTS[language])
    page = open_desk(wants=("status of 401",))
    if language != "en":
        page.get_by_role("button", name=library.cast.language).click()
    camera = Camera(page, FOLDER / language)
    for pictures in PICTURES:
        pictures(camera, library)


def of_the_desk(camera: Camera, library: Library) -> None:
    page = camera.page
    camera.take("desk", ".top", ".foot")
    page.set_viewport_size(NARROW)
    scan_all(page, "l", [library.card(0), library.label(0), library.label(12), library.label(11)])
    camera.take("lend", "#strip", ".row >> nth=-1")
    scan_all(page, "l", [library.card(2), library.label(4)])
    camera.take("suspended", "#strip", ".row >> nth=-1")
    scan_all(page, "l", [library.card(3), *(library.label(number) for number in (4, 6, 8))])
    page.keyboard.press("Alt+2")
    page.keyboard.type(library.cast.for_school)
    camera.take("override", "#strip", ".row >> nth=0")
    scan_all(page, "r", [library.label(9), library.label(15)])
    camera.take("return", "#strip", ".row >> nth=-1")


def of_what_goes_wrong(camera: Camera, library: Library) -> None:
    page = camera.page
    scan_all(page, "l", [library.card(0), misread(library.card(1)), library.label(2)])
    camera.take("unread", "#strip", ".row >> nth=-1")
    page.keyboard.press("Alt+w")
    expect(page.locator(".row.waiting")).to_have_count(0)
    page.context.set_offline(True)
    for label in (library.label(4), library.label(6)):
        page.keyboard.type(label)
        page.keyboard.press("Enter")
    expect(page.locator("#line")).not_to_be_empty()
    camera.take("no-connection", "#strip", ".row >> nth=2")
    page.locator("form.account button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    camera.take("sign-out", "dialog")
    page.locator("dialog button").first.click()
    page.context.set_offline(False)
    expect(page.locator(".row.waiting")).to_have_count(0)


def of_tasks(camera: Camera, library: Library) -> None:
    page, (ann, _, cara, *_) = camera.page, library.people
    camera.take_page("receipt", f"/receipt?user_id={ann}", ".paper")
    camera.take_page("queue", f"/reservation-queue?book_id={library.books[14]}", "table")
    page.goto("/report-missing-book")
    page.keyboard.type(library.label(3))
    page.keyboard.press("Enter")
    expect(page.locator(".row.choose")).to_be_visible()
    camera.take("report-missing", "h1", ".row")
    page.set_viewport_size(WIDE)
    camera.take_page("person", f"/person?user_id={cara}", "section >> nth=0")
    page.set_viewport_size(NARROW)
    page.goto("/add-new-book")
    page.locator("[name=isbn]").fill(isbn_of("9780140434080"))
    page.keyboard.press("Enter")
    expect(page.locator("[name=title]")).to_be_focused()
    page.locator("[name=title]").fill(library.cast.arrival[0])
    page.locator("[name=author_q]").fill(library.cast.arrival[1])
    camera.take("add-new-book", "h1", "form.task")
    page.goto("/add-closure")
    for name, days in (("first", 20), ("last", 27)):
        page.locator(f"[name={name}]").fill(str(timezone.localdate() + timedelta(days=days)))
    page.locator("[name=note]").fill(library.cast.stocktaking)
    page.locator("form.task button").last.click()
    expect(page.locator(".notice")).to_be_visible()
    camera.take("closure", ".notice", "h1")


def of_lists(camera: Camera, library: Library) -> None:
    page = camera.page
    camera.take_page("hold-shelf", "/hold-shelf", "table")
    page.goto("/missing-books")
    for box in page.locator("tbody [type=checkbox]").all():
        box.check()
    camera.take("missing", "h1", "table", "#many")
    page.set_viewport_size(WIDE)
    camera.take_page("overdue", "/overdue-loans", "table", "#many")
    page.set_viewport_size(NARROW)
    camera.take_page("journal", f"/journal?book_id={library.books[2]}", "table")
    camera.take_page("statistics", "/statistics", ".statistic >> nth=0")


PICTURES: list[Callable[[Camera, Library], None]] = [of_the_desk, of_lists, of_tasks, of_what_goes_wrong]
