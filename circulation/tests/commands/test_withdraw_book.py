"""WithdrawBook: a book is taken out of use."""

from typing import Any

from circulation.commands import WithdrawBook
from circulation.commands.withdraw_book import BookAlreadyWithdrawn, BookOnLoan
from circulation.domain.titles import LastCopyReserved
from tests.arranger import Arguments, Arranger
from tests.declared import about, declared, refused

ISBN = "9780141439587"


def worn_out(book: Any) -> Arguments:
    return {"book_id": book, "reason": "Worn out."}


def held_beside_another_copy(it: Arranger) -> Arguments:
    """Which is then for whoever waited."""
    book = it.held_book(isbn=ISBN)
    it.book(isbn=ISBN)
    return worn_out(book)


DECLARED = declared(
    WithdrawBook,
    good=lambda it: worn_out(it.book()),
    step=about("ON_HOLD", "MISSING", weight=2),
    statements=7,  # the title, who waits, the book
    refusals=[
        refused(
            BookOnLoan,
            "“Emma” is on loan to Ann Lee until",
            lambda it: worn_out(it.lent_book("Emma", it.person("Ann Lee"))),
            remedy="ReturnBook",
            details="borrower_id",
        ),
        refused(
            BookAlreadyWithdrawn,
            "“Emma” is withdrawn already.",
            lambda it: worn_out(it.withdrawn_book("Emma")),
            remedy="RestoreBook",
        ),
        refused(
            LastCopyReserved,
            "“Emma” is the last copy, and one person waits for it.",
            lambda it: worn_out(it.held_book("Emma")),
            remedy="WithdrawBook",
            details="waiting",
        ),
    ],
    moves=[lambda it: worn_out(it.missing_book()), held_beside_another_copy],
)
