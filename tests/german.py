"""The catalogue of messages: what is said of the library in German."""

import ast
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.guard import ROOT

GERMAN = ROOT / "library_site" / "locale" / "de" / "LC_MESSAGES"

TO_TRANSLATE = (
    "`make translations`, then fill in library_site/locale/de/LC_MESSAGES/django.po; where gettext has guessed, correct"
    " it and take the mark “fuzzy” away; and `make translations` again"
)


class Entry(NamedTuple):
    """A message: its key (with its context), its forms in English, those in German, and the files that it is in."""

    key: str
    english: list[str]
    german: list[str]
    files: set[str]
    is_fuzzy: bool

    @property
    def is_translated(self) -> bool:
        return all(self.german) and not self.is_fuzzy


def entries(po: Path) -> list[Entry]:
    found = [entry_of(block) for block in po.read_text().split("\n\n")[1:]]
    return [entry for entry in found if entry.english]


def entry_of(block: str) -> Entry:
    said: dict[str, str] = {}
    keyword = ""
    for line in block.splitlines():
        if match := re.match(r'(msg\S+) (".*")$', line):
            keyword, line = match.groups()  # noqa: PLW2901 - the rest of it
            said[keyword] = ""
        if line.startswith('"'):
            said[keyword] += ast.literal_eval(line)
    context = f"{said['msgctxt']}\x04" if "msgctxt" in said else ""
    english = [said[name] for name in ("msgid", "msgid_plural") if name in said]
    german = [text for name, text in said.items() if name.startswith("msgstr")]
    files = {file for line in block.splitlines() if line.startswith("#: ") for file in line.split()[1:]}
    return Entry(context + (english[0] if english else ""), english, german, files, "#, fuzzy" in block)


ENTRIES = entries(GERMAN / "django.po")


def untranslated(texts: Collection[str], files: Collection[str]) -> list[str]:
    """Of these texts, and of all that is said in these files: what has no German."""
    translated = {entry.english[0] for entry in ENTRIES if entry.is_translated}
    return sorted({*texts, *(entry.english[0] for entry in ENTRIES if entry.files.intersection(files))} - translated)


def expect_none(messages: Collection[str], what: str, remedy: str = TO_TRANSLATE) -> None:
    """Fail by saying what is wrong with these messages, and what helps."""
    if messages:
        pytest.fail("\n  ".join([f"{what}: {remedy}.", *sorted(messages)]), pytrace=False)
