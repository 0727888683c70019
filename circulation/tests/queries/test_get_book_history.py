"""GetBookHistory: who has had a book."""

from circulation.queries import GetBookHistory
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def that_was_lent(it: Arranger, times: int) -> Arguments:
    book = it.book()
    for _ in range(times):
        it.past_loan(book)
    return {"book_id": book}


DECLARED = declared(
    GetBookHistory,
    rows=that_was_lent,
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)
