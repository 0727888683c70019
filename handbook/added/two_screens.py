"""The two pictures of docs/why.md, of the product as it is: `python -m handbook.added.two_screens` makes them anew."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

# A library of its own, whatever the environment is for.
os.environ.update(
    DJANGO_SETTINGS_MODULE="library_site.settings",
    DEBUG="True",  # it needs no secret
    DATABASE_URL="sqlite://:memory:",
    LANGUAGE_CODE="en",
    LIBRARY_OPERATIONS="*",
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - all of these need Django
from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from playwright.sync_api import ViewportSize, sync_playwright  # noqa: E402

from tests.browser import CHROMIUM, QUIET, session_of  # noqa: E402
from tests.library import add_book, borrow, register  # noqa: E402

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIZE = ViewportSize(width=900, height=640)


def main() -> None:
    """Write crud.png and task.png: of one book, which Bob Bell has, the admin's form, and a loan that is refused."""
    call_command("migrate", verbosity=0)
    book_id = add_book("The Dispossessed", isbn="9780060512750", author="Ursula K. Le Guin")
    borrow(book_id, register("Bob Bell"))
    form = f"/admin/catalog/book/{book_id}/change/"
    task = f"/borrow-book?user_id={register('Ann Lee')}&book_id={book_id}"
    session = session_of(User.objects.create_superuser("librarian"))

    with _served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(base_url=url, viewport=SIZE, color_scheme="light", java_script_enabled=False)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        page.goto(form)
        page.screenshot(path=PICTURES / "crud.png")
        page.goto(task)
        page.get_by_role("button", name="Lend").click()
        page.screenshot(path=PICTURES / "task.png")
        browser.close()


@contextmanager
def _served() -> Iterator[str]:
    """Serves this library, from the database that is in memory."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    server.start()
    server.is_ready.wait()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.terminate()
        connection.dec_thread_sharing()


if __name__ == "__main__":
    main()
