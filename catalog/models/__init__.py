"""What the library owns."""

from .authors import Author
from .barcodes import BarcodeSeries
from .books import Book, author_name
from .codes import Code
from .rules import MAX_NAME, MAX_STATEMENT, MAX_TITLE, refuse_duplicate, storable_name, valid_isbn, with_derived
from .source_records import SourceRecord

__all__ = [
    "MAX_NAME",
    "MAX_STATEMENT",
    "MAX_TITLE",
    "Author",
    "BarcodeSeries",
    "Book",
    "Code",
    "SourceRecord",
    "author_name",
    "refuse_duplicate",
    "storable_name",
    "valid_isbn",
    "with_derived",
]
