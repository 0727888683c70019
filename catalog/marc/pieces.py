"""A file cut into records, before any of them is parsed."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Generic, NamedTuple, TypeVar

LONGEST = 1 << 20
"""Bytes, or characters of XML, of one record. What is longer is damage."""

TOO_LONG = "it is longer than any record"
CUT_OFF = "the file ends in the middle of it"

_CHUNK = 1 << 16
_END = b"\x1d"
_AROUND = b"\t\r\n\0\x1a\xef\xbb\xbf"
"""What programs put between records: line ends, the end of a file of DOS, a byte order mark."""

_FUSED = re.compile(rb"(?<=\x1e)(?=[0-9]{5}[ -~]{5}22[0-9]{5}[ -~]{3}45)")
"""Where a record begins whose forerunner has no end."""

AnyText = TypeVar("AnyText", bytes, str)


class Piece(NamedTuple, Generic[AnyText]):
    """What stands between two ends of records; or its beginning, and what is wrong with it."""

    text: AnyText
    problem: str = ""


def iso2709_pieces(file: BinaryIO) -> Iterator[Piece[bytes]]:
    """Every record of a file, from its beginning, without what stands around it."""
    file.seek(0)
    for piece in _up_to_ends(file):
        if piece.problem:
            yield piece
        else:
            yield from map(Piece, filter(None, (_bare(text) for text in _FUSED.split(piece.text))))


def _up_to_ends(file: BinaryIO) -> Iterator[Piece[bytes]]:
    rest, is_endless = b"", False
    while chunk := file.read(_CHUNK):
        *whole, rest = (rest + chunk).split(_END)
        if whole and is_endless:
            del whole[0]
            is_endless = False
        yield from map(Piece, filter(None, whole))
        if len(rest) > LONGEST:
            if not is_endless:
                yield Piece(rest[:_CHUNK], TOO_LONG)
            rest, is_endless = b"", True
    if (rest := _bare(rest)) and not is_endless:
        yield Piece(rest, CUT_OFF)


def _bare(text: bytes) -> bytes:
    """Without what stands around it. (A leader that says no length begins with five blanks.)"""
    text = text.rstrip(_AROUND + b" ").lstrip(_AROUND)
    bare = text.lstrip(b" ")
    return bare if bare[:5].isdigit() else text
