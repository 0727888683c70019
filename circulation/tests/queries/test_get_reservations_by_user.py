"""GetReservationsByUser: what somebody waits for."""

import pytest

from circulation.queries import GetReservationsByUser
from tests.declared import declared
from tests.library import add_book, borrow, register, reserve
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"

DECLARED = declared(
    GetReservationsByUser,
    rows=lambda it, titles: {"user_id": it.who_waits_for(titles)},
    statements=1,
    large=lambda it: [{"user_id": it.reader_id}],
)


def test_a_row_says_what_was_reserved_and_which_copy_waits() -> None:
    named, other, ann = add_book("Emma", isbn=ISBN), add_book("Emma", isbn=ISBN), register("Ann Lee")
    borrow(named, register())
    reserve(named, ann)

    (row,) = there_and_back(GetReservationsByUser(user_id=ann))
    assert (row.book_id, row.waiting_book_id) == (named, other)
    assert (row.title, row.isbn, row.author_name) == ("Emma", ISBN, "Jane Austen")
