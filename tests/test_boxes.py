"""Rule 19 in a browser: every box that takes scans is as good as the desk's."""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db.models import Q
from playwright.sync_api import Page, Route, expect

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from library_site.cqrs.models import JournalEntry
from tests import browser
from tests.browser import IN_A_BROWSER, PASSWORD, OpenDesk, fill_in_who_it_is
from tests.library import add_book, lend, register, report_missing, withdraw
from tests.scans import barcode_of

pytestmark = IN_A_BROWSER

PILE = 6
SLOWER = (100, 300, 600)
"""Milliseconds between the scans; the slower ones are no harder."""


class Box(NamedTuple):
    """A page's box: which books are brought to it, what is typed there first, and of which books it is then done."""

    page: str
    bring: Callable[[str], UUID]
    done: Q
    first: tuple[str, ...] = ()


def missing(title: str) -> UUID:
    book_id = add_book(title)
    report_missing(book_id)
    return book_id


def withdrawn(title: str) -> UUID:
    book_id = add_book(title)
    withdraw(book_id)
    return book_id


BOXES = [
    Box("borrow-book", add_book, Q(status="BORROWED"), first=("CARD",)),
    Box("return-book", lend, Q(status="AVAILABLE")),
    Box("renew-loan", lend, Q(renewals=1)),
    Box("withdraw-book", add_book, Q(status="WITHDRAWN"), first=("FIRST", "Worn out.")),
    Box("restore-book", withdrawn, Q(status="AVAILABLE")),
    Box("report-found-book", missing, Q(status="AVAILABLE")),
    Box("place-reservation", lend, Q(pk__in=Reservation.objects.values("book")), first=("CARD",)),
]


@pytest.fixture
def page(open_desk: OpenDesk) -> Page:
    """With lines that are cut, and sessions that end."""
    opened: Page = open_desk(wants=("status of 401", "status of 403", "status of 500"))
    return opened


def pile(bring: Callable[[str], UUID]) -> list[str]:
    """The barcodes of new books."""
    books = [bring(f"Book {number}") for number in range(PILE)]
    return [Book.objects.get(pk=each).barcode for each in books]


def scan(page: Page, *texts: str, pause: int = 0) -> None:
    """As a scanner does: without looking."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.wait_for_timeout(pause)


def settled(page: Page, rows: int) -> None:
    expect(page.locator(".row")).to_have_count(rows)
    browser.settled(page)


@pytest.mark.long
@pytest.mark.parametrize(
    ("pause", "pages"),
    [
        (0, {"borrow-book", "withdraw-book"}),
        *(pytest.param(pause, None, marks=pytest.mark.soak) for pause in (0, *SLOWER)),
    ],
)
def test_rule_19_no_scan_of_a_pile_is_lost(page: Page, pause: int, pages: set[str] | None) -> None:
    """And the page means the same to the next scan: 20 books are withdrawn for one reason that was typed once."""
    card = LibraryUser.objects.get(pk=register("Ann Lee", verified=True)).barcode
    for box in (each for each in BOXES if pages is None or each.page in pages):
        books = pile(box.bring)
        page.goto(f"/{box.page}")

        scan(page, *({"CARD": card, "FIRST": books[0]}.get(text, text) for text in box.first), pause=pause)
        scan(page, *books["FIRST" in box.first :], pause=pause)
        settled(page, PILE)

        assert Book.objects.filter(box.done, barcode__in=books).count() == PILE, box.page
        expect(page.locator(".row.done, .row.look")).to_have_count(PILE)
        expect(page.locator("[name=book_id_q]")).to_be_focused()
        expect(page.locator("[name=book_id_q]")).to_have_value("")


@pytest.mark.soak
@pytest.mark.parametrize("pause", [0, *SLOWER])
def test_rule_19_what_asks_first_asks_of_every_scan(page: Page, pause: int) -> None:
    """Reporting a book missing costs somebody: nothing is done before a key says so, and no scan presses it."""
    books = pile(lend)
    for slug in ("correct-book", "add-copies", "report-missing-book"):
        page.goto(f"/{slug}")
        scan(page, *books, pause=pause)
        settled(page, PILE)
        expect(page.locator(".row.choose")).to_have_count(PILE)
    assert not JournalEntry.objects.filter(operation__in=["CorrectBook", "AddCopies", "ReportMissingBook"]).exists()
    assert not Book.objects.filter(status=Book.Status.MISSING).exists()

    for row in (0, 5):
        page.locator(".row").nth(row).get_by_role("button", name="Report missing").click()
        expect(page.locator(".row.done")).to_have_count(1 + row // 5)
    missing = Book.objects.filter(status=Book.Status.MISSING).values_list("barcode", flat=True)
    assert set(missing) == {books[-1], books[-6]}
    assert page.locator(".row").count() == PILE


@pytest.mark.soak
def test_rule_19_a_box_that_looks_up_shows_one_after_the_other(page: Page) -> None:
    books = pile(add_book)
    for start in ("/search-books", f"/book?book_id_q={books[0]}"):
        page.goto(start)
        page.wait_for_load_state()
        scan(page, *books)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Book {PILE - 1}")
        page.keyboard.type("Book")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Book {PILE - 2}")


def test_rule_19_a_page_that_leads_elsewhere_takes_no_second_scan(page: Page) -> None:
    """And says so."""
    ann, bob = (LibraryUser.objects.get(pk=register(name)).barcode for name in ("Ann Lee", "Bob Bell"))
    page.goto("/verify-user")
    held: list[Route] = []
    page.route("**/verify-user", lambda route: held.insert(0, route))
    page.evaluate("() => addEventListener('pagehide', () => (sessionStorage.said = line.textContent))")
    scan(page, ann, bob)
    for route in held:
        route.continue_()
    expect(page.locator("#strip")).to_contain_text("Ann Lee")
    assert page.evaluate("() => sessionStorage.said").startswith("One at a time")
    assert list(LibraryUser.objects.filter(status="VERIFIED").values_list("name", flat=True)) == ["Ann Lee"]


def test_rule_19_a_scan_is_no_reason_and_no_title(page: Page) -> None:
    """It is of the box that it is for; what was there before has a row of its own."""
    books = pile(add_book)
    page.goto("/withdraw-book")
    scan(page, *books[:3])
    settled(page, 2)
    expect(page.locator(".row.done")).to_have_count(0)
    scan(page, "Worn out.")
    expect(page.locator(".row.done")).to_have_count(1)
    assert Book.objects.get(status=Book.Status.WITHDRAWN).barcode == books[2]

    page.goto("/correct-book")
    scan(page, books[3])
    expect(page.get_by_label("New title")).to_have_value("Book 3")
    scan(page, books[4])
    expect(page.get_by_label("New title")).to_have_value("Book 4")
    page.get_by_label("New title").fill("Dune")
    page.get_by_label("New barcode").focus()
    page.get_by_label("New author").focus()
    scan(page, books[5])
    expect(page.locator("#line")).to_contain_text("not taken here")
    expect(page.get_by_label("New title")).to_have_value("Dune")
    assert not JournalEntry.objects.filter(operation="CorrectBook").exists()

    ann, bob = (LibraryUser.objects.get(pk=register(name)).barcode for name in ("Ann Lee", "Bob Bell"))
    page.goto("/suspend-user")
    scan(page, ann, bob)
    expect(page.locator("#line")).to_contain_text("not taken here")
    assert not LibraryUser.objects.filter(status="SUSPENDED").exists()


@pytest.mark.soak
def test_rule_19_a_librarys_own_label_is_scanned_as_one_of_ours_is(page: Page) -> None:
    labels = ["00012345", "AB-12/7", "B1234567C", "0099177"]
    for label in labels:
        add_book(barcode=label)
    page.goto("/withdraw-book")
    scan(page, labels[0], "Worn out on 12.11.2026.", *labels[1:3])
    expect(page.locator(".row.done .number")).to_have_text([*reversed(labels[:3])])
    page.goto("/withdraw-book")
    page.get_by_label("Reason").focus()
    scan(page, labels[3])
    expect(page.get_by_label("Book", exact=True)).to_have_value(labels[3])
    scan(page, "Given away.")
    expect(page.locator(".row.done")).to_have_count(1)
    assert Book.objects.filter(status=Book.Status.WITHDRAWN).count() == 4


@pytest.mark.soak
def test_rule_19_another_card_is_another_person(page: Page) -> None:
    books = pile(add_book)[:2]
    ann, bob = (LibraryUser.objects.get(pk=register(name)) for name in ("Ann Lee", "Bob Bell"))
    page.goto("/borrow-book")
    scan(page, ann.barcode, books[0], bob.barcode, books[1])
    settled(page, 2)
    lent = Book.objects.order_by("barcode").filter(borrower__isnull=False).values_list("borrower", flat=True)
    assert list(lent) == [ann.pk, bob.pk]


@pytest.mark.soak
def test_rule_19_isbns_one_after_the_other_are_each_asked_of(page: Page) -> None:
    known, unknown = ["9780441013593", "9780141439587"], ["9780679722014", "9780306406157"]
    for isbn in known:
        add_book(isbn=isbn)
    page.goto("/add-new-book")
    for isbn in (*known, *unknown):
        scan(page, isbn)
        expect(page.locator(".row.choose")).to_have_count([*known, *unknown].index(isbn) + 1)
    page.get_by_label("Title").fill("Cosmos")
    page.get_by_label("Author").fill("Witold Gombrowicz")
    page.keyboard.press("Enter")
    expect(page.locator(".row.done")).to_contain_text("Cosmos")
    expect(page.locator(".row.choose")).to_have_count(3)
    assert Book.objects.get(title="Cosmos").isbn == unknown[1]


def test_what_is_refused_waits_in_its_row_and_is_taken_up_again(page: Page) -> None:
    ann = register("Ann Lee", verified=True)
    books = [*pile(add_book)[:2], "30001000099993", lend_to(register("Bob Bell"))]
    page.goto(f"/borrow-book?user_id={ann}")
    scan(page, *books)
    settled(page, 4)
    expect(page.locator(".row.refused")).to_have_count(2)
    expect(page.locator(".row").nth(0)).to_contain_text("Bob Bell")
    # The last is in the form, with its links to what helps; the next scan replaces it.
    expect(page.locator("form.task .remedies a").first).to_be_visible()
    again = pile(add_book)[0]
    scan(page, again)
    settled(page, 5)
    assert Book.objects.filter(borrower=ann).count() == 3


def lend_to(user_id: UUID) -> str:
    lend("Persuasion", user_id)
    return barcode_of("Persuasion")


@pytest.mark.soak
def test_a_field_that_is_typed_for_one_book_is_not_for_the_next(page: Page) -> None:
    """Nor is what overrides a refusal, nor a second click."""
    first, second = pile(add_book)[:2]
    page.goto("/correct-book")
    scan(page, first)
    expect(page.get_by_label("New title")).to_have_value("Book 0")
    page.get_by_label("New title").fill("Dune")
    page.locator("form.task button").dblclick()
    expect(page.locator(".row.done")).to_contain_text("Dune")
    expect(page.get_by_label("New title")).to_have_value("")
    scan(page, second)
    expect(page.get_by_label("New title")).to_have_value("Book 1")
    assert JournalEntry.objects.filter(operation="CorrectBook").count() == 1


def test_a_line_that_is_cut_and_a_session_that_ends_lose_nothing(page: Page) -> None:
    books = pile(lend)
    page.goto("/return-book")
    page.route("**/return-book", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    scan(page, *books[:4])
    expect(page.locator("#line")).to_contain_text("No answer")
    page.unroute_all()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    settled(page, 4)
    page.context.clear_cookies()
    scan(page, *books[4:])
    expect(page.locator("#line")).to_contain_text("You are signed out")
    page.locator("#line a").click()
    fill_in_who_it_is(page, "librarian")
    expect(page.locator(".row.done")).to_have_count(PILE - 4)
    assert Book.objects.filter(status=Book.Status.AVAILABLE).count() == PILE
    assert JournalEntry.objects.filter(operation="ReturnBook").count() == PILE


def test_what_waited_when_somebody_else_signed_in_is_said_and_not_done(page: Page) -> None:
    books = pile(lend)[:2]
    User.objects.create_superuser("other", password=PASSWORD)
    page.goto("/return-book")
    page.context.clear_cookies()
    scan(page, *books)
    page.locator("#line a").click()
    fill_in_who_it_is(page, "other")
    expect(page.locator(".row.refused")).to_have_count(2)
    expect(page.locator(".row").first).to_contain_text("Not carried out: it waited when somebody else signed in here.")
    assert not Book.objects.filter(status=Book.Status.AVAILABLE).exists()


@pytest.mark.soak
def test_without_the_script_a_page_takes_one_at_a_time_and_says_so(open_desk: OpenDesk) -> None:
    page = open_desk(javascript=False)
    books = pile(add_book)[:3]
    page.goto("/withdraw-book")
    expect(page.get_by_text("One scan at a time: wait for the page before the next.")).to_be_visible()
    scan(page, books[0])
    expect(page.get_by_text("This is what was found. Nothing has been done yet.")).to_be_visible()
    scan(page, "Worn out.")
    for number, book in enumerate([*books[1:], ""]):
        expect(page.get_by_text(f"“Book {number}” is withdrawn.")).to_be_visible()
        if book:
            scan(page, book)
    assert Book.objects.filter(status=Book.Status.WITHDRAWN).count() == 3
    assert Reservation.objects.count() == 0
