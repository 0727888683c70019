"""Titles as MARC 21: in the form of exchange (ISO 2709), and as MARCXML."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.etree.ElementTree import tostring

from pymarc import record_to_xml_node

from catalog.marc.records import as_marc_21
from catalog.models import Book

from .records import record_of

_BEGINS = b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
_ENDS = b"</collection>\n"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marc_of(titles: Iterable[Sequence[Book]], too_long: Callable[[Sequence[Book]], None]) -> Iterator[bytes]:
    """It is told which titles are `too_long`: a record has at most 99,999 bytes there, a field 9,999."""
    for books in titles:
        if marc := as_marc_21(record_of(books)):
            yield marc
        else:
            too_long(books)


def marcxml_of(titles: Iterable[Sequence[Book]]) -> Iterator[bytes]:
    """What XML cannot have, as control characters, is U+FFFD."""
    yield _BEGINS
    for books in titles:
        node = record_to_xml_node(record_of(books))  # type: ignore[no-untyped-call]
        yield _NOT_IN_XML.sub("\ufffd", tostring(node, encoding="unicode")).encode() + b"\n"
    yield _ENDS
