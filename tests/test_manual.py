"""The manual says what the desk says, in each of its languages, and its pictures are those that are taken."""

import re
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

from tests.german import ENTRIES
from tests.guard import ROOT

MANUAL = ROOT / "docs" / "librarians"
PAGES = sorted((MANUAL / "en").glob("*.md"))
ALSO = ("Username", "Password", "CSV")
"""What the product says in words of Django's, or the same in every language."""


def texts(language: str) -> set[str]:
    """What the product says in a language: whole texts, and their sentences; “…” is what is filled in."""
    said = [text for entry in ENTRIES for text in (entry.english if language == "en" else entry.german)]
    with override(language):
        said += [gettext(text) for text in ALSO]
    plain = [re.sub(r"\{\w+\}|%\(\w+\)s", "…", re.sub("<[^>]+>", "", text)) for text in said]
    ends = ("$", r"(?<=[.?!]) ", r"(?<=[.?!:;]) ")
    return {bare(part) for text in plain for end in ends for part in re.split(end, text)}


def bare(text: str) -> str:
    """With a capital, without what ends it, one space for each break; a title in its quotes is filled in, too."""
    text = " ".join(text.split()).replace("%%", "%").replace("“…”", "…").replace("„…“", "…").rstrip(".:;")
    return text[:1].upper() + text[1:]


def filled_in(texts: set[str]) -> re.Pattern[str]:
    """Those of them in which enough is fixed to be known again, whatever is filled in."""
    known = [re.escape(text).replace("…", ".+") for text in texts if "…" in text and sum(map(str.isalpha, text)) > 7]
    return re.compile("|".join(known))


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_is_in_bold_is_said_by_the_product(language: str) -> None:
    known = texts(language)
    pattern = filled_in(known)
    unknown = [
        f"{page.name}: {bold}"
        for page in sorted((MANUAL / language).glob("*.md"))
        for bold in re.findall(r"\*\*(.+?)\*\*", page.read_text(), re.DOTALL)
        if bare(bold) not in known and not pattern.fullmatch(bare(bold))
    ]
    assert unknown == [], "\n".join(unknown)


def outline(page: Path) -> tuple[list[str], list[str], list[str]]:
    """The levels of its headings, its pictures, and the pages that it leads to."""
    text = page.read_text()
    language = page.parent.name
    return (
        re.findall(r"^#+(?= )", text, re.MULTILINE),
        re.findall(rf"!\[[^\]]+\]\(\.\./pictures/{language}/([\w-]+)\.png\)", text),
        re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)", text),
    )


def test_the_languages_have_the_same_pages_and_pictures() -> None:
    german = {page.name: outline(page) for page in sorted((MANUAL / "de").glob("*.md"))}
    assert {page.name: outline(page) for page in PAGES} == german


def test_every_picture_that_is_taken_is_shown_and_none_else() -> None:
    taken = re.findall(r'\.take(?:_page)?\(\s*"([\w-]+)"', (ROOT / "tests" / "manual_pictures.py").read_text())
    shown = [name for page in PAGES for name in outline(page)[1]]
    assert "![" not in "".join(re.sub(r"!\[[^\]]+\]\(\.\./pictures/en/", "", page.read_text()) for page in PAGES)
    assert sorted(shown) == sorted(taken)
