"""MARCXML cut into records, and one record of it parsed. Nothing of the file around them ever reaches a parser."""

import re
from collections.abc import Iterator
from functools import partial
from html.entities import html5
from io import BytesIO
from typing import TextIO
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import parse
from django.utils.translation import gettext as _
from pymarc import Field, Indicators, Record, Subfield

from .iso2709 import BadRecord
from .pieces import CUT_OFF, LONGEST, NO_END, TOO_LONG, Piece

_CHUNK = 1 << 16
_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?record(?=[\s/>])[^<>]{0,2000}>")
_HAS_FIELDS = re.compile(r"<(?:[\w.-]+:)?(?:leader|controlfield|datafield)\b")

_BEGINNING = 20_000
"""Characters in which it is looked for."""

_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#([0-9]{1,7}|x[0-9a-fA-F]{1,6});|([a-zA-Z][a-zA-Z0-9]{1,31};))?"
)
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LESS = re.compile(r"<(?![/a-zA-Z?!])")


def xml_pieces(file: TextIO) -> Iterator[Piece[str]]:
    """Every record that has fields, whatever it stands in: `collection`, OAI-PMH and SRU have records in records."""
    cutter = _Cutter()
    for chunk in iter(partial(file.read, _CHUNK), ""):
        yield from cutter.cut(chunk)
    if cutter.inside and _HAS_FIELDS.search(cutter.text):
        yield Piece(cutter.text[:_CHUNK], CUT_OFF)


class _Cutter:
    """`text` is what has not been handed out yet; where a record is `inside`, it begins with that."""

    def __init__(self) -> None:
        self.text, self.inside, self._from = "", False, 0

    def cut(self, chunk: str) -> Iterator[Piece[str]]:
        self.text += chunk
        start = 0
        for tag in _TAG.finditer(self.text, self._from):
            before = self.text[start : tag.end() if tag[1] else tag.start()]
            if self.inside and (tag[1] or _HAS_FIELDS.search(before)):
                yield Piece(before, "" if tag[1] else NO_END)
            self.inside, start = not tag[1], tag.end() if tag[1] else tag.start()
            self._from = tag.end()
        last = self.text.rfind("<", self._from)  # perhaps of a tag that goes on
        begun = start if self.inside else max(last, start)
        self._from = max((last if last >= 0 else len(self.text)) - begun, 0)
        self.text = self.text[begun:]
        if len(self.text) > LONGEST:
            yield from [Piece(self.text[:_CHUNK], TOO_LONG)] if self.inside else []
            self.text, self.inside, self._from = "", False, 0


class _Handler(ContentHandler):
    """By the names of elements alone, whatever their namespace is called; what is not MARC's is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.leader, self.fields, self.format = "", list[Field](), ""
        self._text: list[str] = []
        self._code = ""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 — the name that SAX calls
        self._text = []
        match name.rpartition(":")[2]:
            case "record":
                self.format = f"{attrs.get('format', '')} {attrs.get('type', '')}".strip()
            case "datafield":
                ends = (attrs.get(name, " ")[:1] or " " for name in ("ind1", "ind2"))
                self.fields.append(Field(_tag(attrs), Indicators(*ends)))
            case "controlfield":
                self.fields.append(Field(_tag(attrs), data=""))
            case "subfield":
                self._code = attrs.get("code", " ")[:1] or " "

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 — as above
        text = "".join(self._text)
        match name.rpartition(":")[2]:
            case "leader":
                self.leader = text
            case "controlfield" if self.fields[-1].control_field:
                self.fields[-1].data = text
            case "subfield" if self.fields and not self.fields[-1].control_field:
                self.fields[-1].subfields.append(Subfield(self._code, text))
        self._text = []


def _tag(attrs: AttributesImpl) -> str:
    if not re.fullmatch("[0-9A-Za-z]{3}", tag := attrs.get("tag", "")):
        raise BadRecord(_("it has a field with the tag “{tag}”").format(tag=tag[:20]))
    return tag


def parsed(text: str) -> tuple[Record, bool]:
    """One record, and whether it had to be mended. Raises BadRecord."""
    try:
        return _parsed(text), False
    except BadRecord:
        mended = _mended(text)
        if mended == text:
            raise
    return _parsed(mended), True


def _parsed(text: str) -> Record:
    handler = _Handler()
    try:
        parse(BytesIO(text.encode(errors="replace")), handler, forbid_dtd=True)
    except SAXParseException as error:
        raise BadRecord(_("its XML is damaged ({why})").format(why=error.getMessage())) from error
    except (SAXException, DefusedXmlException) as error:
        raise BadRecord(_("its XML has what MARCXML has not, and what may do harm")) from error
    return Record(fields=handler.fields, leader=handler.leader.ljust(24)[:24])


def _mended(text: str) -> str:
    """With each `&` and `<` that stands bare, and without what XML cannot have."""
    return _LESS.sub("&lt;", _REFERENCE.sub(_reference, _NOT_IN_XML.sub("", text)))


def _reference(found: re.Match[str]) -> str:
    if number := found[1]:
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        return "" if code > 0x10FFFF or _NOT_IN_XML.match(chr(code)) else found[0]
    return html5.get(found[2], f"&amp;{found[2]}") if found[2] else "&amp;"


def called(text: str) -> str:
    """What a record that cannot be read seems to call itself, as `iso2709.called`."""
    text = text[:_BEGINNING]
    for tag in ("245", "200"):
        if found := re.search(rf'tag=["\']{tag}["\'].*?code=["\']a["\']\s*>([^<]*)', text, re.DOTALL):
            return " ".join(found[1][:200].split())
    found = re.search(r'controlfield[^>]*tag=["\']001["\'][^>]*>([^<]*)', text)
    return " ".join(found[1][:200].split()) if found else ""
