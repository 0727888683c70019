"""GetHoldShelf: which copies wait, for whom, and until when."""

from circulation.queries import GetHoldShelf
from tests.arranger import after
from tests.declared import declared

DECLARED = declared(
    GetHoldShelf,
    rows=lambda it, books: after([it.held_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)
