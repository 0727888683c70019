"""Files that are no table: each gets a sentence that says what to do."""

import re
from typing import cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

HEAD = 1 << 16
"""Bytes by which a file's format is known."""

_EXCEL = _("Open it in Excel, save it there with File, Save as, “CSV UTF-8”, and give that file.")
_EXPORT_CSV = _("Export CSV from the program that it comes from, and give that file.")
_NO_TEXT = _("It is no text, so no CSV file, or it is damaged.")
_UNPACK = _("Unpack it, and give the CSV file that is in it.")

_START = rb"(?:\xef\xbb\xbf)?\s*"
_FORMATS = [
    (rb"PK\x03\x04.*?word/", _("It is a Word document. Copy its table into a spreadsheet."), _EXCEL),
    (rb"PK\x03\x04.*?(?:xl/|\[Content_Types\])", _("It is an Excel workbook."), _EXCEL),
    (
        rb"PK\x03\x04.*?opendocument\.",
        _("It is an OpenDocument file. Open it in LibreOffice, save it as “Text CSV” (File, Save as); give that."),
    ),
    (
        rb"PK\x03\x04.*?(?:Index/|\.iwa)",
        _("It is a Numbers spreadsheet. Open it in Numbers, use File, Export to, “CSV”, and give that file."),
    ),
    (rb"PK(?:\x03\x04|\x05\x06)", _("It is a ZIP archive."), _UNPACK),
    (rb"\xd0\xcf\x11\xe0", _("It is a workbook of an old Excel (.xls)."), _EXCEL),
    (rb"\x1f\x8b|BZh\d|\xfd7zXZ|7z\xbc\xaf|Rar!", _("It is compressed."), _UNPACK),
    (_START + rb"%PDF", _("It is a PDF, which has no rows to read."), _EXPORT_CSV),
    (_START + rb"\{\\rtf", _("It is a text document (RTF)."), _EXPORT_CSV),
    (
        _START + rb"(?:[0-9]{5}[ -~]{19}[^\x1d]*\x1e|<.*?(?:<(?:\w+:)?datafield\b|MARC21/slim))",
        _("It is a MARC file, which has books only."),
        _EXPORT_CSV,
    ),
    (_START + rb"=LDR ", _("It is MARC as text, as MarcEdit has it (.mrk). Compile it there, and give the .mrc file.")),
    (_START + rb"(?i:<(?:!doctype html|html|head|body|table|meta))", _("It is a page of HTML."), _EXCEL),
    (_START + rb"<[?!a-zA-Z]", _("It is XML."), _EXPORT_CSV),
    (_START + rb"(?:\{\s*[\"}]|\[\s*[\[{\"\]])", _("It is JSON."), _EXPORT_CSV),
    (_START + rb"(?i:@(?:book|article|misc|comment|string)\s*\{)", _("It is BibTeX."), _EXPORT_CSV),
    (_START + rb"TY  - ", _("It is RIS."), _EXPORT_CSV),
    (_START + rb"(?i:BEGIN:VCARD)", _("It is a file of vCards."), _EXPORT_CSV),
    (rb"\xff\xfe\0\0|\0\0\xfe\xff", _("It is text in UTF-32. Save it as UTF-8, and give that file.")),
]
_formats = [(re.compile(cast(bytes, pattern), re.DOTALL), sentences) for pattern, *sentences in _FORMATS]

_BLANKS = b" \t\r\n\f\v\xef\xbb\xbf"
"""With the byte order mark of UTF-8."""

_CONTROLS = re.compile(rb"[\0-\x08\x0e-\x19\x1b-\x1f\x7f]")


class NotATable(ValueError):
    """The file cannot be read as rows and columns; the message says what to do."""


def refuse_formats(head: bytes) -> None:
    """Raises NotATable for a file that begins as no table does."""
    if not head.strip(_BLANKS):
        raise NotATable(gettext("The file is empty: it needs a line that names the columns, and a line for each row."))
    for pattern, sentences in _formats:
        if pattern.match(head):
            raise NotATable(" ".join(map(str, sentences)))


def refuse_no_text(head: bytes) -> None:
    """Raises NotATable for bytes that are no text: of three kinds that no text has, or a quarter of them.

    A single one is its row's affair.
    """
    controls = _CONTROLS.findall(head)
    if len(set(controls)) > 2 or len(controls) * 4 > len(head):
        raise NotATable(" ".join(map(str, (_NO_TEXT, _EXPORT_CSV))))
