"""ReturnBook: a book of this library can always be returned."""

from circulation.commands import ReturnBook
from tests.declared import about, declared

DECLARED = declared(
    ReturnBook,
    good=lambda it: {"book_id": it.lent_book()},
    step=about("BORROWED", "MISSING", "WITHDRAWN", weight=3),
    statements=9,  # the title, the past loan, the book, its losses, the queue
    moves=[
        lambda it: {"book_id": it.lost_book()},
        lambda it: {"book_id": it.lost_book(verified=True)},
        lambda it: {"book_id": it.queue_of(1)},
    ],
)
