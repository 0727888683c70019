"""Barcodes of books and cards, which may stand for ids wherever adapters are told one. Messages hold ids only."""

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from .validation import in_keys

BARCODE_DIGITS = 14

Finder = Callable[[str], UUID]
"""The id of what has a barcode. Raises NotFound, and InvalidInput for one that was misread."""

F = TypeVar("F", bound=Finder)

_finders: dict[str, Finder] = {}


def identifies(field: str) -> Callable[[F], F]:
    """Register the decorated function as the one that finds what a field of this name holds the id of: book_id."""

    def register(finder: F) -> F:
        _finders[field] = finder
        return finder

    return register


def id_of(field: str, id_or_barcode: UUID | str) -> UUID | str:
    """The id that is meant in a field of this name; what is no barcode stays what it is.

    Raises NotFound for a barcode that nothing has, InvalidInput for one that was misread, or that is of something else.
    """
    finder = _finders.get(field)
    if finder and isinstance(id_or_barcode, str) and barcode_key(read := as_read(id_or_barcode)):
        return finder(read)
    return id_or_barcode


def may_be_barcode(field: str) -> bool:
    """Whether a barcode may stand for the id in a field of this name."""
    return field in _finders


def is_barcode_like(text: str) -> bool:
    """Whether `text` may be a barcode: that of a library's own labels and cards, or of what it used before.

    4 to 32 ASCII letters, digits and - . / with a digit among them, but no id, and no ISBN of 13 digits.
    """
    return _BARCODE_LIKE.fullmatch(text.strip()) is not None


def looks_scanned(text: str) -> bool:
    """Whether `text` was scanned rather than typed, where words are asked for: it may be a barcode of many digits."""
    return is_barcode_like(text) and sum(map(str.isdigit, text)) >= 5


def is_numbered(text: str) -> bool:
    """Whether `text` has the digits of the barcodes that this library makes, read well or not."""
    return re.fullmatch(rf"\s*[0-9]{{{BARCODE_DIGITS}}}\s*", text) is not None


def barcode_key(text: str) -> str:
    """What makes two spellings the same barcode: upper case, no spaces, no start and stop characters around digits.

    Empty for what can be none.
    """
    plain = re.sub(r"\s", "", in_keys(text)).upper()
    for pattern in (_CODABAR, _BARCODE, _IN_ASTERISKS, _CODABAR, _BARCODE, _SHORT_CODABAR):
        if found := pattern.fullmatch(plain):
            plain = found[1]
    return plain if is_barcode_like(plain) else ""


def as_read(text: str) -> str:
    """The number that a scanner read, in whatever dialect it speaks; any other text without the spaces around it.

    What is read, and what is left alone, is the table in docs/scanners.md.
    """
    plain = "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in in_keys(text))
    plain = re.sub(r"^[\x00-\x20]+|[\x00-\x20]+$", "", plain)
    number = re.sub(r"\s", "", _AIM.sub("", plain))
    if found := _CODABAR.fullmatch(number) or _BARCODE.fullmatch(number) or _ISBN.fullmatch(number):
        return found[1]
    found = _IN_ASTERISKS.fullmatch(number)
    label = found[1] if found else number
    return label if len(text.split()) == 1 and is_barcode_like(label) else text.strip()


MAX_BARCODE = 32


def _pattern(of: str) -> str:
    """Of a barcode whose characters are these: with a digit among them, no id, and no ISBN, also with its add-on."""
    none = rf"97[89][0-9]{{10}}(?:[0-9]{{2}}|[0-9]{{5}})?(?![{of}])|[0-9A-Fa-f]{{32}}(?![{of}])"
    return rf"(?=[{of}]{{0,{MAX_BARCODE - 1}}}[0-9])(?!{none})[{of}]{{4,{MAX_BARCODE}}}"


BARCODE_PATTERN = _pattern("0-9A-Za-z./-")
"""Of what may be a barcode, also in a schema."""

BARCODE_IN_PATH = _pattern("0-9A-Za-z.-")
"""Of what may be one as a part of a path."""

_BARCODE_LIKE = re.compile(BARCODE_PATTERN)

_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.*\d)")
"""What names the symbology, where a scanner is set to send it (ISO/IEC 15424)."""

_CODABAR = re.compile(r"(?![0-9A-Fa-f]{32}$)[A-Da-d*](\d{8,})[A-Da-d*]")
"""Its start and stop characters, around digits (AIM BC3)."""

_IN_ASTERISKS = re.compile(r"\*+([^*]+)\*+")
"""Code 39's start and stop characters."""

_SHORT_CODABAR = re.compile(r"[A-D]([0-9]{4,7})[A-D]")
"""The same around fewer of them, which may as well be a word of a title: it is the key alone that has the digits."""

_BARCODE = re.compile(rf"[A-Da-d*]?(\d{{{BARCODE_DIGITS}}})[A-Da-d*]?")

_ISBN = re.compile(r"(97[89]\d{10})(?:\d{2}|\d{5})?")
"""With the add-on beside it, which has the price, or the number of an issue."""
