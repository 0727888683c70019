"""RecallBook: what somebody waits for is due sooner."""

from circulation.commands import RecallBook
from circulation.commands.recall_book import NobodyWaits, RecallMovesNothing
from circulation.domain.loans import BookNotOnLoan
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, never_open, refused


def recalled(it: Arranger) -> Arguments:
    book = it.queue_of(1, "Emma")
    it("RecallBook", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    RecallBook,
    good=lambda it: {"book_id": it.queue_of(1)},
    step=about("BORROWED", weight=2),
    statements=8,  # the book (locked), the policy, the queue, the book
    refusals=[
        refused(
            BookNotOnLoan,
            "“Emma” is not on loan: it is available.",
            lambda it: {"book_id": it.book("Emma")},
            details="book_status",
        ),
        refused(
            NobodyWaits,
            "Nobody waits for “Emma”. Place a reservation first.",
            lambda it: {"book_id": it.lent_book("Emma")},
        ),
        refused(RecallMovesNothing, "anyway: recalling would change nothing.", recalled),
        never_open(lambda it: {"book_id": it.queue_of(1)}),
    ],
)
