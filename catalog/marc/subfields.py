"""What stands in the subfields of a record, without the marks that cataloguers put around it."""

import re
from collections.abc import Iterator

from pymarc import Field, Record

from catalog.text import collapse
from library_site.cqrs.validation import as_seen

_UNSORTED = re.compile("[\x80-\x9f¬]")
"""Marks around an article that is not sorted by."""

_ISBD = re.compile(r"(?:\s*[/:;,]|\s+[=+])+$|\s+\.$")
_FULL_STOP = re.compile(r"(?<=[^\W\d]{3})\.$")


def clean(text: str) -> str:
    return collapse(as_seen(_UNSORTED.sub("", text)))


def bare(text: str) -> str:
    """Without the punctuation that ISBD has between this and what follows."""
    return _FULL_STOP.sub("", _ISBD.sub("", clean(text)))


def first(record: Record, *tags: str) -> Field | None:
    """The first field that has one of these tags, in their order."""
    return next((field for tag in tags for field in record.get_fields(tag) if field.subfields), None)


def data(record: Record, tag: str) -> str:
    """Of a control field."""
    return next((field.data or "" for field in record.get_fields(tag)), "")


def texts(field: Field, codes: str) -> Iterator[str]:
    """Of all subfields with one of these codes, in the order of the field, but for empty ones."""
    return filter(None, (clean(value) for code, value in field.subfields if code in codes))


def text(field: Field, codes: str) -> str:
    """The first of them; "" is none."""
    return next(texts(field, codes), "")


def joined(field: Field | None, codes: str) -> str:
    """The first text of each code, in the order of the codes."""
    return " ".join(filter(None, (text(field, code) for code in codes))) if field else ""


def values(record: Record, tag: str, code: str) -> Iterator[str]:
    for field in record.get_fields(tag):
        yield from texts(field, code)
