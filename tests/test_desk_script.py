"""The desk's script in a browser: scans that wait, are lost or come again, and the keys of its rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from catalog.models import Book
from circulation.commands import ChangeContact
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS
from tests.browser import IN_A_BROWSER, OpenDesk, fill_in_who_it_is
from tests.desk_driver import Desk
from tests.library import add_book, borrow, context, lend, register, suspend
from tests.scans import barcode_of

pytestmark = IN_A_BROWSER

DUNE = "9780441013593"
MANY = 65
"""Scans, of which the page keeps fewer when they are answered."""

UNTIL_ALL_ARE_ANSWERED = """() => {
    dispatchEvent(new Event("online"));
    return document.getElementById("rows") && !document.querySelector(".row.waiting");
}"""

NOTE_WHAT_IS_HEARD = """() => {
    window.heard = [];
    const status = document.getElementById("heard");
    const note = made => window.heard.push(...made.flatMap(it => [...it.addedNodes].map(node => node.textContent)));
    new MutationObserver(note).observe(status, {childList: true});
}"""


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """Signed in, with scans that fail in every way."""
    return Desk(open_desk(wants=("status of 401", "status of 403", "status of 500")), javascript=True)


@contextmanager
def scans_meet(desk: Desk, handle: Callable[[Route], None]) -> Iterator[None]:
    """What is sent meets this; afterwards the line is good, and everything is sent again at once and answered."""

    def meet(route: Route) -> None:
        if route.request.method == "POST":
            handle(route)
        else:
            route.continue_()

    desk.page.route("**/*", meet)
    yield
    desk.page.unroute("**/*", meet)
    desk.page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)


def no_answer(route: Route) -> None:
    route.abort()


def typed(route: Route) -> str:
    """What was scanned, of a request that says so."""
    return parse_qs(route.request.post_data or "").get("typed", [""])[0]


def person(name: str) -> LibraryUser:
    return LibraryUser.objects.get(pk=register(name, verified=True))


def books(*titles: str) -> list[str]:
    """New books, by their barcodes."""
    for title in titles:
        add_book(title)
    return [barcode_of(title) for title in titles]


def has(barcode: str) -> str | None:
    """Whoever has the book."""
    borrower = Book.objects.get(barcode=barcode).borrower
    return borrower.name if borrower else None


def scan(desk: Desk, *texts: str) -> None:
    """Scan them one after the other, as fast as a scanner does; the page has heard the last one then."""
    for text in texts:
        desk.scan(text, wait=False)
    expect(desk.page.locator("#typed")).to_have_value("")


def who_is_there(desk: Desk, name: str) -> None:
    expect(desk.page.locator("#strip .who-is:visible")).to_contain_text(name)


NOBODY = "Scan a library card"


def test_a_card_without_a_good_answer_leaves_nobody_at_the_desk(desk: Desk) -> None:
    ann, bob = person("Ann Lee"), person("Bob Roe")
    first, second, third, fourth, fifth = books("Dune", "Emma", "Persuasion", "Sanditon", "Ivanhoe")

    for number, (status, book) in enumerate([(500, first), (422, second)]):

        def fails(route: Route, status: int = status) -> None:
            if typed(route) == bob.barcode:
                route.fulfill(status=status, json={"problem": "It cannot be."} if status == 422 else {})
            else:
                route.continue_()

        desk.scan(ann.barcode)
        who_is_there(desk, ann.name)
        with scans_meet(desk, fails):
            scan(desk, bob.barcode, book)
            expect(desk.row(0)).to_contain_text(book)  # the page has heard both
            desk.page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
        desk.says("To lend it, scan a library card first.")
        desk.says("Whether it was carried out is not known." if number == 0 else "It cannot be.", number=1)
        who_is_there(desk, NOBODY)
        assert has(book) is None

    def fails_for_a_book(route: Route) -> None:
        if typed(route) == third:
            route.fulfill(status=500, json={})
        else:
            route.continue_()

    desk.scan(ann.barcode)
    with scans_meet(desk, fails_for_a_book):
        scan(desk, third, fourth)
        expect(desk.row(0)).to_contain_text(fourth)
        desk.page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
    assert (has(third), has(fourth)) == (None, ann.name)

    with scans_meet(desk, no_answer):
        scan(desk, bob.barcode + "2", fifth)
    who_is_there(desk, NOBODY)
    assert has(fifth) is None


def test_rule_20_one_key_lends_what_was_scanned_since_to_who_was_there(desk: Desk) -> None:
    ann, bob = person("Ann Lee"), person("Bob Roe")
    first, second, third = books("Dune", "Emma", "Persuasion")
    desk.scan(ann.barcode)
    scan(desk, first, bob.barcode + "2", second, third)
    desk.settled()
    who_is_there(desk, NOBODY)
    misread = desk.page.locator(".row.refused")
    expect(misread).to_contain_text("Nobody is at the desk now.")
    expect(misread.get_by_role("button")).to_have_text("Alt W Go on with Ann Lee")
    expect(misread.locator("kbd")).to_be_visible()
    assert [has(each) for each in (first, second, third)] == [ann.name, None, None]

    desk.alt("w")

    who_is_there(desk, ann.name)
    assert [has(each) for each in (first, second, third)] == [ann.name, ann.name, ann.name]
    expect(desk.page.locator(".row.known")).to_have_count(0)

    with scans_meet(desk, no_answer):  # nobody has read the first when the second is scanned
        scan(desk, bob.barcode + "2", bob.barcode)
    expect(misread).to_have_count(1)
    desk.alt("w")
    who_is_there(desk, bob.name)  # and not who was there before


def test_rule_22_own_labels_are_lent_to_an_own_card_and_a_replaced_card_lends_nothing(desk: Desk) -> None:
    labels = ["00012345", "AB-12/7", "B1234567C", "30012345"]
    for label in labels:
        add_book(label, barcode=label)
    register("Ann Lee", verified=True, barcode="S12345")
    dispatch(ChangeContact(user_id=register("Bob Roe", verified=True, barcode="S777"), barcode="S778"), context())

    scan(desk, "S12345", *labels[:3], "S777", labels[3])
    desk.settled()

    assert [has(label) for label in labels] == ["Ann Lee"] * 3 + [None]
    expect(desk.row(1)).to_contain_text("The card S777 was replaced")
    desk.page.goto("/missing-books")
    desk.page.evaluate("() => document.activeElement.blur()")
    desk.page.keyboard.type(labels[1])
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/#scan=*")
    desk.says("On loan: Ann Lee")


def test_rule_23_one_key_undoes_what_was_done_last_and_no_more(desk: Desk) -> None:
    ann = person("Ann Lee")
    first, second = books("Dune", "Emma")
    desk.scan(ann.barcode)
    scan(desk, first, second)
    desk.settled()
    expect(desk.page.locator("[data-undo] kbd:visible")).to_have_count(1)

    desk.alt("u")
    desk.settled()
    desk.alt("u")
    desk.settled()

    assert [has(each) for each in (first, second)] == [ann.name, None]
    expect(desk.page.locator(".row").first).to_contain_text("The loan is undone. It is available.")


@pytest.mark.parametrize("pause", [0, pytest.param(100, marks=pytest.mark.soak)])
def test_rule_19_the_headers_return_takes_back_every_book_of_a_pile(desk: Desk, pause: int) -> None:
    pile = books(*(f"Book {number}" for number in range(8)))
    ann = person("Ann Lee")
    for each in pile:
        borrow(Book.objects.get(barcode=each).id, ann.id)
    desk.page.goto(f"{desk.page.url.partition('?')[0]}search-books")
    desk.alt("r")

    for each in pile:
        desk.scan(each, wait=False)
        desk.page.wait_for_timeout(pause)
    desk.settled()

    assert [has(each) for each in pile] == [None] * 8


def test_an_answer_that_is_not_the_desks_is_no_answer(desk: Desk) -> None:
    """As of a gateway that shows a page of its own."""
    ann, (dune,) = person("Ann Lee"), books("Dune")
    answers: list[int] = []

    def strange(route: Route) -> None:
        answers.append(200)
        route.fulfill(status=200, content_type="text/html", body="<p>Welcome.</p>")

    desk.scan(ann.barcode)
    with scans_meet(desk, strange):
        scan(desk, dune)
        expect(desk.page.locator("#line")).to_contain_text("No answer.")
        expect(desk.page.locator(".row.waiting")).to_have_count(1)
    desk.says("Lent until")
    expect(desk.page.locator("#line")).to_have_text("")
    assert answers
    assert has(dune) == ann.name
    assert JournalEntry.objects.filter(operation="BorrowBook").count() == 1


@pytest.mark.soak
def test_the_next_person_and_what_nobody_has_seen_yet(desk: Desk) -> None:
    ann = person("Ann Lee")
    dune, emma, persuasion = books("Dune", "Emma", "Persuasion")
    rows = desk.page.locator(".row")
    lend_none = ["30000000000001", "30000000000002"]
    desk.scan(ann.barcode)
    desk.page.evaluate(NOTE_WHAT_IS_HEARD)
    desk.scan(lend_none[0])

    with scans_meet(desk, no_answer):
        scan(desk, dune, lend_none[1])
        desk.page.keyboard.press("Alt+n")
        scan(desk, emma)
        expect(rows).to_have_count(6)
    expect(rows.locator(".what b")).to_have_text(["Emma", lend_none[1]])
    who_is_there(desk, NOBODY)
    assert (has(dune), has(emma)) == (ann.name, None)

    desk.page.locator("#typed").press_sequentially("du")
    expect(desk.page.locator("#found button")).to_have_count(1)
    heard = desk.page.evaluate("() => window.heard")
    beginnings = [f"{lend_none[0]} ", "Dune Lent until", f"{lend_none[1]} ", "Emma Available.", "Found: 1."]
    assert len(heard) == len(beginnings)
    assert all(said.startswith(begins) for said, begins in zip(heard, beginnings, strict=True)), heard
    desk.page.keyboard.press("Escape")
    desk.page.locator("#typed").fill("")

    desk.scan(ann.barcode)
    desk.page.keyboard.press("Alt+r")
    scan(desk, dune, persuasion)
    desk.settled()
    before = rows.count()
    desk.page.keyboard.press("Alt+n")
    desk.page.keyboard.press("Alt+l")
    who_is_there(desk, ann.name)
    expect(rows).to_have_count(before)

    desk.page.reload()
    who_is_there(desk, ann.name)
    expect(rows).to_have_count(before)


@pytest.mark.soak
def test_what_was_offered_to_the_last_person_is_out_of_reach(desk: Desk) -> None:
    ann, bob = person("Ann Lee"), person("Bob Roe")
    (dune,) = books("Dune")
    borrow(Book.objects.get().pk, ann.pk, now=timezone.now() - timedelta(days=3))
    desk.scan(ann.barcode)
    desk.scan(dune)
    renew = desk.page.get_by_role("button", name="Renew")
    expect(renew).to_be_visible()

    desk.scan(bob.barcode)
    expect(renew).to_be_hidden()
    desk.page.keyboard.press("Alt+1")
    desk.scan("30000000000001")
    assert Book.objects.get().renewals == 0

    desk.scan(ann.barcode)
    desk.scan(dune)
    desk.page.keyboard.press("Alt+1")
    desk.says("Renewed until")
    assert Book.objects.get().renewals == 1


def test_a_choice_does_what_it_says_whatever_the_desk_does_since(desk: Desk) -> None:
    ann = person("Ann Lee")
    lend("Emma", ann.pk)
    add_book("Emma")
    desk.page.goto(f"/?user_id={ann.pk}")
    desk.letters("emma")
    desk.enter()
    desk.alt("r")
    desk.alt(desk.option("Available"))
    desk.says("Emma", "Lent until")
    assert Book.objects.filter(borrower=ann).count() == 2


@pytest.mark.soak
def test_so_many_scans_wait_for_a_connection(desk: Desk) -> None:
    ann = person("Ann Lee")
    add_book("Dune", isbn=DUNE)
    add_book("Dune", isbn=DUNE)
    (emma,) = books("Emma")
    unknown = [f"3{number:013}" for number in range(MANY)]
    sent, now = list[str](), timezone.now()

    desk.scan(ann.barcode)
    desk.page.context.set_offline(True)
    for text in (DUNE, emma):
        for seconds in (2, 4):
            desk.page.clock.set_fixed_time(now + timedelta(seconds=seconds))
            scan(desk, text)
    for text in unknown:
        desk.page.keyboard.insert_text(text)
        desk.page.keyboard.press("Enter")
    expect(desk.page.locator(".row.waiting")).to_have_count(MANY + 3)
    with scans_meet(desk, lambda route: misread(route, sent)):
        desk.page.context.set_offline(False)
        desk.page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)

    assert sent == [DUNE, DUNE, emma, *unknown]
    assert Book.objects.filter(borrower=ann).count() == 3
    shown = desk.page.locator(".row .what b").all_inner_texts()
    assert shown == unknown[: -len(shown) - 1 : -1]
    assert len(shown) < MANY


def misread(route: Route, sent: list[str]) -> None:
    """Labels of zeros are; nobody needs to ask the library."""
    sent.append(typed(route))
    if sent[-1].startswith("3000000000"):
        route.fulfill(status=422, json={"problem": "It was misread."})
    else:
        route.continue_()


def test_a_scan_is_a_scan_wherever_the_focus_is(desk: Desk) -> None:
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    ann = person("Ann Lee")
    dune, emma, persuasion = books("Dune", "Emma", "Persuasion")
    suspend(ann.pk)
    desk.scan(ann.barcode)
    desk.scan(dune)
    for text in (DUNE, emma):
        desk.alt(desk.option("Lend anyway (reason)"), leads_on=False)
        expect(desk.page.locator("[name=why]")).to_be_focused()
        desk.scan(text)
    titles = desk.page.locator(".row .what b")
    expect(titles).to_have_text(["Emma", DUNE, "Dune", ann.name])
    desk.is_ready()
    expect(desk.page.locator("[name=why]").last).to_have_value("")
    assert (has(dune), has(emma)) == (None, None)
    assert not JournalEntry.objects.filter(operation="BorrowBook", outcome="CARRIED_OUT").exists()

    desk.alt(desk.option("Lend anyway (reason)"), leads_on=False)
    desk.letters("For the school")
    desk.enter()
    desk.says("Emma", "Lent until")
    assert has(emma) == ann.name

    desk.page.locator("#sound").focus()
    desk.scan(persuasion)
    desk.says("Persuasion")


@pytest.mark.soak
def test_escape_stops_what_is_being_looked_for(desk: Desk) -> None:
    add_book("Dune")
    page, asked = desk.page, list[Route]()

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/desk/find*", hold)
    box, found = page.locator("#typed"), page.locator("#found button")

    expect(box).to_be_focused()
    page.keyboard.type("du")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert asked == []
    expect(box).to_have_value("du")
    with page.expect_request("**/desk/find*"):
        page.keyboard.type("n")
    page.keyboard.press("Escape")
    with page.expect_response("**/desk/find*"):
        asked[0].continue_()
    page.wait_for_timeout(100)
    expect(found).to_have_count(0)

    page.unroute("**/desk/find*")
    page.keyboard.type("e")
    expect(found).to_have_count(1)


@pytest.mark.soak
def test_a_link_to_somebody_comes_after_what_waits(desk: Desk) -> None:
    ann, bob = person("Ann Lee"), person("Bob Roe")
    dune, emma, persuasion = books("Dune", "Emma", "Persuasion")
    desk.page.on("dialog", lambda dialog: dialog.accept())  # that scans are still waiting
    is_cut = [True]

    def fails(route: Route) -> None:
        if is_cut:
            route.abort()
        elif typed(route) == dune:
            route.fulfill(status=422, json={"problem": "It cannot be."})
        else:
            route.continue_()

    desk.scan(ann.barcode)
    with scans_meet(desk, fails):
        scan(desk, dune, emma)
        desk.page.goto(f"/?user_id={bob.pk}")
        expect(desk.page.locator(".row.waiting")).to_have_count(3)
        is_cut.clear()
        desk.page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
    who_is_there(desk, bob.name)
    assert (has(dune), has(emma)) == (None, ann.name)

    with scans_meet(desk, no_answer):
        scan(desk, persuasion)
        desk.page.goto("/")
        expect(desk.page.locator(".row.waiting")).to_have_count(2)
    who_is_there(desk, NOBODY)
    assert has(persuasion) == bob.name


def test_who_is_signed_out_or_in_anew_loses_no_scan(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    dune, emma, persuasion, sanditon = books("Dune", "Emma", "Persuasion", "Sanditon")
    User.objects.create_user("other", password="correct horse").groups.add(Group.objects.get(name=LIBRARIANS))
    desk.scan(ann.barcode)

    page.context.clear_cookies()
    scan(desk, dune)
    expect(page.locator("#line")).to_contain_text("You are signed out.")
    expect(page.locator(".row.waiting")).to_have_count(1)
    page.locator("#line").get_by_role("link", name="Sign in").click()
    fill_in_who_it_is(page, "librarian")
    page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
    desk.says("Dune", "Lent until")
    who_is_there(desk, ann.name)

    in_another_tab(page, "librarian")
    scan(desk, emma)
    page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
    desk.says("Emma", "Lent until")
    who_is_there(desk, ann.name)

    with scans_meet(desk, no_answer):
        scan(desk, persuasion, sanditon)
        expect(page.locator("#line")).to_contain_text("No answer.")
        in_another_tab(page, "other")
    desk.says(sanditon, "Not carried out: it waited when somebody else signed in here.")
    desk.says(persuasion, "Whether it was carried out is not known.", number=1)
    assert [has(each) for each in (dune, emma, persuasion, sanditon)] == [ann.name, ann.name, None, None]
    assert JournalEntry.objects.filter(operation="BorrowBook", outcome="CARRIED_OUT").count() == 2


def in_another_tab(page: Page, name: str) -> None:
    page.context.clear_cookies()
    tab = page.context.new_page()
    tab.goto("/login")
    fill_in_who_it_is(tab, name)
    tab.close()


def test_a_scan_on_another_page_goes_to_the_desk(desk: Desk) -> None:
    """It presses no button there, and it is lent to whoever the page is about."""
    ann = LibraryUser.objects.get(pk=register("Ann Lee"))
    dune, emma = books("Dune", "Emma")
    desk.page.goto(f"/verify-user?user_id={ann.pk}")
    expect(desk.page.get_by_role("button", name="Verify")).to_be_focused()
    desk.page.keyboard.type(dune)
    desk.page.keyboard.press("Enter")
    desk.says("Dune", "Lent until")
    who_is_there(desk, ann.name)
    ann.refresh_from_db()
    assert ann.status == LibraryUser.Status.NOT_VERIFIED

    desk.page.goto("/hold-shelf")
    desk.page.keyboard.type(emma)
    desk.page.keyboard.press("Enter")
    desk.says("Emma", "Available")
    desk.page.reload()
    expect(desk.page.locator(".row")).to_have_count(1)

    desk.page.goto("/search-users")
    desk.page.keyboard.type("Lee")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("link", name=ann.name, exact=True)).to_be_visible()
