"""In which encoding a record is, whatever it says itself: its leader is wrong as often as not."""

from collections.abc import Callable, Iterable
from itertools import islice

from .marc8 import decoded

Decode = Callable[[bytes], str]

UTF_8, MARC_8, WINDOWS, DAMAGED = "UTF-8", "MARC-8", "cp1252", "damaged UTF-8"

_LOOKED_AT = 1000
"""Records by which it is told what a file is in that is not UTF-8."""

_KNOWN: dict[str, Decode] = {
    UTF_8: lambda data: data.decode(errors="replace"),
    MARC_8: lambda data: decoded(data).text,
    WINDOWS: lambda data: data.decode("cp1252", errors="replace"),
}


def decoder(encoding: str) -> Decode:
    """What makes a text of a subfield; what is no text is U+FFFD."""
    return _KNOWN.get(encoding) or (lambda data: data.decode(encoding, errors="replace"))


def encoding_of(record: bytes) -> str:
    """UTF-8, if it is that, or MARC-8 in ASCII; DAMAGED, if most of it is UTF-8; else "": its file tells."""
    if record.isascii():
        return MARC_8 if b"\x1b" in record and record[9:10] != b"a" else UTF_8
    text = record.decode(errors="replace")
    bad = text.count("\ufffd")
    if not bad:
        return UTF_8
    good = sum(1 for letter in text if letter > "\x7f") - bad
    return DAMAGED if good > bad else ""


def encoding_of_others(records: Iterable[bytes]) -> str:
    """What those of a file are in that are not UTF-8: MARC-8, or what Windows wrote in Western Europe; "" is nothing.

    In MARC-8 a mark stands before its letter; most of the bytes that Windows uses are none there, or stand before none.
    """
    high = unknown = stray = loose = 0
    for record in islice((each for each in records if not encoding_of(each)), _LOOKED_AT):
        for subfield in record.replace(b"\x1e", b"\x1f").split(b"\x1f"):
            if subfield.isascii():
                continue
            found = decoded(subfield)
            high += sum(1 for byte in subfield if byte > 0x7F)
            unknown, stray = unknown + found.unknown, stray + found.stray
            loose += sum(1 for letter in found.text if 0x300 <= ord(letter) < 0x370)
    if not high:
        return ""
    return MARC_8 if (unknown + stray) * 20 <= high and loose * 2 <= high else WINDOWS
