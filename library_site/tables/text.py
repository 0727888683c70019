"""The bytes of a file as lines of text."""

import codecs
from collections.abc import Generator
from functools import partial
from io import TextIOWrapper
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from .not_tables import NotATable

LONGEST_LINE = 1 << 20
"""Characters of a line that are read; no row has more."""

UNREADABLE = "\udc80"
"""Stands where bytes are no text in the file's encoding."""

_HANDLER = "library_site.tables"
_BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNREADABLE, error.end


codecs.register_error(_HANDLER, _mark)


def copied(pipe: BinaryIO) -> BinaryIO:
    """A temporary file of what comes out of a pipe."""
    copy = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 — it is as long open as the table
    copyfileobj(pipe, copy)
    return copy


def encoding_of(file: BinaryIO, head: bytes) -> str:
    """By its byte order mark; else UTF-8, where a line that is not ASCII is UTF-8, or all are ASCII; else cp1252."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    return _utf_16_without_mark(head) or ("utf-8" if _is_utf_8(file) else "cp1252")


def known_encoding(name: str) -> str:
    """Raises NotATable for a name that is no encoding of text."""
    try:
        "a".encode(name)
    except (LookupError, ValueError) as error:
        message = _("“{name}” is not an encoding of text: utf-8 and cp1252 are, for example.")
        raise NotATable(message.format(name=name)) from error
    return name


def lines_of(file: BinaryIO, encoding: str) -> Generator[str, None, None]:
    """Every line, with its end, from the beginning. Of a line that is too long the rest is left out.

    What cannot be decoded is UNREADABLE. The file stays open.
    """
    file.seek(0)
    read_as = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    text = TextIOWrapper(file, encoding=read_as, errors=_HANDLER, newline="")
    try:
        for line in iter(partial(text.readline, LONGEST_LINE), ""):
            yield line
            if len(line) == LONGEST_LINE:
                _skip_the_rest(text, line)
    except UnicodeError:
        yield UNREADABLE
    finally:
        text.detach()


def _skip_the_rest(text: TextIOWrapper, line: str) -> None:
    while line and not line.endswith(("\n", "\r")):
        line = text.readline(LONGEST_LINE)


def _utf_16_without_mark(head: bytes) -> str:
    """Its ASCII characters have a zero beside each."""
    high, low = head[0:512:2], head[1:512:2]
    for zeros, others, encoding in ((low, high, "utf-16-le"), (high, low, "utf-16-be")):
        if len(zeros) > 3 and zeros.count(0) * 10 > len(zeros) * 9 and 0 not in others:
            return encoding
    return ""


def _is_utf_8(file: BinaryIO) -> bool:
    file.seek(0)
    ascii_only = True
    for line in iter(partial(file.readline, LONGEST_LINE), b""):
        if not line.isascii():
            ascii_only = False
            if _decodes(line):
                return True
    return ascii_only


def _decodes(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
