"""GetBookFile: where a book is, and how its title stands."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from catalog.models import Book
from circulation.queries import GetBookFile
from circulation.queries.get_book_file import BookFile
from library_site.cqrs import dispatch
from tests.declared import declared
from tests.library import add_book, borrow, context, register, renew

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"

DECLARED = declared(
    GetBookFile,
    good=lambda it: {"book_id": it.queue_of(2)},
    statements=1,
    large=lambda it: [{"book_id": each} for each in (it.wanted_book_id, it.single_book_id)],
)


def files(book_id: UUID) -> list[BookFile]:
    return dispatch(GetBookFile(book_id=book_id), context(now=NOW)).rows


def test_a_row_says_who_has_it_and_until_when() -> None:
    emma, ann = add_book("Emma", isbn=ISBN), register("Ann Lee")
    borrow(emma, ann, now=NOW)
    renew(emma, now=NOW)
    book = Book.objects.get()

    assert files(emma) == [
        BookFile(
            id=emma,
            title="Emma",
            isbn=ISBN,
            barcode=book.barcode,
            author_id=book.author_id,
            author_name="Jane Austen",
            status="BORROWED",
            borrower_id=ann,
            borrower_name="Ann Lee",
            borrowed_at=NOW,
            due_on=date(2027, 1, 18),
            renewals=1,
            reservation_id=None,
            reserved_for_user_id=None,
            reserved_for_name=None,
            held_until=None,
            copies=1,
            copies_available=0,
            queued=0,
        )
    ]
