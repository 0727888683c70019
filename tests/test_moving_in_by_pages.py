"""A library moves in by pages alone, from three lists to the first loan: what the hands do, and how long it takes.

`pytest -rP tests/test_moving_in_by_pages.py` with `-m soak` counts what docs/moving-in.md says, with such lists too.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from catalog.models import Book
from library_site.cqrs.permissions import SUPERVISORS
from tests.browser import IN_A_BROWSER, OpenDesk
from tests.desk_driver import Desk
from tests.guard import ROOT
from tests.test_moving_in import moved_in

pytestmark = IN_A_BROWSER

logger = logging.getLogger(__name__)

SECONDS = {"S": 1.0, "K": 0.3, "C": 1.5, "n": 4.0}
"""What a scan, a key, a click, and a name that is typed take; and what a look takes before somebody goes on."""
LOOK = 30.0


class Mover(Desk):
    """Counts what a file dialog takes, too, which is the system's: Enter opens it, a name is typed, Enter ends it."""

    served = 0.0

    def choose_file(self, path: Path) -> None:
        self._count["K"] += 2
        self._count["n"] += 1
        box = self.page.get_by_label("File", exact=True)
        expect(box).to_be_focused()
        box.set_input_files(path)

    @contextmanager
    def waits(self) -> Iterator[None]:
        """For the library."""
        began = monotonic()
        yield
        self.served += monotonic() - began

    def look_at(self, path: Path) -> None:
        self.choose_file(path)
        self.tab()
        with self.waits():
            self.enter()
        expect(self.page.get_by_role("heading", name=f"Import of {path.name}")).to_be_visible()

    def take_in(self) -> None:
        self._count["K"] += 1
        expect(self.page.get_by_role("button", name=re.compile("^Import"))).to_be_focused()
        with self.waits():
            self.page.keyboard.press("Enter")
            expect(self.page.locator("[data-done]")).to_be_visible(timeout=300_000)


def table() -> dict[str, str]:
    """The rows of the table in the documentation, by their tasks."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", (ROOT / "docs" / "moving-in.md").read_text(), re.MULTILINE)
    return {task: hands for task, hands in rows if re.search(r"\d [SKC]\b", hands)}


@pytest.mark.soak
@pytest.mark.parametrize("sizes", [(120, 30, 10), (2000, 400, 120)])
def test_from_three_lists_to_the_first_loan(open_desk: OpenDesk, tmp_path: Path, sizes: tuple[int, int, int]) -> None:
    files = moved_in(tmp_path, *sizes)
    mover = Mover(open_desk(), javascript=True)
    User.objects.get().groups.add(Group.objects.get(name=SUPERVISORS))
    mover.page.goto("/")
    with mover.task("import the books"):
        mover.alt("t")
        mover.click("Import Books, people or loans")
        mover.look_at(files["books"])
        mover.take_in()
    for name, kind in (("people", "People"), ("loans", "Loans")):
        with mover.task(f"import the {name}"):
            mover.click(f"Import next: {kind}")
            mover.look_at(files[name])
            mover.take_in()
    with mover.task("lend the first book"):
        mover.alt("d")
        mover.scan("S12355")
        mover.scan(f"{sizes[0] + 12344:08}")
    mover.says("Lent until")

    assert Book.objects.count() == sizes[0]
    assert Book.objects.filter(status="BORROWED").count() == sizes[2] + 1
    hands = sum(
        int(number or 1) * SECONDS[what]
        for said in mover.counted.values()
        for number, what in re.findall(r"(\d*) ?([SKCn])\b", said)
    )
    logger.warning("%s", mover.counted)
    logger.warning("hands %.0f s, three looks %s s, the library %.0f s", hands, 3 * LOOK, mover.served)
    assert table() == mover.counted
