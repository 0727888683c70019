"""GetBookFile: where a book is, and how its title stands."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from catalog.models import Book
from circulation.queries import GetBookFile
from circulation.queries.get_book_file import BookFile
from library_site.cqrs import dispatch
from tests.library import add_book, borrow, context, register, renew, report_missing, reserve, withdraw

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISBN = "9780141439587"


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


def test_on_the_hold_shelf_it_says_for_whom() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    reservation = reserve(emma, ann, now=NOW)

    (row,) = files(emma)

    assert (row.status, row.reservation_id, row.held_until) == ("ON_HOLD", reservation, date(2026, 11, 30))
    assert (row.reserved_for_user_id, row.reserved_for_name, row.queued) == (ann, "Ann Lee", 0)


def test_copies_are_those_in_use_and_the_queue_is_that_of_the_title() -> None:
    copies = [add_book("Emma", isbn=ISBN) for _ in range(4)]
    borrow(copies[0], register())
    report_missing(copies[1])
    withdraw(copies[2])
    assert [(row.copies, row.copies_available) for each in copies for row in files(each)] == [(3, 1)] * 4

    for _ in range(3):  # the first gets the copy that is there
        reserve(copies[0], register())
    assert [(row.copies_available, row.queued) for each in copies for row in files(each)] == [(0, 2)] * 4


def test_books_without_isbn_have_nothing_to_do_with_each_other() -> None:
    manuscript, other = add_book(), add_book()
    borrow(manuscript, register())
    reserve(manuscript, register())

    assert [(row.copies, row.queued) for each in (manuscript, other) for row in files(each)] == [(1, 1), (1, 0)]


def test_no_book_has_no_file() -> None:
    assert files(uuid4()) == []
