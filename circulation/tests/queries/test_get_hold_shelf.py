"""GetHoldShelf: which copies wait, for whom, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from catalog.models import Book
from circulation.queries import GetHoldShelf
from circulation.queries.get_hold_shelf import HeldBook
from tests.library import add_book, borrow, lend, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def shelf() -> list[HeldBook]:
    return there_and_back(GetHoldShelf())


def test_a_row_says_which_copy_waits_for_whom() -> None:
    emma, ann = add_book("Emma"), register("Ann Lee")
    reservation = reserve(emma, ann, now=NOW)

    assert shelf() == [
        HeldBook(
            id=emma,
            title="Emma",
            barcode=Book.objects.get().barcode,
            author_name="Jane Austen",
            reservation_id=reservation,
            user_id=ann,
            user_name="Ann Lee",
            user_status="NOT_VERIFIED",
            held_until=date(2026, 11, 30),
        )
    ]


def test_what_waits_for_the_shortest_time_to_come_is_at_the_top_and_what_was_collected_is_gone() -> None:
    books = [add_book(f"In {days}") for days in (3, 1, 2, 5, 4)]
    for book_id in books:
        days = int(Book.objects.get(pk=book_id).title.removeprefix("In "))
        reserve(book_id, register(), now=NOW + timedelta(days=days))
    collected, ann = add_book("Collected"), register("Ann Lee")
    reserve(collected, ann, now=NOW)
    borrow(collected, ann, now=NOW)
    reserve(lend(), register(), now=NOW)

    assert [row.title for row in shelf()] == ["In 1", "In 2", "In 3", "In 4", "In 5"]
