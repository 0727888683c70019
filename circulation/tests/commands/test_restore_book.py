"""RestoreBook: a withdrawn book is in use again."""

from typing import Any

from circulation.commands import RestoreBook
from circulation.commands.restore_book import BookNotWithdrawn
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused


def given_up(it: Arranger, book: Any) -> Arguments:
    """A book that was missing, and was withdrawn over the head of whoever waits."""
    it("WithdrawBook", book_id=book, reason="Lost.", override=["last_copy_reserved"], override_reason="Lost.")
    return {"book_id": book}


DECLARED = declared(
    RestoreBook,
    good=lambda it: {"book_id": it.withdrawn_book()},
    step=about("WITHDRAWN"),
    statements=8,  # the title, the book, its losses, the queue
    refusals=[
        refused(
            BookNotWithdrawn,
            "“Emma” is not withdrawn: it is available.",
            lambda it: {"book_id": it.book("Emma")},
            details="book_status",
        ),
    ],
    moves=[
        lambda it: given_up(it, it.lost_book()),
        lambda it: given_up(it, it.lost_book(verified=True)),
        lambda it: given_up(it, it.held_book()),
    ],
)
