"""AddCopies: more copies of a book that the library has."""

from uuid import UUID

import pytest

from catalog.commands import AddCopies
from catalog.commands.add_copies import MAX_COPIES, CopiesAdded
from catalog.models import Book
from catalog.queries import SearchBooks
from library_site.cqrs import InvalidInput, dispatch
from tests.library import add_book, borrow, context, lend, register, reserve

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


def add(book_id: UUID, copies: int = 1, key: str | None = None) -> CopiesAdded:
    return dispatch(AddCopies(book_id=book_id, copies=copies), context(idempotency_key=key))


def test_each_copy_is_like_the_first_but_for_its_barcode_and_can_be_found_and_lent() -> None:
    emma = Book.objects.get(pk=add_book("Emma", isbn=ISBN))

    answer = add(emma.pk, 3)

    copies = Book.objects.exclude(pk=emma.pk).order_by("pk")
    assert answer == CopiesAdded(
        book_ids=tuple(copy.pk for copy in copies), barcodes=tuple(copy.barcode for copy in copies), on_hold=0
    )
    assert {(copy.title, copy.isbn, copy.author_id, copy.status) for copy in copies} == {
        ("Emma", ISBN, emma.author_id, "AVAILABLE")
    }
    numbers = [int(copy.barcode[5:13]) for copy in (emma, *copies)]
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    assert len(dispatch(SearchBooks(q="emma austen"), context()).rows) == 4


def test_copies_that_people_wait_for_go_to_the_hold_shelf_in_the_order_of_the_queue() -> None:
    emma = add_book("Emma", isbn=ISBN)
    borrow(emma, register())
    ann, bob = register("Ann Lee"), register("Bob")
    for who in (ann, bob):
        reserve(emma, who)

    answer = add(emma, 3)

    copies = [Book.objects.get(pk=each) for each in answer.book_ids]
    assert answer.on_hold == 2
    assert [copy.reservation and copy.reservation.user_id for copy in copies] == [ann, bob, None]


def test_without_an_isbn_another_copy_is_a_title_of_its_own_and_nobody_waits_for_it() -> None:
    manuscript = lend("Sanditon")
    reserve(manuscript, register())

    assert add(manuscript).on_hold == 0


@pytest.mark.parametrize("copies", [-1, 0, MAX_COPIES + 1])
def test_none_or_too_many_at_a_time_are_refused(copies: int) -> None:
    with pytest.raises(InvalidInput, match=f"1 to {MAX_COPIES}"):
        add(add_book(), copies)

    assert Book.objects.count() == 1


def test_sent_twice_with_one_key_the_copies_are_added_once() -> None:
    emma = add_book("Emma")

    assert add(emma, 2, key="emma") == add(emma, 2, key="emma")
    assert Book.objects.count() == 3
