"""Labels with barcodes, on sheets of A4 as the stationers sell them."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from library_site.cqrs.barcodes import is_numbered

L = TypeVar("L")
"""What is on a label."""

DOT = 25.4 / 300
"""A dot of a common printer, in millimetres. Bars that are whole dots wide are printed as wide as they should be."""

LEAST_DOTS = 2
"""Scanners do not read narrower bars."""

QUIET = 10
"""How many modules stay white on either side of a barcode, so that a scanner finds where it begins."""


class SheetKind(NamedTuple):
    """A kind of sheet: its labels lie in the middle of it, without gaps between the rows. Lengths are in millimetres.

    `module` is the width of a barcode's narrowest bar, `bars` the height of its bars. `text` is the size of the
    title, which has so many `lines`; `margin` stays free above and below, as printers do not reach the paper's edge.
    """

    columns: int
    rows: int
    width: float
    height: float
    gap: float
    module: float
    bars: float
    text: float
    lines: int
    margin: float

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    @property
    def words(self) -> str:
        """As the package says it."""
        width, height = number_format(self.width), number_format(self.height)
        size = _("{columns} × {rows} labels, {width} × {height} mm")
        return size.format(columns=self.columns, rows=self.rows, width=width, height=height)

    @property
    def style(self) -> str:
        """The same for a style sheet."""
        grid = f"grid-template: repeat({self.rows}, {self.height}mm) / repeat({self.columns}, {self.width}mm)"
        text = f"--text: {self.text}mm; --lines: {self.lines}; --margin: {self.margin}mm"
        return f"{grid}; column-gap: {self.gap}mm; {text}"


SHEETS = {
    "3x8": SheetKind(3, 8, 70, 37, 0, module=4 * DOT, bars=11, text=3.2, lines=2, margin=4.2),
    "3x7": SheetKind(3, 7, 63.5, 38.1, 2.54, module=4 * DOT, bars=12, text=3.2, lines=2, margin=3),
    "4x12": SheetKind(4, 12, 45.7, 21.2, 2.54, module=3 * DOT, bars=8, text=2.4, lines=1, margin=1.2),
}


class Label(NamedTuple):
    """What is printed on one label: the digits, the title or name, the author (a card has none), and the picture."""

    barcode: str
    title: str
    by: str
    picture: str

    @property
    def digits(self) -> str:
        """As a label has them that another program made; of a number of ours, in the groups that they mean.

        These are the kind, the library, the number in two halves, the check digit.
        """
        if not is_numbered(self.barcode):
            return self.barcode
        return " ".join((self.barcode[0], self.barcode[1:5], self.barcode[5:9], self.barcode[9:13], self.barcode[13]))


class SpineLabel(NamedTuple):
    """What tells where a book stands: its shelf mark, a line for each word, and the beginning of its title."""

    lines: tuple[str, ...]
    title: str
    size: int
    """Of the letters, in millimetres: as large as the label has room for."""


def spine_label(shelf_mark: str, title: str, kind: SheetKind) -> SpineLabel:
    """Words that are longer than the smallest letters have room for are broken by the page."""
    lines = tuple(shelf_mark.split()[:MAX_LINES])
    room = kind.height - 2 * kind.margin - 1.2 * kind.text
    width = kind.width - 3 * kind.text
    by_height, by_width = room / (LEADING * len(lines)), width / max(map(_width, lines))
    return SpineLabel(lines, title, max(SMALLEST, min(LARGEST, int(min(by_height, by_width)))))


MAX_LINES, LEADING, SMALLEST, LARGEST = 6, 1.1, 2, 10
"""Of a spine label: how many lines; how far apart, in the size of the letters; and that size, in millimetres."""


def _width(line: str) -> float:
    """Of bold letters, in their size."""
    return sum(1.15 if each in "MWmw" else 0.8 if each.isupper() else 0.72 for each in line)


def on_sheets(labels: Iterable[L], kind: SheetKind, first_cell: int) -> list[list[L | None]]:
    """The cells of each sheet; those before the `first_cell` (from 1) of the first sheet are used up, and None."""
    cells = [*[None] * (first_cell - 1), *labels]
    return [cells[start : start + kind.cells] for start in range(0, len(cells), kind.cells)]


def pictures(barcodes: Iterable[str], kind: SheetKind) -> Iterator[str]:
    """The barcodes as SVG, black on white, each as a data: URL, for a page whose policy lets no inline style pass.

    In Code 128, which every scanner reads as it comes from the factory. It packs two digits into 11 modules, so that
    14 digits take 112, where the Codabar of older libraries takes some 180, too wide for a small label at the module of
    0.25 mm that cheap scanners need; and it has a check digit of its own, which Codabar has not. Scanners send the
    same 14 digits for both. Source: ISO/IEC 15417. It has all letters that a label of another program may have, in 11
    modules each: long ones get narrower bars, as wide as the label has room for. Where they would be too narrow to be
    read there is no picture.
    """
    from barcode.codex import Code128
    from barcode.writer import SVGWriter

    options = {"margin_top": 0, "margin_bottom": 0, "write_text": False, "compress": True, "with_doctype": False}
    for barcode in barcodes:
        code = Code128(barcode, writer=SVGWriter())
        if not (module := _module(len(code.build()[0]), kind)):
            yield ""
            continue
        measures = {"module_width": module, "module_height": kind.bars, "quiet_zone": QUIET * module}
        picture = code.render(options | measures)
        yield f"data:image/svg+xml;base64,{b64encode(picture).decode()}"


def _module(modules: int, kind: SheetKind) -> float:
    """How wide the narrowest bar is of a barcode with so many modules: whole dots. 0, where it cannot be read."""
    dots = int((kind.width - 1) / ((modules + 2 * QUIET) * DOT))
    return min(kind.module, dots * DOT) if dots >= LEAST_DOTS else 0
