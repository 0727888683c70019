"""Rules of the catalogue: pure decisions."""

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


def isbn_10(isbn_13: str) -> str | None:
    """The ISBN-10 of the same book; None for an ISBN that has none (979)."""
    try:
        return str(stdnum_isbn.to_isbn10(isbn_13)).replace("-", "")
    except InvalidNumber:
        return None
