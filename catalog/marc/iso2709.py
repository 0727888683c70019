"""The fields of a record in ISO 2709, whatever lengths it says it has."""

import re
from typing import NamedTuple

LEADER = 24

_ENTRY = re.compile(rb"([0-9A-Za-z]{3})([0-9]{4})([0-9]{5})")
_IN_ORDER = re.compile(rb"([0-9A-Za-z]{3})[0-9 ]{9}")


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
        raise BadRecord("it has no directory of its fields, or a damaged one")
    if chunks[-1].strip():
        chunks.append(b"")
    entries = [found for at in range(0, len(directory), 12) if (found := _ENTRY.fullmatch(directory[at : at + 12]))]
    if len(entries) * 12 == len(directory) and (placed := _placed(entries, record[len(head) + 1 :], len(chunks) - 1)):
        return placed
    tags = _tags_in_order(directory, entries)
    if len(tags) != len(chunks) - 1:
        raise BadRecord(f"its directory names {len(directory) // 12} fields, and it has {len(chunks) - 1}")
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


def _tags_in_order(directory: bytes, entries: list[re.Match[bytes]]) -> list[str]:
    """The tags in the order of the fields, as far as the directory tells it."""
    if len(entries) * 12 == len(directory):
        return [entry[1].decode() for entry in sorted(entries, key=lambda entry: int(entry[3]))]
    return [tag.decode() for tag in _IN_ORDER.findall(directory)]


def called(record: bytes) -> str:
    """What a record that cannot be read seems to call itself: its title, else its control number, as far as they go."""
    head, *chunks = record.split(b"\x1e")
    named = dict(zip(_IN_ORDER.findall(head[LEADER:]), chunks, strict=False))
    for tag in (b"245", b"200"):
        _, _, title = named.get(tag, b"").partition(b"\x1fa")
        if title:
            return _text(title.partition(b"\x1f")[0])
    return _text(named.get(b"001", b""))


def _text(data: bytes) -> str:
    return " ".join(data[:200].decode(errors="replace").split())
