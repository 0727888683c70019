"""Listings in pages: a fence whose title is a path holds lines of that file, in their order; `…` is where some lack."""

from collections.abc import Iterator
from pathlib import Path

from .fences import Fence, fences, pages

NO_LISTINGS = {"dot", "sh", "text"}
"""Languages of fences whose title is no path, but says what is drawn, or where a command is for."""

LEFT_OUT = "…"


def faults(root: Path) -> list[str]:
    """What is wrong with the listings of all pages: of each the page, the line, the file, and what is not there."""
    return [fault for page in pages(root) for fault in faults_of(page, root)]


def faults_of(page: Path, root: Path) -> Iterator[str]:
    for fence in fences(page.read_text()):
        if fence.title and fence.language not in NO_LISTINGS:
            file = root / fence.title
            where = f"{page.relative_to(root)}:{fence.line}"
            if not file.is_file():
                yield f"{where}: there is no file {fence.title}."
            elif found := missing(fence, file.read_text()):
                number, line = found
                place = f"{page.relative_to(root)}:{fence.line + number}"
                yield f"{place}: {fence.title} does not hold this line, or not in this place: {line.strip()}"


def missing(fence: Fence, text: str) -> tuple[int, str] | None:
    """The first line of a listing, and its number from 0, that the file does not hold where it should be."""
    shown, lines = [line.rstrip() for line in fence.text.splitlines()], [line.rstrip() for line in text.splitlines()]
    indents = {" " * (len(line) - len(line.lstrip())) for line in lines}
    number = max(_found(shown, [_outdented(line, indent) for line in lines]) for indent in indents | {""})
    return (number, shown[number]) if number < len(shown) else None


def _outdented(line: str, indent: str) -> str:
    """A line of the file as a listing has it that stands further left; what stands left of all that, as no line is."""
    return line[len(indent) :] if line.startswith(indent) else (line and f"\0{line}")


def _found(shown: list[str], lines: list[str]) -> int:
    """How many of the lines are there, part by part, each without a gap and after the one before.

    Blank lines around what is left out are the page's own.
    """
    begin, number, place = 0, 0, 0
    while begin <= len(shown):
        end = next((i for i in range(begin, len(shown)) if shown[i].strip() == LEFT_OUT), len(shown))
        begin += next((i for i, line in enumerate(shown[begin:end]) if line), end - begin)
        part = "\n".join(shown[begin:end]).rstrip().splitlines()
        number, place = _best(part, lines, place)
        if number < len(part):
            return begin + number
        begin = end + 1
    return len(shown)


def _best(part: list[str], lines: list[str], place: int) -> tuple[int, int]:
    """How many of a part's first lines are there from this place on at the most, and where the place after them is."""
    best = (0, place)
    for start in range(place, len(lines)):
        number = next((i for i, line in enumerate(part) if lines[start + i : start + i + 1] != [line]), len(part))
        if number == len(part):
            return number, start + number
        best = max(best, (number, start))
    return best if part else (0, place)
