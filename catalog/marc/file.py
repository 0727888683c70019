"""A file of MARC records, recognised."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO, ClassVar, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from library_site.tables import NotATable
from library_site.tables.text import known_encoding
from library_site.tables.vocabulary import plain

from .copies import Copy, copies_of_iso2709, copies_of_xml
from .form import HEAD, ISO_2709, MARCXML, form_of, unicode_of
from .letters import OLD, UTF_8, encoding_of_others
from .pieces import iso2709_pieces
from .xml_pieces import xml_pieces

_OLD = {plain(name): name for name in OLD}
_DECLARED = re.compile(r"<\?xml[^>]*?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_MAY_DO_HARM = re.compile(r"(?:(?!<(?:[\w.-]+:)?record\b).)*<!(?:DOCTYPE|ENTITY)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class MarcFile:
    """What was recognised of a file; going through it gives a copy for each item of each record.

    It may be gone through again and again, but by one at a time. `encoding` is that of all its records, or of those
    that are not UTF-8; "" is none.
    """

    unit: ClassVar[str] = gettext_noop("record")

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
            yield from self._of_xml()
        else:
            said = self.encoding if self.is_said else ""
            for number, piece in enumerate(iso2709_pieces(self.file), 1):
                yield from copies_of_iso2709(number, piece, said, self.encoding)

    def _of_xml(self) -> Iterator[Copy]:
        """Raises NotATable where the encoding gives up, as UTF-16 does that has no mark of it."""
        try:
            with _text(self.file, self.encoding) as text:
                for number, xml in enumerate(xml_pieces(text), 1):
                    yield from copies_of_xml(number, xml, self.encoding)
        except UnicodeError as error:
            message = _("It is not in {encoding}. Say with --encoding in which encoding it is.")
            raise NotATable(message.format(encoding=self.encoding)) from error


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


def open_marc(file: BinaryIO, encoding: str | None = None) -> MarcFile:
    """Recognise a file, which stays open. `encoding` is what somebody says of it. Raises NotATable."""
    is_xml = form_of(file) == MARCXML
    return _open_xml(file, encoding) if is_xml else _open_iso2709(file, encoding)


def _open_iso2709(file: BinaryIO, encoding: str | None) -> MarcFile:
    size = file.seek(0, 2)
    if encoding:
        said = _OLD.get(plain(encoding)) or known_encoding(encoding)
        return MarcFile(file=file, size=size, form=ISO_2709, encoding=said, is_said=True)
    others = encoding_of_others(piece.text for piece in iso2709_pieces(file) if not piece.problem)
    remark = _(
        "Some records are not UTF-8: they were read as {encoding}. "
        "If letters with accents look wrong, say what they are in (--encoding)."
    )
    remarks = (remark.format(encoding=others),) if others else ()
    return MarcFile(file=file, size=size, form=ISO_2709, encoding=others, is_said=False, remarks=remarks)


def _open_xml(file: BinaryIO, encoding: str | None) -> MarcFile:
    file.seek(0)
    head = file.read(HEAD)
    text = head.decode(unicode_of(head), errors="replace")
    if _MAY_DO_HARM.match(text):
        message = _(
            "It is XML with a DOCTYPE, which MARCXML does not need, and which may do harm. Take it out of the file."
        )
        raise NotATable(message)
    declared = _DECLARED.search(text)
    found = encoding or (declared[1] if declared and unicode_of(head) == "utf-8" else unicode_of(head))
    found = known_encoding(found)
    found = UTF_8 if found.lower() in {"utf-8", "utf8"} else found
    return MarcFile(file=file, size=file.seek(0, 2), form=MARCXML, encoding=found, is_said=bool(encoding))
