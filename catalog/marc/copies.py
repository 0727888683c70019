"""What a piece of a file becomes: a copy for each item of the record, or one that says what is wrong with it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pymarc import Record

from . import iso2709, xml_pieces
from .descriptions import Description, described
from .items import Item
from .letters import DAMAGED, UTF_8, WINDOWS, encoding_of
from .pieces import Piece
from .records import as_marc_21, is_damaged, record_of

_DELETED = Description(is_unimarc=False, medium="deleted record")

_MENDED = gettext_noop("its XML was damaged, and mended")
_NO_LETTERS = gettext_noop("what is no text in it was replaced by �")
_TOO_LONG = gettext_noop("an export will not give the record back as it came: it is too long for ISO 2709")


_NO_TEXT = re.compile("[\udc80-\udcff]")


class Copy(NamedTuple):
    """An item of a record; `line` is the number of the record, `called` what it calls itself, if that can be told.

    With a `problem` it says nothing else. `marc` is the record as MARC 21 in UTF-8; that of UNIMARC is not kept.
    """

    line: int
    called: str = ""
    says: Description = _DELETED
    item: Item = Item()
    problem: str = ""
    remarks: tuple[str, ...] = ()
    marc: bytes = b""


def copies_of_iso2709(number: int, piece: Piece[bytes], encoding: str, others: str) -> Iterator[Copy]:
    """`encoding` is what somebody says; else it is told by the record, or what the `others` of its file are in."""
    try:
        _refuse(piece)
        found = encoding or encoding_of(piece.text) or others
        record = record_of(piece.text, UTF_8 if found == DAMAGED else found)
    except iso2709.BadRecord as error:
        yield Copy(number, iso2709.called(piece.text), problem=str(error))
    else:
        yield from _copies(number, record, [])


def copies_of_xml(number: int, piece: Piece[str], encoding: str) -> Iterator[Copy]:
    text = _letters(piece.text, encoding)
    try:
        _refuse(piece)
        record, is_mended = xml_pieces.parsed(text)
    except iso2709.BadRecord as error:
        yield Copy(number, xml_pieces.called(text), problem=str(error))
        return
    if not record.fields and 'status="deleted"' in text:
        yield Copy(number)
    else:
        yield from _copies(number, record, [_(_MENDED)] if is_mended else [])


def _letters(text: str, encoding: str) -> str:
    """With the bytes that are no text in this encoding as Windows has them, unless only some are damaged."""
    if text.isascii() or not _NO_TEXT.search(text):
        return text
    raw = text.encode(encoding, errors="surrogateescape")
    return raw.decode(UTF_8 if encoding_of(raw) == DAMAGED else WINDOWS, errors="replace")


def _refuse(piece: Piece[bytes] | Piece[str]) -> None:
    if piece.problem:
        raise iso2709.BadRecord(_(piece.problem))


def _copies(number: int, record: Record, remarks: list[str]) -> Iterator[Copy]:
    says = described(record)
    marc = b"" if says.is_unimarc else as_marc_21(record)
    if is_damaged(record, marc):
        remarks.append(_(_NO_LETTERS))
    if not marc and not says.is_unimarc:
        remarks.append(_(_TOO_LONG))
    for item in says.items:
        yield Copy(number, says.called, says, item, "", tuple(remarks), marc)
