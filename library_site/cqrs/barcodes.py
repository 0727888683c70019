"""Barcodes, which may stand for ids wherever adapters are told one. Messages hold ids only."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

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

    Raises NotFound for a barcode that nothing has, InvalidInput for one that was misread.
    """
    finder = _finders.get(field)
    if finder and isinstance(id_or_barcode, str) and is_barcode_like(id_or_barcode):
        return finder(id_or_barcode.strip())
    return id_or_barcode


def may_be_barcode(field: str) -> bool:
    """Whether a barcode may stand for the id in a field of this name."""
    return field in _finders


def is_barcode_like(text: str) -> bool:
    """Whether `text` can only be meant as a barcode, right or wrong."""
    stripped = text.strip()
    return len(stripped) == BARCODE_DIGITS and stripped.isascii() and stripped.isdecimal()
