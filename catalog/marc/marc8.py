"""MARC-8, in which MARC 21 was written before Unicode. Source: loc.gov/marc/specifications/speccharmarc8.html

The tables are pymarc's. Its converter writes what it cannot convert to standard error, where nobody looks.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

_LATIN, _ANSEL, _EAST_ASIAN = 0x42, 0x45, 0x31
_TOKEN = re.compile(
    rb"\x1b(?:(?P<set>[\x62\x67\x70\x73])|\$?(?P<half>[(,)\-]?)!?(?P<chosen>[\x30-\x7e]))|[^\x1b]+|\x1b"
)


class Decoded(NamedTuple):
    """`unknown`: characters that no table has; `stray`: marks that stand on no letter."""

    text: str
    unknown: int = 0
    stray: int = 0


def decoded(data: bytes) -> Decoded:
    """The text of a subfield, composed; U+FFFD for what no table has."""
    low, high = _LATIN, _ANSEL
    texts: list[str] = []
    stray = 0
    for token in _TOKEN.finditer(data):
        if token["set"]:
            low = _LATIN if token["set"] == b"s" else token["set"][0]
        elif token["chosen"]:
            low, high = (low, token["chosen"][0]) if token["half"] in {b")", b"-"} else (token["chosen"][0], high)
        else:
            text, strays = _letters(_codes(token[0], low), low, high)
            texts.append(text)
            stray += strays
    text = unicodedata.normalize("NFC", "".join(texts))
    return Decoded(text, text.count("\ufffd"), stray)


def _codes(data: bytes, low: int) -> list[int]:
    if low != _EAST_ASIAN:
        return list(data)
    return [int.from_bytes(data[at : at + 3]) for at in range(0, len(data), 3)]


def _letters(codes: list[int], low: int, high: int) -> tuple[str, int]:
    """Marks go behind the letter that they stand before; how many stand before none."""
    letters: list[str] = []
    marks, stray = "", 0
    for code in codes:
        letter, is_mark = _letter(code, low, high)
        if is_mark:
            marks += letter
        else:
            stray += len(marks) if marks and not letter.isalpha() else 0
            letters.append(letter + marks)
            marks = ""
    return "".join(letters) + marks, stray + len(marks)


@cache
def _letter(code: int, low: int, high: int) -> tuple[str, bool]:
    """A character, and whether it is a mark on the next one."""
    tables = CODESETS.get(high if 0x80 < code < 0x100 else low, {})
    found = tables.get(code) or (ODD_MAP.get(code), 0)
    if found[0] is not None:
        return chr(found[0]), bool(found[1])
    return (chr(code), False) if code < 0x21 else ("\ufffd", False)
