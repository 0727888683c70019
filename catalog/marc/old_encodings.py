"""What MARC was written in before Unicode: MARC-8, and in UNIMARC ISO 5426. Marks stand before their letters there.

Sources: loc.gov/marc/specifications/speccharmarc8.html, ISO 5426:1983. The tables of MARC-8 are pymarc's. (What its
converter cannot convert, it writes to standard error, where nobody looks.)
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

UNKNOWN = "\ufffd"

_LATIN, _ANSEL, _EAST_ASIAN = 0x42, 0x45, 0x31
_TOKEN = re.compile(
    rb"\x1b(?:(?P<set>[\x62\x67\x70\x73])|\$?(?P<half>[(,)\-]?)!?(?P<chosen>[\x30-\x7e]))|[^\x1b]+|\x1b"
)

_ISO_5426 = (
    dict(zip(range(0xA1, 0xB3), "¡„£$¥†§′‘“«♭©℗®ʿʾ‚", strict=True))
    | dict(zip(range(0xB6, 0xBD), "‡·″’”»♯", strict=True))
    | dict(zip(b"\xbf\xe1\xe2\xe6\xe8\xe9\xea\xec", "¿ÆĐĲŁØŒÞ", strict=True))
    | dict(zip(b"\xf1\xf2\xf3\xf5\xf6\xf8\xf9\xfa\xfb\xfc", "æđðıĳłøœßþ", strict=True))
    | {0x88: "", 0x89: ""}  # around what is not sorted by
)
_MARKS_OF_ISO_5426 = dict(
    enumerate(
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0312\u030b\u031b\u030c"
        "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d",
        0xC0,
    )
)

Letter = Callable[[int], tuple[str, bool]]
"""A character by its code, and whether it is a mark on the next one."""


class Decoded(NamedTuple):
    """`text` is composed, with UNKNOWN for what no table has; `stray` are marks that stand before no letter."""

    text: str
    stray: int = 0


def marc_8(data: bytes) -> Decoded:
    """A subfield: each begins with Latin letters."""
    low, high = _LATIN, _ANSEL
    texts: list[str] = []
    stray = 0
    for token in _TOKEN.finditer(data):
        if token["set"]:
            low = _LATIN if token["set"] == b"s" else token["set"][0]
        elif token["chosen"]:
            low, high = (low, token["chosen"][0]) if token["half"] in {b")", b"-"} else (token["chosen"][0], high)
        else:
            text, strays = _letters(_codes(token[0], low), partial(_of_marc_8, low, high))
            texts.append(text)
            stray += strays
    return Decoded(unicodedata.normalize("NFC", "".join(texts)), stray)


def iso_5426(data: bytes) -> Decoded:
    text, stray = _letters(data, _of_iso_5426)
    return Decoded(unicodedata.normalize("NFC", text), stray)


def _codes(data: bytes, low: int) -> Iterable[int]:
    return data if low != _EAST_ASIAN else (int.from_bytes(data[at : at + 3]) for at in range(0, len(data), 3))


def _letters(codes: Iterable[int], letter_of: Letter) -> tuple[str, int]:
    """Marks go behind the letter that they stand before; how many stand before none."""
    letters: list[str] = []
    marks, stray = "", 0
    for code in codes:
        letter, is_mark = letter_of(code)
        if is_mark:
            marks += letter
        else:
            stray += len(marks) if marks and not letter.isalpha() else 0
            letters.append(letter + marks)
            marks = ""
    return "".join(letters) + marks, stray + len(marks)


@cache
def _of_marc_8(low: int, high: int, code: int) -> tuple[str, bool]:
    tables = CODESETS.get(high if 0x80 < code < 0x100 else low, {})
    found = tables.get(code) or (ODD_MAP.get(code), 0)
    if found[0] is not None:
        return chr(found[0]), bool(found[1])
    return (chr(code), False) if code < 0x21 else (UNKNOWN, False)


@cache
def _of_iso_5426(code: int) -> tuple[str, bool]:
    if mark := _MARKS_OF_ISO_5426.get(code):
        return mark, True
    return (chr(code) if code < 0x80 else _ISO_5426.get(code, UNKNOWN)), False
