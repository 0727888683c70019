"""Rules of the catalogue: pure decisions."""

import re
from enum import StrEnum
from functools import lru_cache

from stdnum import isbn as stdnum_isbn
from stdnum import luhn
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.util import clean

_THIRTEEN = re.compile(r"97[89][0-9]{10}")


@lru_cache(1000)
def canonical_isbn(text: str) -> str | None:
    """`text`, an ISBN-10 or ISBN-13 with or without hyphens, as 13 digits; None when it is not a valid ISBN.

    Valid means: the length, the prefix (978 or 979) and the check digit are right. Source: ISO 2108.
    """
    if _THIRTEEN.fullmatch(text):
        return text if text[-1] == check_digit_13(text[:12]) else None
    try:
        number = clean(text, " -").strip()
        return str(stdnum_isbn.to_isbn13(stdnum_isbn.validate(number))) if len(number) in {10, 13} else None
    except InvalidNumber:
        return None


def looks_like_isbn(text: str) -> bool:
    """Whether `text` has the form of an ISBN, right or wrong: 10 or 13 digits, the last of 10 perhaps an X."""
    return re.fullmatch(r"[0-9]{9}[0-9Xx]|[0-9]{13}", clean(text, " -").strip()) is not None


def is_isbn(text: str) -> bool:
    """Whether `text` is an ISBN, or can only be meant as one: ten digits that are none may be a barcode."""
    if canonical_isbn(text):
        return True
    return looks_like_isbn(text) and not re.fullmatch(r"[0-9]{10}|(?!97[89])[0-9]{13}", text)


def isbn_10(isbn_13: str) -> str | None:
    """The ISBN-10 of the same book; None for an ISBN that has none (979)."""
    if not isbn_13.startswith("978"):
        return None
    nine = isbn_13[3:12]
    return nine + "0123456789X"[sum(place * int(digit) for place, digit in enumerate(nine, 1)) % 11]


def check_digit_13(twelve: str) -> str:
    """The last digit of an ISBN-13. Source: ISO 2108, modulus 10 with weights 1 and 3."""
    return str(-(sum(map(int, twelve[::2])) + 3 * sum(map(int, twelve[1::2]))) % 10)


class BarcodeKind(StrEnum):
    """What a barcode of the library is on, by its first digit."""

    CARD = "2"
    BOOK = "3"


LAST_NUMBER = 99_999_999
"""The highest number that a barcode can hold."""


def barcode(kind: BarcodeKind, library: str, number: int) -> str:
    """The barcode of a card or a book: its kind, the library (four digits), the number (eight), the check digit.

    The check digit is Luhn's, of all the others. Source: ISO/IEC 7812-1, annex B; the layout is the one that
    libraries' Codabar labels have.
    """
    body = f"{kind}{library}{number:08}"
    return body + luhn.calc_check_digit(body)


def barcode_kind(text: str) -> BarcodeKind | None:
    """What a barcode is on; None for one that was misread, or is none of a library's."""
    if re.fullmatch(r"[23][0-9]{13}", text) and luhn.is_valid(text):
        return BarcodeKind(text[0])
    return None
