"""Sheets of labels as Chromium prints them: a scanner reads every one, and each lies where the paper has it."""

import os
import re
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from catalog.commands import AddNewBook
from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.browser import IN_A_BROWSER, OpenDesk
from tests.library import add_book, context, register

ZBARIMG = shutil.which("zbarimg")

pytestmark = [
    *IN_A_BROWSER,
    pytest.mark.long,
    pytest.mark.skipif(ZBARIMG is None and not os.environ.get("CI"), reason="no zbarimg here (Debian: zbar-tools)"),
]

DPI = 300
"""Of a common printer; of a page's CSS pixels, 96 are an inch."""

# The kind of sheet; its labels' width and height; where the first one lies; and the way to the next column; in mm.
MEASURES = {
    "3x8": (70, 37, 0, 0.5, 70),
    "3x7": (63.5, 38.1, 7.21, 15.15, 66.04),
    "4x12": (45.7, 21.2, 9.79, 21.3, 48.24),
}


@pytest.mark.parametrize(
    ("task", "first", "sheet", "first_cell", "on_first"),
    [
        pytest.param("book-labels", 0, "3x8", 1, 24, marks=pytest.mark.soak),
        pytest.param("book-labels", 21, "3x7", 20, 2, marks=pytest.mark.soak),
        ("card-labels", 0, "4x12", 45, 4),  # the smallest
    ],
)
def test_a_scanner_reads_every_label_and_each_lies_where_the_paper_has_it(
    open_desk: OpenDesk, tmp_path: Path, task: str, first: int, sheet: str, first_cell: int, on_first: int
) -> None:
    for number in range(26):
        add_book(f"A rather long title of a book about everything, volume {number}", author="Bo " + "y" * 90)
    for number in range(6):
        register(f"Ann {'Lee ' * 20}the {number}th")
    model: Any = Book if task == "book-labels" else LibraryUser
    barcodes = [str(each.barcode) for each in model.objects.order_by("barcode")][first:]
    page = open_desk(scheme="dark")
    page.goto(f"/{task}?first={barcodes[0]}&last={barcodes[-1]}&sheet={sheet}&first_cell={first_cell}")
    page.emulate_media(media="print")
    expect(page.locator(".sheet")).to_have_count(2)
    assert read(page, 0, tmp_path) == barcodes[:on_first]
    assert read(page, 1, tmp_path) == barcodes[on_first:]
    expected = expected_places(sheet, first_cell - 1 + on_first)
    assert places(page) == pytest.approx(expected, abs=0.1)
    cut = "() => [...document.querySelectorAll('.label')].filter(it => it.scrollHeight > it.clientHeight).length"
    assert page.evaluate(cut) == 0
    for hidden in ("header.top", "h1", "form.ask", ".printing"):
        expect(page.locator(hidden)).to_be_hidden()
    assert printed_pages(page) == 2


def read(page: Page, number: int, folder: Path) -> list[str]:
    """What a scanner reads on a sheet as a printer of DPI prints it."""
    picture = folder / "sheet.png"
    area = page.locator(".sheet").nth(number).bounding_box()
    assert area
    how = {"clip": {**area, "scale": DPI / 96}, "captureBeyondViewport": True}
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", how)
    picture.write_bytes(b64decode(shot["data"]))
    command = [str(ZBARIMG), "--quiet", "--raw", str(picture)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(said.split())


def places(page: Page) -> list[float]:
    """Of each label on the first sheet, where it lies and how large it is, in millimetres: left, top, width, height."""
    boxes = page.evaluate(
        """() => {
            const sheet = document.querySelector(".sheet"), on = sheet.getBoundingClientRect();
            const boxes = [...sheet.querySelectorAll(".label")].map(it => it.getBoundingClientRect());
            return boxes.flatMap(it => [it.left - on.left, it.top - on.top, it.width, it.height]);
        }"""
    )
    return [pixels / 96 * 25.4 for pixels in boxes]


def expected_places(sheet: str, labels: int) -> list[float]:
    """Of so many labels, row by row."""
    width, height, left, top, step = MEASURES[sheet]
    cells = (divmod(number, int(sheet.partition("x")[0])) for number in range(labels))
    return [mm for row, column in cells for mm in (left + column * step, top + row * height, width, height)]


def printed_pages(page: Page) -> int:
    """How many sheets of A4 come out of the printer."""
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", pdf)
    assert {tuple(round(float(point)) for point in size.split()) for size in sizes} == {(0, 0, 595, 842)}
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.soak
def test_labels_of_the_librarys_own_are_read_as_they_are(open_desk: OpenDesk, tmp_path: Path) -> None:
    labels = sorted(["A-12", "b/7.x", "S12345", "00012345", "LIB-2019/000.123", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-00001"])
    ids = ",".join(str(add_book("Emma", barcode=label)) for label in labels)
    page = open_desk()
    for sheet in MEASURES:
        page.goto(f"/book-labels?book_ids={ids}&sheet={sheet}")
        wide_enough = [label for label in labels if sheet == "3x8" or len(label) < 32]
        expect(page.locator(".notice.error")).to_have_count(len(labels) - len(wide_enough))
        page.emulate_media(media="print")
        assert read(page, 0, tmp_path) == wide_enough, sheet


def test_a_spine_label_fits_its_label(open_desk: OpenDesk) -> None:
    marks = ("F", "F AUS", "Sachbuch 912.43 Atl 1 a b", "Kinderundjugendliteratur/Abteilung XYZ", "WWWWWWWW WWW")
    ids = [dispatch(AddNewBook(title="Emma " * 9, shelf_mark=mark), context()).book_id for mark in marks]
    page = open_desk()
    for sheet in MEASURES:
        page.goto(f"/book-labels?book_ids={','.join(map(str, ids))}&sheet={sheet}&kind=spine")
        page.emulate_media(media="print")
        expect(page.locator(".label.spine")).to_have_count(len(marks))
        over = "it.scrollHeight > it.clientHeight || it.scrollWidth > it.clientWidth"
        cut = f"() => [...document.querySelectorAll('.label')].filter(it => {over}).length"
        assert page.evaluate(cut) == 0, sheet
