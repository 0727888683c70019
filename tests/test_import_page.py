"""The page Import in a browser: with and without its script, loaded anew, in two windows, and while a server dies."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, Route, expect

from catalog.models import Book
from circulation.models import FileImport, ImportedRow, LibraryUser
from tests.browser import IN_A_BROWSER, OpenDesk, fill_in_who_it_is, look, session_of
from tests.guard import ROOT
from tests.library import add_book, register
from tests.process import database_url

pytestmark = IN_A_BROWSER

logger = logging.getLogger(__name__)


@pytest.fixture
def books(tmp_path: Path) -> Callable[[int], Path]:
    """A file of so many books."""

    def books(number: int) -> Path:
        rows = (f'"Forest {row}","Holt, Mira",{row + 52345:08},KI {row % 7}\n' for row in range(number))
        (path := tmp_path / "our-books.csv").write_text("Title,Author,Label,Shelf mark\n" + "".join(rows))
        return path

    return books


def begin(page: Page, file: Path) -> None:
    """From the list of all tasks to what the file was taken for."""
    page.goto("/tasks")
    page.locator("main").get_by_role("link", name="Import Books, people or loans").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name=f"Import of {file.name}")).to_be_visible()


def go(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Import [0-9,]+ rows|Go on)$")).click()


def is_done(page: Page, rows: int) -> None:
    expect(page.locator("[data-done]")).to_have_text(f"All {rows:,} rows are done.", timeout=120_000)


def is_in(rows: int) -> None:
    """Each book is there once, with its line in the report."""
    assert Book.objects.filter(title__startswith="Forest").count() == rows
    assert ImportedRow.objects.filter(fate="ADDED").count() == rows


@pytest.mark.parametrize(
    ("width", "scheme", "javascript"),
    [pytest.param(390, "dark", True, marks=pytest.mark.soak), (1280, "light", False)],
)
def test_a_file_is_looked_at_imported_and_reported_on(
    open_desk: OpenDesk, books: Callable[[int], Path], width: int, scheme: str, javascript: bool
) -> None:
    page = open_desk(width=width, scheme=scheme, javascript=javascript)
    begin(page, books(150))
    look(page, None, None) if javascript else None
    go(page)
    if not javascript:
        expect(page.get_by_text("100 of 150 rows are done.").first).to_be_visible()
        go(page)
    is_done(page, 150)
    if javascript:
        expect(page.locator("[data-done]")).to_be_focused()
        look(page, None, None)
    page.get_by_role("link", name="Report", exact=True).click()
    expect(page.get_by_role("row", name="Forest 0 / Mira Holt")).to_be_visible()
    look(page, None, None) if javascript else None
    is_in(150)


def test_it_survives_a_lost_answer_a_pause_a_reload_and_a_second_window(
    open_desk: OpenDesk, books: Callable[[int], Path]
) -> None:
    page = open_desk()
    met: list[str] = []

    def meet(route: Route) -> None:
        met.append(route.request.url)
        if len(met) == 1:
            route.fetch()  # it is carried out, and the answer is lost
            route.abort()
        elif len(met) == 3:
            page.keyboard.press("Enter")  # its focus has outlived a step
            route.continue_()
        else:
            route.continue_()

    page.route("**/import/continue", meet)
    begin(page, books(450))
    go(page)
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    expect(page.locator("[data-line]")).to_have_text("No answer. It goes on by itself as soon as the library answers.")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    assert FileImport.objects.get().position == 200

    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_text("200 of 450 rows are done.")).to_be_visible()
    page.unroute("**/import/continue")
    page.route("**/import/continue", lambda route: route.abort())
    go(page)
    expect(page.locator("[data-line]")).not_to_be_empty()
    go(other)
    page.unroute("**/import/continue")
    page.reload()  # it goes on by itself
    is_done(page, 450)
    is_done(other, 450)
    is_in(450)


def test_who_is_signed_out_meanwhile_signs_in_and_it_goes_on(open_desk: OpenDesk, books: Callable[[int], Path]) -> None:
    page = open_desk(wants=("401",))
    begin(page, books(150))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    go(page)
    expect(page.locator("[data-line]").get_by_role("link", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    fill_in_who_it_is(page, "librarian")
    is_done(page, 150)
    is_in(150)


def test_a_file_that_is_too_large_is_not_sent(open_desk: OpenDesk, tmp_path: Path) -> None:
    page = open_desk()
    (path := tmp_path / "large.csv").write_bytes(b"x" * (4 * 2**20 + 1))
    page.route("**/import/begin", lambda route: pytest.fail("sent"))
    page.goto("/import")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("alert")).to_contain_text("In the shell, import_books")
    look(page, None, None)


# A server of its own process


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def a_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    environ = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": database_url()}
    command = [sys.executable, "-m", "library_site.serving", "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | environ, cwd=ROOT, start_new_session=True) as process:
        try:
            end = monotonic() + 60
            while monotonic() < end:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                sleep(0.05)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.soak
def test_two_thousand_rows_while_the_server_is_killed_two_go_on_and_the_desk_lends(
    open_desk: OpenDesk, browser: Browser, books: Callable[[int], Path]
) -> None:
    open_desk(sign_in=False)
    user = User.objects.get()
    for number in range(3):
        register(f"Reader {number}", verified=True)
        for place in range(5):
            add_book(f"Desk {number} {place}")
    cards = LibraryUser.objects.order_by("name").values_list("barcode", flat=True)
    labels = [*Book.objects.order_by("title").values_list("barcode", flat=True)]
    scans = [[card, *labels[5 * number : 5 * number + 5]] for number, card in enumerate(cards)]
    port = free_port()
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": f"http://127.0.0.1:{port}"}]
    )
    context.set_default_timeout(30_000)
    page, other, desk = (context.new_page() for _ in range(3))
    waited: list[float] = []

    def lend(scans: list[str]) -> None:
        desk.goto("/")
        for scan in scans:
            since = monotonic()
            desk.keyboard.type(f"{scan}\n")
            desk.wait_for_function("() => !document.querySelector('.row.waiting')")
            waited.append(monotonic() - since)
        desk.goto("/keys")

    with a_server(port):
        begin(page, books(2000))
        began = monotonic()
        go(page)
        page.wait_for_function("() => document.querySelector('#import progress').value >= 200")
        page.reload()
        lend(scans[0])
    expect(page.locator("[data-line]")).to_contain_text("No answer.")
    position = FileImport.objects.get().position
    assert 200 <= position < 2000
    assert ImportedRow.objects.count() == position == Book.objects.filter(title__startswith="Forest").count()
    with a_server(port):
        other.goto(page.url)
        go(other)
        lend(scans[1] + scans[2])
        is_done(page, 2000)
        is_done(other, 2000)
    context.close()
    is_in(2000)
    assert Book.objects.filter(status="BORROWED").count() == 15
    logger.warning("2,000 rows: %.0f s; the desk waited %.2f s at most", monotonic() - began, max(waited))
    busy = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert max(waited) < max(1, busy), sorted(waited)
