"""WithdrawBook: a book is taken out of use."""

from typing import Any
from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import WithdrawBook
from circulation.commands.withdraw_book import BookAlreadyWithdrawn, BookOnLoan, BookWithdrawal, LastCopyReserved
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.library import (
    add_book,
    context,
)

pytestmark = pytest.mark.django_db

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


def status(book_id: UUID) -> str:
    return str(Book.objects.get(pk=book_id).status)


def test_it_stays_in_the_catalogue_and_the_journal_says_why() -> None:
    emma = add_book("Emma")

    answer = dispatch(WithdrawBook(book_id=emma, reason="Worn out."), context())

    assert answer == BookWithdrawal(book_id=emma, queued_user_id=None)
    assert status(emma) == "WITHDRAWN"
    assert JournalEntry.objects.get(operation="WithdrawBook").arguments["reason"] == "Worn out."
