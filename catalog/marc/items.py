"""The copies of a title, as libraries' programs have them in its record."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext_noop
from pymarc import Field, Record

from .subfields import first, joined, text

_GONE = {"0": gettext_noop("withdrawn"), "1": gettext_noop("lost")}
"""Subfields of Koha that say so, if they are neither empty nor 0."""


class Item(NamedTuple):
    """`gone` is why it is no book of the library any more."""

    barcode: str = ""
    shelf_mark: str = ""
    gone: str = ""


def items_of(record: Record) -> tuple[Item, ...]:
    """Koha has them in 952 (in UNIMARC 995), Evergreen, Follett and others in 852. A title without any is one copy."""
    koha = [field for field in record.get_fields("952") if text(field, "p") or text(field, "o")]
    if koha:
        return tuple(map(_of_koha, koha))
    found = [*_labelled(record.get_fields("852"), "p", "khimj"), *_labelled(record.get_fields("995"), "f", "k")]
    return tuple(found) or (Item(shelf_mark=_shelf_mark(record)),)


def _of_koha(field: Field) -> Item:
    said = (what for code, what in _GONE.items() if text(field, code) not in {"", "0"})
    return Item(text(field, "p"), text(field, "o"), next(said, ""))


def _labelled(fields: Iterable[Field], barcode: str, shelf_mark: str) -> Iterator[Item]:
    return (Item(text(each, barcode), joined(each, shelf_mark)) for each in fields if text(each, barcode))


def _shelf_mark(record: Record) -> str:
    """Of a title without items: that of this library. (A classification is not where it stands.)"""
    marks = (joined(first(record, tag), codes) for tag, codes in _MARKS)
    return next(filter(None, marks), "")


_MARKS = (("852", "khim"), ("099", "a"), ("090", "ab"), ("930", "a"))
