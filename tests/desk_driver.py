"""A librarian at the desk, by keyboard and scanner alone, who counts every key and every scan."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser import press_access_key, settled

SCANS, KEYS, CLICKS, LETTERS = "S", "K", "C", "n"


class Desk:
    """What the hands do at the desk. Every task that is done in `task` is counted under its name.

    A scan is what the scanner types, with its Enter: one scan. A key is a key or a combination of keys. Letters that
    are typed are counted by the text, as n.
    """

    def __init__(self, page: Page, *, javascript: bool) -> None:
        self.page, self.javascript = page, javascript
        self.counted: dict[str, str] = {}
        self._count: Counter[str] = Counter()
        page.add_init_script("window.print = () => { window.isPrinted = true }")

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        """Counts what is done here as what this task costs."""
        self._count = Counter()
        yield
        said = [f"{self._count[what]} {what}" for what in (SCANS, KEYS, CLICKS) if self._count[what]]
        texts = self._count[LETTERS]
        self.counted[name] = " + ".join([*said, *(["n"] if texts == 1 else [f"{texts} n"] if texts else [])])

    def scan(self, barcode: str, *, wait: bool = True) -> None:
        """A scan into whatever has the focus; without waiting for its answer, as fast as a scanner is."""
        self._count[SCANS] += 1
        self._wait_for_the_page()
        if wait:  # a key, and the rest at once: to press each takes ten times as long, and test_boxes does
            self.page.keyboard.type(barcode[0])
        self.page.keyboard.insert_text(barcode[1 if wait else 0 :])
        self._enter(wait=wait)

    def take_off_a_scan(self) -> None:
        """The scanner did that one of itself."""
        self._count[SCANS] -= 1

    def letters(self, text: str) -> None:
        self._count[LETTERS] += 1
        self._wait_for_the_page()
        self.page.keyboard.type(text)

    def enter(self) -> None:
        self._count[KEYS] += 1
        if not self.at_desk:
            self._wait_for_the_page()
        self._enter(wait=True)

    def onward(self, *, tabs: int = 1) -> None:
        """To the next field that is empty: with the script by Enter."""
        for key in ["Enter"] if self.javascript else ["Tab"] * tabs:
            self._count[KEYS] += 1
            self.page.keyboard.press(key)

    def tab(self) -> None:
        self._count[KEYS] += 1
        self.page.keyboard.press("Tab")

    def click(self, name: str) -> None:
        """A link or button that leads to another page."""
        self._count[CLICKS] += 1
        with self.page.expect_event("load"):
            self.page.get_by_role("link", name=name).first.click()

    def alt(self, key: str, *, leads_on: bool = True) -> None:
        """A letter or digit with Alt; it may be that it leads nowhere but to a box."""
        self._count[KEYS] += 1
        if self.javascript and self.at_desk and key in "lrnpuw123456789":
            if self._is_link(key):
                with self.page.expect_event("load"):
                    self.page.keyboard.press(f"Alt+{key}")
                return
            self.page.keyboard.press(f"Alt+{key}")
            self.settled()
        elif leads_on:
            with self.page.expect_event("load"):
                press_access_key(self.page, key)
        else:
            press_access_key(self.page, key)

    def _is_link(self, key: str) -> bool:
        """Whether the script follows a link for it, which ends with another page."""
        where = "#strip [data-receipt]" if key == "p" else ".keyed [data-option]"
        nth = int(key) - 1 if key.isdigit() else 0
        return key not in "lrnuw" and self.page.locator(where).nth(nth).get_attribute("href") is not None

    @property
    def at_desk(self) -> bool:
        return bool(re.search(r"//[^/]+/(\?|$)", self.page.url))

    def _enter(self, *, wait: bool) -> None:
        if self.javascript and self.at_desk:
            self.page.keyboard.press("Enter")
            if wait:
                self.settled()
            return
        if self.javascript and self.page.locator("form.task[data-keeps]").count():
            self.page.keyboard.press("Enter")
            self.settled()
            return
        if self.javascript and self.page.locator("form.ask :focus").count():
            self.page.evaluate("() => (document.querySelector('main').dataset.isOld = true)")
            self.page.keyboard.press("Enter")
            self.page.wait_for_function("() => !document.querySelector('main').dataset.isOld")
            return
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")

    def _wait_for_the_page(self) -> None:
        """Who types sees the cursor first: a browser sets it once the page is drawn, some time after it is loaded."""
        if not self.at_desk:
            expect(self.page.locator(":focus")).to_have_count(1)
        elif not self.javascript and not self.page.locator("[name=why]:focus").count():
            self.is_ready()

    def settled(self) -> None:
        """Every scan is answered."""
        settled(self.page)

    def prints(self) -> None:
        """A script prints at once; without one, that takes the browser's own key."""
        if self.javascript:
            self.page.wait_for_function("() => window.isPrinted")
        else:
            self._count[KEYS] += 1
        self.page.emulate_media(media="print")
        expect(self.page.locator("header.top")).to_be_hidden()
        expect(self.page.locator(".paper")).to_be_visible()
        self.page.emulate_media(media="screen")

    def option(self, label: str) -> str:
        """The digit of a button or link in the row that the keys act on."""
        labels = self.page.locator(".keyed [data-option]").all_inner_texts()
        return next(str(digit) for text in labels if label in text for digit in re.findall(r"Alt (\d)", text))

    def row(self, number: int = 0) -> Locator:
        """A row; the last that was scanned is the first."""
        return self.page.locator(".row").nth(number)

    def says(self, *texts: str, number: int = 0) -> None:
        for text in texts:
            expect(self.row(number)).to_contain_text(text)

    def is_ready(self) -> None:
        """The next scan goes into the box, and nothing is left in it."""
        expect(self.page.locator("#typed")).to_be_focused()
        expect(self.page.locator("#typed")).to_have_value("")
