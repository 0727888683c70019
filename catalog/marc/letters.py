"""In which encoding a record is, whatever it says itself: its leader is wrong as often as not."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

from .iso2709 import is_unimarc
from .old_encodings import UNKNOWN, Decoded, iso_5426, marc_8

Decode = Callable[[bytes], str]

UTF_8, MARC_8, ISO_5426, WINDOWS, DAMAGED = "UTF-8", "MARC-8", "ISO 5426", "cp1252", "damaged UTF-8"

OLD: dict[str, Callable[[bytes], Decoded]] = {MARC_8: marc_8, ISO_5426: iso_5426}

_LOOKED_AT = 1000
"""Records by which it is told what a file is in that is not UTF-8."""


def decoder(encoding: str) -> Decode:
    """What makes a text of a subfield; what is no text is U+FFFD."""
    if old := OLD.get(encoding):
        return lambda data: old(data).text
    return lambda data: data.decode(encoding, errors="replace")


def encoding_of(record: bytes) -> str:
    """UTF-8, if it is that, or MARC-8 in ASCII; DAMAGED, if most of it is UTF-8; else "": its file tells."""
    if record.isascii():
        return MARC_8 if b"\x1b" in record and record[9:10] != b"a" else UTF_8
    text = record.decode(errors="replace")
    bad = text.count(UNKNOWN)
    if not bad:
        return UTF_8
    good = sum(1 for letter in text if letter > "\x7f") - bad
    return DAMAGED if good > bad else ""


def encoding_of_others(records: Iterable[bytes]) -> str:
    """What those of a file are in that are not UTF-8: what MARC was written in before, or what Windows wrote in Western
    Europe; "" is nothing.

    In the former a mark stands before its letter; most bytes of the latter are no letters there, or stand before none.
    Some are in ISO 5426, where more than half of all are marks.
    """
    others = [*islice((each for each in records if not encoding_of(each)), _LOOKED_AT)]
    if not others:
        return ""
    unimarc = sum(map(is_unimarc, others))
    old = ISO_5426 if unimarc * 2 > len(others) else MARC_8
    found: Counter[str] = Counter()
    for record in others:
        for subfield in record.replace(b"\x1e", b"\x1f").split(b"\x1f"):
            if not subfield.isascii():
                found.update(_counted(subfield, OLD[old](subfield)))
    wrong = max(found["wrong"] * 20, found["loose"] * 2)
    is_marked = old == MARC_8 or found["marks"] * 2 > found["high"]
    return old if wrong <= found["high"] and is_marked else WINDOWS


def _counted(subfield: bytes, decoded: Decoded) -> dict[str, int]:
    """Bytes that are not ASCII, and marks of ISO 5426; what is wrong; marks with which no letter is one."""
    return {
        "high": sum(1 for byte in subfield if byte > 0x7F),
        "marks": sum(1 for byte in subfield if 0xC0 <= byte < 0xE0),
        "wrong": decoded.text.count(UNKNOWN) + decoded.stray,
        "loose": sum(1 for letter in decoded.text if "\u0300" <= letter <= "\u036f"),
    }
