"""The desk of a packaged function in a real browser, under a path, which nothing that it loads or links to leaves."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, fill_in_who_it_is

from .events import Request, http_answer, http_event
from .library import PASSWORD, STAFF, Deployed, Library
from .runtime import Function

pytestmark = pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here")

BASE = "/library/desk"


def is_ours(path: str) -> bool:
    return f"{path}/".startswith(f"{BASE}/")


@contextmanager
def gateway(make: Callable[[str], Function]) -> Iterator[str]:
    """An HTTP API on loopback, which hands requests to the function that `make` makes for the API's own origin."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            url = urlsplit(self.path)
            if not is_ours(url.path):
                self.send_error(403)  # as API Gateway does where nothing is mapped
                return
            cookies = {name: morsel.value for name, morsel in SimpleCookie(self.headers.get("Cookie", "")).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "cookie"}
            path = url.path.removeprefix(BASE)
            request = Request(self.command, path, url.query, headers, cookies, body, base=BASE)
            answer = http_answer(target.invoke(http_event("http_api", request)))
            self.send_response(answer.status)
            for name, value in [*answer.headers.items(), *(("Set-Cookie", cookie) for cookie in answer.cookies)]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = answer  # noqa: N815 - names of the standard library's

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        target = make(origin)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield origin
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def desk(browser: Browser, library: Library) -> Iterator[Page]:
    """The sign-in page; fails on errors in the console, and on requests that leave the base path."""

    def make(origin: str) -> Function:
        host = urlsplit(origin).hostname or ""
        return library.function(BASE_PATH=BASE, ALLOWED_HOSTS=host, CSRF_TRUSTED_ORIGINS=origin)

    complaints: list[str] = []
    with gateway(make) as origin:
        context = browser.new_context(base_url=origin)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("request", lambda it: None if is_ours(it.url.removeprefix(origin)) else complaints.append(it.url))
        page.on("console", lambda it: complaints.append(it.text) if it.type in {"error", "warning"} else None)
        page.on("pageerror", lambda it: complaints.append(str(it)))
        page.goto(f"{BASE}/")
        yield page
        cookies = {(cookie["name"], cookie["path"]) for cookie in context.cookies()}
        context.close()
    assert complaints == []
    assert {path for _, path in cookies} == {f"{BASE}/"}, cookies


def test_books_are_scanned_at_the_desk(desk: Page, library: Library) -> None:
    arrange = Deployed(library.function())
    person, book = arrange.person(), arrange.book(author="Austenscan")
    barcode = "SELECT barcode FROM {} WHERE id = %s"
    card = library.value(barcode.format("circulation_libraryuser"), person)
    scanned = library.value(barcode.format("catalog_book"), book)

    fill_in_who_it_is(desk, STAFF, PASSWORD)
    expect(desk.get_by_label("Card or book")).to_be_focused()
    for each in (card, scanned):
        desk.keyboard.type(each)
        desk.keyboard.press("Enter")
    expect(desk.locator(".row.done")).to_contain_text("Lent until")
    desk.reload()
    expect(desk.locator(".row.done")).to_contain_text("Lent until")
    assert library.value("SELECT count(*) FROM catalog_book WHERE borrower_id = %s", person) == 1


FIRST_VISIT = 30_000
"""Bytes of the desk and all that it loads, as they come over the line, headers included."""


def test_the_desk_is_small_and_nothing_moves_while_it_loads(desk: Page) -> None:
    fill_in_who_it_is(desk, STAFF, PASSWORD)
    desk.wait_for_load_state("networkidle")  # what comes after signing in is another visit
    session = desk.context.new_cdp_session(desk)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda it: sizes.append(it["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    desk.add_init_script("""window.shifted = 0; new PerformanceObserver(list => {
        for (const it of list.getEntries()) window.shifted += it.value;
    }).observe({type: "layout-shift", buffered: true})""")
    desk.goto(f"{BASE}/?mode=lend", wait_until="networkidle")
    assert len(sizes) >= 4, "the page, its style sheets and its script"
    assert sum(sizes) < FIRST_VISIT, sizes
    assert desk.evaluate("() => window.shifted") == 0


def test_the_admin_works_under_the_path(desk: Page) -> None:
    fill_in_who_it_is(desk, STAFF, PASSWORD)
    desk.goto(f"{BASE}/admin/catalog/book/")
    expect(desk.get_by_role("heading", name="Select book to change")).to_be_visible()
    desk.get_by_role("link", name="View site").click()
    expect(desk.get_by_role("link", name="Desk")).to_have_attribute("aria-current", "page")
