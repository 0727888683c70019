"""A record that was cut out of a file, as pymarc has records; and one as it is kept."""

from pymarc import Field, Indicators, Record, Subfield

from catalog.domain.source_records import is_whole

from .iso2709 import LEADER, RawField, fields_of
from .letters import Decode, decoder

UNREADABLE = "\ufffd"
"""Stands in a text where bytes are no letter."""


def record_of(raw: bytes, encoding: str) -> Record:
    """A record in ISO 2709. Raises BadRecord."""
    decode = decoder(encoding)
    leader = raw[:LEADER].decode("ascii", errors="replace").replace(UNREADABLE, " ")
    return Record(fields=[_field(field, decode) for field in fields_of(raw)], leader=leader)


def _field(field: RawField, decode: Decode) -> Field:
    if field.tag < "010" and field.tag.isdigit():
        return Field(field.tag, data=decode(field.data))
    before, *subfields = field.data.split(b"\x1f")
    indicators = Indicators(*before.decode("ascii", errors="replace").replace(UNREADABLE, " ").ljust(2)[:2])
    said = [Subfield(chr(each[0] & 0x7F), decode(each[1:])) for each in subfields if each]
    return Field(field.tag, indicators, said)


def as_marc_21(record: Record) -> bytes:
    """In UTF-8; nothing, if ISO 2709 cannot have it: a record has at most 99,999 bytes, a field 9,999."""
    try:
        marc: bytes = record.as_marc()
        return marc if is_whole(marc) else b""
    except ValueError:
        return b""


def is_damaged(record: Record, marc: bytes) -> bool:
    """Whether a text of it has bytes that are no letters."""
    return (
        UNREADABLE.encode() in marc
        if marc
        else any(
            UNREADABLE in (field.data or "") or any(UNREADABLE in value for _, value in field.subfields)
            for field in record.fields
        )
    )
