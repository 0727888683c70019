"""A file of MARC records, recognised."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO, ClassVar, TextIO

from library_site.tables import NotATable
from library_site.tables.text import known_encoding

from .copies import Copy, copies_of_iso2709, copies_of_xml
from .letters import MARC_8, UTF_8, encoding_of_others
from .pieces import iso2709_pieces
from .xml_pieces import xml_pieces

ISO_2709, MARCXML = "MARC (ISO 2709)", "MARCXML"

_HEAD = 1 << 16
_AROUND = rb"[\s\0\x1a\xef\xbb\xbf]*"
_BEGINS = re.compile(
    _AROUND + rb"[0-9 ]{5}[ -~]{19}(?:[^\x1d]*\x1e|(?:[0-9A-Za-z]{3}[0-9]{9})+\Z)|.*?\x1d\s*[0-9]{5}[ -~]{19}",
    re.DOTALL,
)
_IS_XML = re.compile(r"\ufeff?\s*<.*?(?:<(?:[\w.-]+:)?datafield\b|MARC21/slim|lc/xmlns/marcxchange)", re.DOTALL)
_DECLARED = re.compile(r"<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_MAY_DO_HARM = re.compile(r"<!(?:DOCTYPE|ENTITY)")


@dataclass(frozen=True, kw_only=True)
class MarcFile:
    """What was recognised of a file; going through it gives a copy for each item of each record.

    It may be gone through again and again, but by one at a time. `encoding` is that of all its records, or of those
    that are not UTF-8; "" is none.
    """

    unit: ClassVar[str] = "record"

    file: BinaryIO
    size: int
    form: str
    encoding: str
    is_said: bool
    remarks: tuple[str, ...] = ()

    @property
    def position(self) -> int:
        """How many of the `size` bytes are read, for a progress bar."""
        return self.file.tell()

    def sample(self, rows: int) -> list[Copy]:
        """The first that have no problem."""
        return [*islice((copy for copy in self if not copy.problem), rows)]

    def in_words(self, rows: int) -> str:
        """What it was taken for."""
        encodings = {UTF_8, self.encoding} if self.form == ISO_2709 and not self.is_said else {self.encoding}
        return f"{self.form}, {rows:,} copies, {' and '.join(sorted(filter(None, encodings), reverse=True))}."

    def __iter__(self) -> Iterator[Copy]:
        if self.form == MARCXML:
            with _text(self.file, self.encoding) as text:
                for number, xml in enumerate(xml_pieces(text), 1):
                    yield from copies_of_xml(number, xml, self.encoding)
        else:
            said = self.encoding if self.is_said else ""
            for number, piece in enumerate(iso2709_pieces(self.file), 1):
                yield from copies_of_iso2709(number, piece, said, self.encoding)


@contextmanager
def _text(file: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """From the beginning; the file stays open."""
    file.seek(0)
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    text = TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()


def form_of(file: BinaryIO) -> str:
    """ISO_2709, MARCXML, or "": it is something else."""
    file.seek(0)
    head = file.read(_HEAD)
    if _BEGINS.match(head):
        return ISO_2709
    return MARCXML if _IS_XML.match(head.decode(_unicode(head), errors="replace")) else ""


def open_marc(file: BinaryIO, encoding: str | None = None) -> MarcFile:
    """Recognise a file, which stays open. `encoding` is what somebody says of it. Raises NotATable."""
    is_xml = form_of(file) == MARCXML
    return _open_xml(file, encoding) if is_xml else _open_iso2709(file, encoding)


def _open_iso2709(file: BinaryIO, encoding: str | None) -> MarcFile:
    size = file.seek(0, 2)
    if encoding:
        said = MARC_8 if encoding.upper().replace("-", "") == "MARC8" else known_encoding(encoding)
        return MarcFile(file=file, size=size, form=ISO_2709, encoding=said, is_said=True)
    others = encoding_of_others(piece.text for piece in iso2709_pieces(file) if not piece.problem)
    remark = (
        f"Some records are not UTF-8: they were read as {others}. "
        "If letters with accents look wrong, say which it is with --encoding."
    )
    remarks = (remark,) if others else ()
    return MarcFile(file=file, size=size, form=ISO_2709, encoding=others, is_said=False, remarks=remarks)


def _open_xml(file: BinaryIO, encoding: str | None) -> MarcFile:
    file.seek(0)
    head = file.read(_HEAD)
    text = head.decode(_unicode(head), errors="replace")
    if _MAY_DO_HARM.search(text):
        raise NotATable(
            "It is XML with a DOCTYPE, which MARCXML needs not, and which may do harm. Take it out of the file."
        )
    declared = _DECLARED.search(text)
    found = encoding or (declared[1] if declared and _unicode(head) == "utf-8" else _unicode(head))
    found = known_encoding(found)
    found = UTF_8 if found.lower() in {"utf-8", "utf8"} else found
    return MarcFile(file=file, size=file.seek(0, 2), form=MARCXML, encoding=found, is_said=bool(encoding))


def _unicode(head: bytes) -> str:
    """Of XML: UTF-16 by its first bytes; else it is UTF-8, unless it says otherwise."""
    return "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
