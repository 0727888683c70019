"""AddCopies: more copies of a book that the library has."""

from django.db import connection

from catalog.commands import AddCopies
from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from library_site.cqrs import InvalidInput
from tests.arranger import after
from tests.declared import declared, refused

ISBN = "9780141439587"
LABEL = barcode(BarcodeKind.BOOK, "0001", 4711)

DECLARED = declared(
    AddCopies,
    good=lambda it: {"book_id": it.book(isbn=ISBN), "copies": 2},
    # the book, its author (locked), the ISBN (locked, on PostgreSQL), its copies (locked); for each new one a barcode
    # (3) and the book; the queue; the book again
    statements=19 + (connection.vendor == "postgresql"),
    refusals=[
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 0}),
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 51}),
        refused(
            InvalidInput,
            "A label is of one copy",
            lambda it: {"book_id": it.book(), "copies": 2, "barcode": LABEL},
        ),
        refused(
            BarcodeTaken,
            f"The barcode {LABEL} is on “",
            lambda it: after(it.book(barcode=LABEL), {"book_id": it.book(), "copies": 1, "barcode": LABEL}),
        ),
    ],
    moves=[
        lambda it: {"book_id": it.queue_of(1, isbn=ISBN)},
        lambda it: {"book_id": it.book(), "barcode": LABEL},
    ],
)
