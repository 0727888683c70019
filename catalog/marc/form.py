"""How a file of MARC records is known by its first bytes. (Nothing here knows what is in records.)"""

import re
from typing import BinaryIO

ISO_2709, MARCXML = "MARC (ISO 2709)", "MARCXML"

HEAD = 1 << 16
_BEFORE = b"\t\r\n\0\x1a\xef\xbb\xbf"
_BEGINS = re.compile(
    rb"[0-9 ]{5}[ -~]{19}(?:[^\x1d]*\x1e|(?:[0-9A-Za-z]{3}[0-9]{9})+\Z)|.*?\x1d[\r\n]{0,2}[0-9]{5}[ -~]{19}", re.DOTALL
)
_IS_XML = re.compile(r"\ufeff?\s*<.*?(?:<(?:[\w.-]+:)?datafield\b|MARC21/slim|lc/xmlns/marcxchange)", re.DOTALL)


def form_of(file: BinaryIO) -> str:
    """ISO_2709, MARCXML, or "": it is something else."""
    file.seek(0)
    head = file.read(HEAD)
    if _BEGINS.match(head.lstrip(_BEFORE)):
        return ISO_2709
    return MARCXML if _IS_XML.match(head.decode(unicode_of(head), errors="replace")) else ""


def unicode_of(head: bytes) -> str:
    """Of XML: UTF-16 by its first bytes; else it is UTF-8, unless it says otherwise."""
    return "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
