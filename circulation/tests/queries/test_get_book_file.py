"""GetBookFile: where a book is, and how its title stands."""

from circulation.queries import GetBookFile
from tests.declared import declared

DECLARED = declared(
    GetBookFile,
    good=lambda it: {"book_id": it.queue_of(2)},
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)
