"""AddCopies: more copies of a book that the library has."""

from django.db import connection

from catalog.commands import AddCopies
from library_site.cqrs import InvalidInput
from tests.declared import declared, refused

ISBN = "9780141439587"

DECLARED = declared(
    AddCopies,
    good=lambda it: {"book_id": it.book(isbn=ISBN), "copies": 2},
    # the book, its author (locked), the ISBN (locked, on PostgreSQL), its copies (locked); for each new one a barcode
    # (3) and the book; the queue; the book again
    statements=17 + (connection.vendor == "postgresql"),
    refusals=[
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 0}),
        refused(InvalidInput, "Add 1 to 50 copies at a time.", lambda it: {"book_id": it.book(), "copies": 51}),
    ],
    moves=[lambda it: {"book_id": it.queue_of(1, isbn=ISBN)}],
)
