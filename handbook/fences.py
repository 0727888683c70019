"""The fences of Markdown pages: their language, their title, and what stands in them."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OPENING = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w-]*)(?P<rest>.*)$")
TITLE = re.compile(r'title="([^"]*)"')


@dataclass(frozen=True)
class Fence:
    """One of them: `line` is that of its first line of text in the page, from 1."""

    line: int
    language: str
    title: str
    text: str


def fences(page: str) -> Iterator[Fence]:
    """Those of a page, in their order; what they hold stands further left by as much as all of it is indented."""
    lines = iter(enumerate(page.splitlines(), start=1))
    for number, line in lines:
        if opening := OPENING.match(line):
            held: list[str] = []
            for _, inner in lines:
                if inner.strip() == opening["ticks"]:
                    break
                held.append(inner)
            title = TITLE.search(opening["rest"])
            text = textwrap.dedent("\n".join(held))
            yield Fence(number + 1, opening["language"], title[1] if title else "", text)


def pages(root: Path) -> list[Path]:
    """The pages that are held to what they show: the documentation, and the road."""
    found = [root / "README.md", root / "CONTRIBUTING.md", *root.glob("docs/**/*.md"), *root.glob("road/**/*.md")]
    return sorted(page for page in found if page.is_file())
