"""What is left in a browser where somebody has signed out, as people have it: with its back-forward cache."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import IN_A_BROWSER, OpenDesk, fill_in_who_it_is
from tests.desk_driver import Desk
from tests.library import lend, register, reserve
from tests.scans import barcode_of
from tests.test_desk_script import UNTIL_ALL_ARE_ANSWERED, books, has, person, scan

pytestmark = IN_A_BROWSER

STORED = "() => JSON.stringify([{...sessionStorage}, {...localStorage}])"
NOTHING = "[{},{}]"
STAY = "Stay signed in"


@pytest.fixture
def desk(open_desk: OpenDesk, chromium: Browser) -> Desk:
    return Desk(open_desk(wants=("status of 401",), within=chromium), javascript=True)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()


def is_signed_out(page: Page) -> None:
    expect(page.get_by_label("Username")).to_be_visible()


@pytest.mark.soak
def test_nobody_who_goes_back_or_looks_into_it_finds_anything(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    (dune,) = books("Dune")
    page.locator("#sound").check()
    desk.scan(ann.barcode)
    desk.scan(dune)
    page.goto(f"/person?user_id={ann.pk}")
    page.goto("/search-users?q=ann")
    page.locator("main").get_by_role("link", name="Ann Lee", exact=True).click()
    page.go_back()
    assert "Ann Lee" in page.content()
    assert page.evaluate(STORED) != NOTHING

    sign_out(page)
    is_signed_out(page)
    assert page.evaluate(STORED) == NOTHING
    for move in (*[page.go_back] * 3, *[page.go_forward] * 3):  # each loads the page anew, or nothing loads
        move()
        is_signed_out(page)
        assert "Ann" not in page.content().replace("q%3Dann", "")
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert "sessionid" not in names

    fill_in_who_it_is(page, "librarian")
    page.goto("/")
    expect(page.locator("#sound")).to_be_checked()


@pytest.mark.soak
def test_a_page_that_a_browser_has_kept_all_the_same_is_asked_for_anew(desk: Desk) -> None:
    """Over https a browser may keep it in spite of what its answer says."""
    page, ann = desk.page, person("Ann Lee")
    page.route("**/person?*", kept)
    page.goto(f"/person?user_id={ann.pk}")
    page.evaluate("() => addEventListener('pageshow', (event) => (sessionStorage.said = event.persisted))")
    page.goto("/tasks")
    page.context.clear_cookies()
    page.evaluate("history.back()")
    page.wait_for_url("**/login?next=/person*")
    assert page.evaluate("sessionStorage.said") == "true"


def kept(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, headers={name: said for name, said in answer.headers.items() if said != "no-store"})


@pytest.mark.soak
def test_a_page_before_which_nobody_sits_shows_nothing_after_hours(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    page.goto(f"/person?user_id={register('Ann Lee')}")
    page.clock.fast_forward("07:59:00")
    page.keyboard.press("Shift")
    page.clock.fast_forward("07:59:00")
    expect(page.get_by_text("Ann Lee").first).to_be_visible()
    page.clock.fast_forward("00:02:00")
    expect(page.get_by_text("Ann Lee").first).to_be_hidden()
    page.context.clear_cookies()
    page.keyboard.press("Shift")
    is_signed_out(page)


@pytest.mark.soak
def test_a_scan_into_a_page_that_shows_nothing_is_neither_carried_out_nor_a_username(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    (dune,) = books("Dune")
    page.clock.install()
    page.goto(f"/?user_id={ann.pk}")
    expect(page.locator("#typed")).to_be_focused()
    page.clock.fast_forward("08:01:00")
    page.context.clear_cookies()
    page.keyboard.type(f"{dune}\n", delay=5)
    is_signed_out(page)
    expect(page.get_by_label("Username")).to_have_value("")
    expect(page.locator("#kept")).to_be_hidden()


OTHERS = ("/person?user_id={}", "/admin/circulation/libraryuser/", "/api/user?format=api", "/")


@pytest.mark.soak
def test_other_windows_leave_what_they_show(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    (dune,) = books("Dune")
    windows = [page.context.new_page() for _ in OTHERS]
    for window, url in zip(windows, OTHERS, strict=True):
        window.goto(url.format(ann.pk))
    *others, scanning = windows
    expect(scanning.locator("#typed")).to_be_focused()
    scanning.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    scanning.keyboard.type(f"{dune}\n")
    expect(scanning.locator("#line")).to_contain_text("No answer")

    sign_out(page)
    for window in (page, *windows):
        is_signed_out(window)
    assert {window.evaluate(STORED) for window in (page, *others)} == {NOTHING}
    expect(scanning.locator("#kept")).to_contain_text("Scans that wait in this window: 1.")
    scanning.unroute_all()
    fill_in_who_it_is(scanning, "librarian")
    expect(scanning.locator(".row.known")).to_contain_text("Dune")


def test_what_waits_is_sent_before_somebody_signs_out(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    dune, emma = books("Dune", "Emma")
    desk.scan(ann.barcode)
    page.context.set_offline(True)
    scan(desk, dune, emma)
    question = page.get_by_role("dialog", name="Sign out")
    sign_out(page)
    expect(question).to_contain_text("Scans that still wait: 2.")
    question.get_by_role("button", name=STAY).click()
    expect(page.locator(".row.waiting")).to_have_count(2)

    sign_out(page)
    question.get_by_role("button", name=re.compile("wait here for me")).click()
    expect(question).to_contain_text("you are still signed in")
    page.context.set_offline(False)
    is_signed_out(page)
    assert (has(dune), has(emma)) == (ann.name, ann.name)
    assert page.evaluate(STORED) == NOTHING


def test_who_signs_out_sees_first_what_came_of_it_and_may_scan_on(desk: Desk) -> None:
    page, bob = desk.page, register("Bob Bell")
    (dune,) = books("Dune")
    reserve(lend("Emma"), bob)
    desk.alt("r")
    page.context.set_offline(True)
    scan(desk, barcode_of("Emma"))
    sign_out(page)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type(f"{dune}\n")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".row.waiting")).to_have_count(2)

    sign_out(page)
    page.context.set_offline(False)
    expect(page.locator("#line")).to_contain_text("You are still signed in.")
    expect(page.locator(".row.look")).to_contain_text("Bob Bell")
    sign_out(page)
    is_signed_out(page)


@pytest.mark.soak
def test_what_waits_on_another_page_is_asked_about_and_kept_for_who_scanned_it(desk: Desk) -> None:
    page, ann = desk.page, person("Ann Lee")
    (dune,) = books("Dune")
    desk.scan(ann.barcode)
    page.route("**/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    scan(desk, dune)
    page.get_by_role("link", name="All tasks").click()
    question = page.get_by_role("dialog", name="Sign out")
    sign_out(page)
    expect(question).to_contain_text("Scans that still wait on another page: 1.")
    question.get_by_role("link").click()
    expect(page.locator(".row.waiting")).to_have_count(1)
    page.get_by_role("link", name="All tasks").click()
    sign_out(page)
    question.get_by_role("button", name=re.compile("wait here for me")).click()
    is_signed_out(page)
    expect(page.locator("#kept")).to_contain_text("Scans that wait in this window: 1.")

    page.unroute_all()
    fill_in_who_it_is(page, "librarian")
    page.wait_for_function(UNTIL_ALL_ARE_ANSWERED)
    assert has(dune) == ann.name
    expect(page.locator(".row.done")).to_contain_text("Dune")
    expect(page.locator("#strip")).to_contain_text("Ann Lee")
