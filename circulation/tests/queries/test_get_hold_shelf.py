"""GetHoldShelf: which copies wait, for whom, and until when."""

from datetime import UTC, date, datetime

import pytest

from catalog.models import Book
from circulation.queries import GetHoldShelf
from circulation.queries.get_hold_shelf import HeldBook
from tests.arranger import after
from tests.declared import declared
from tests.library import add_book, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


DECLARED = declared(
    GetHoldShelf,
    rows=lambda it, books: after([it.held_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}],
)


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
