"""ReportMissingBook: a loss suspends whoever had the book, and says why."""

from circulation.commands import ReportMissingBook
from circulation.commands.report_missing_book import BookAlreadyMissing
from circulation.domain.books import BookWithdrawn
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused

ISBN = "9780141439587"


def held_beside_another_copy(it: Arranger) -> Arguments:
    """Which is then for whoever waited."""
    book = it.held_book(isbn=ISBN)
    it.book(isbn=ISBN)
    return {"book_id": book}


DECLARED = declared(
    ReportMissingBook,
    good=lambda it: {"book_id": it.lent_book()},
    statements=9,  # the title, the past loan, the book, the user (locked), the user
    refusals=[
        refused(
            BookAlreadyMissing,
            "“Emma” is reported missing already.",
            lambda it: {"book_id": it.missing_book("Emma")},
            remedy="ReportFoundBook",
        ),
        refused(
            BookWithdrawn,
            "“Emma” is withdrawn. Restore it first",
            lambda it: {"book_id": it.withdrawn_book("Emma")},
            remedy="RestoreBook",
        ),
    ],
    moves=[
        lambda it: {"book_id": it.book()},
        lambda it: {"book_id": it.lent_book(person=it.person(verified=True))},
        held_beside_another_copy,
    ],
)
