"""The fields of a record in ISO 2709, whatever lengths it says it has."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

LEADER = 24

_ENTRY = re.compile(rb"([0-9A-Za-z]{3})([0-9]{4})([0-9]{5})")
_TAG = re.compile(rb"[0-9A-Za-z]{3}")


class BadRecord(ValueError):
    """The record cannot be read; the message says why."""


class RawField(NamedTuple):
    """With its indicators and subfields, in the encoding of the record."""

    tag: str
    data: bytes


def fields_of(record: bytes) -> list[RawField]:
    """The fields by the directory, where it fits; else in their order. Raises BadRecord."""
    head, *chunks = record.split(b"\x1e")
    directory = head[LEADER:]
    if not directory or len(directory) % 12 or not chunks:
        raise BadRecord(_("it has no directory of its fields, or a damaged one"))
    if chunks[-1].strip():
        chunks.append(b"")
    entries = [_ENTRY.fullmatch(directory[at : at + 12]) for at in range(0, len(directory), 12)]
    known = [entry for entry in entries if entry]
    if len(known) == len(entries) and (placed := _placed(known, record[len(head) + 1 :], len(chunks) - 1)):
        return placed
    in_order = sorted(known, key=lambda entry: int(entry[3]))
    tags = [entry[1].decode() for entry in in_order] if len(known) == len(entries) else _tags(directory)
    if len(tags) != len(chunks) - 1:
        message = _("its directory names {named} fields, and it has {number}")
        raise BadRecord(message.format(named=len(entries), number=len(chunks) - 1))
    return [RawField(tag, data) for tag, data in zip(tags, chunks, strict=False)]


def _placed(entries: list[re.Match[bytes]], data: bytes, count: int) -> list[RawField]:
    """Each field from where the directory says it is; none, if it is wrong of any."""
    fields = []
    for entry in entries:
        start, length = int(entry[3]), int(entry[2])
        text = data[start : start + length]
        if text.find(b"\x1e") != length - 1 or (start and data[start - 1 : start] != b"\x1e"):
            return []
        fields.append(RawField(entry[1].decode(), text[:-1]))
    return fields if len(fields) == count else []


def _tags(directory: bytes) -> list[str]:
    """In the order of the directory, whatever else it says."""
    tags = (directory[at : at + 3] for at in range(0, len(directory), 12))
    return [tag.decode() for tag in tags if _TAG.fullmatch(tag)]


def called(record: bytes) -> str:
    """What a record that cannot be read seems to call itself: its title, else its control number, as far as they go."""
    head, *chunks = record.split(b"\x1e")
    directory = head[LEADER:]
    tags = ["001"] if len(directory) % 12 else _tags(directory)
    named = dict(zip(tags, chunks, strict=False))
    for tag in ("245", "200"):
        _, _, title = named.get(tag, b"").partition(b"\x1fa")
        if title:
            return _text(title.partition(b"\x1f")[0])
    number = named.get("001", b"")
    return "" if b"\x1f" in number else _text(number)


def _text(data: bytes) -> str:
    return " ".join(data[:200].decode(errors="replace").split())


def is_unimarc(record: bytes) -> bool:
    """Whether its title is where only UNIMARC has it."""
    tags = _tags(record[LEADER:].partition(b"\x1e")[0])
    return "200" in tags and "245" not in tags
