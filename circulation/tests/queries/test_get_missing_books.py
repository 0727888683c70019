"""GetMissingBooks: what to look for on the shelves."""

from circulation.queries import GetMissingBooks
from tests.arranger import after
from tests.declared import declared

DECLARED = declared(
    GetMissingBooks,
    rows=lambda it, books: after([it.missing_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)
