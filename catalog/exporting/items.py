"""The items of the record that books came with: one for each copy that the library has."""

from collections.abc import Sequence

from pymarc import Field, Record

from catalog.marc.items import Item, items_of
from catalog.marc.subfields import text
from catalog.models import Book
from catalog.reading.every_book import former_labels
from library_site.cqrs.barcodes import barcode_key

from .changes import say
from .fresh import item_field

_CODES = {"952": ("p", "o"), "852": ("p", "hkimj"), "995": ("f", "k")}
"""Where programs have a barcode, and the parts of a shelf mark, of which the first takes a new one."""


def change_items(record: Record, books: Sequence[Book]) -> None:
    """An item is that of the book with its label, or that had it; without one that can be a label, of the next book.

    What is gone already, as its record says, stays: it was not taken for a book.
    """
    fields = _fields(record)
    items = {field: item for field, item in zip(fields, items_of(record), strict=False) if not item.gone}
    found = _found(items, books)
    for field, item in items.items():
        if field in found:
            _change(field, item, found[field])
        else:
            record.remove_field(field)
    added = [book for book in books if book not in found.values()]
    _add(record, [_like(fields[-1], book) if fields else item_field(book) for book in added])


def _fields(record: Record) -> list[Field]:
    """Those in which an import finds items."""
    koha = [field for field in record.get_fields("952") if text(field, "p") or text(field, "o")]
    others = [field for field in record.get_fields("852", "995") if text(field, _CODES[field.tag][0])]
    return koha or sorted(others, key=lambda field: field.tag)


def _found(items: dict[Field, Item], books: Sequence[Book]) -> dict[Field, Book]:
    labels = {barcode_key(book.barcode): book for book in books}
    keys = {field: barcode_key(item.barcode) for field, item in items.items()}
    found = {field: labels.pop(key) for field, key in keys.items() if key in labels}
    lost = {key: field for field, key in keys.items() if key and field not in found}
    if lost and labels:
        for key, book in former_labels(lost, labels.values()).items():
            if labels.pop(barcode_key(book.barcode), None):
                found[lost[key]] = book
    return found | dict(zip((field for field, key in keys.items() if not key), labels.values(), strict=False))


def _change(field: Field, item: Item, book: Book) -> None:
    label, mark = _CODES[field.tag]
    if barcode_key(item.barcode) != barcode_key(book.barcode):
        say(field, label, book.barcode, instead_of=label)
    if item.shelf_mark != book.shelf_mark:
        say(field, mark[0], book.shelf_mark, instead_of=mark)


def _like(other: Field, book: Book) -> Field:
    """An item where the record has others."""
    field = Field(other.tag, other.indicators)
    _change(field, Item(), book)
    return field


def _add(record: Record, fields: Sequence[Field]) -> None:
    for field in fields:
        record.add_grouped_field(field)
