"""Rules of the catalogue: pure decisions."""

import re

from stdnum import isbn as stdnum_isbn
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.util import clean


def canonical_isbn(text: str) -> str | None:
    """`text`, an ISBN-10 or ISBN-13 with or without hyphens, as 13 digits; None when it is not a valid ISBN.

    Valid means: the length, the prefix (978 or 979) and the check digit are right. Source: ISO 2108.
    """
    try:
        number = clean(text, " -").strip()
        return str(stdnum_isbn.to_isbn13(stdnum_isbn.validate(number))) if len(number) in {10, 13} else None
    except InvalidNumber:
        return None


def looks_like_isbn(text: str) -> bool:
    """Whether `text` can only be meant as an ISBN, right or wrong: 10 or 13 digits, the last of 10 perhaps an X."""
    return re.fullmatch(r"[0-9]{9}[0-9Xx]|[0-9]{13}", clean(text, " -").strip()) is not None


def isbn_10(isbn_13: str) -> str | None:
    """The ISBN-10 of the same book; None for an ISBN that has none (979)."""
    try:
        return str(stdnum_isbn.to_isbn10(isbn_13)).replace("-", "")
    except InvalidNumber:
        return None
