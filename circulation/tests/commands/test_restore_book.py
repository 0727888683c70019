"""RestoreBook: a withdrawn book is in use again."""

from uuid import UUID

import pytest

from catalog.models import Book
from circulation.commands import RestoreBook
from circulation.commands.restore_book import BookRestored
from library_site.cqrs import dispatch
from tests.library import add_book, borrow, context, register, reserve, suspend_by_loss, withdraw

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


def restore(book_id: UUID) -> BookRestored:
    return dispatch(RestoreBook(book_id=book_id), context())


def test_it_is_available_again() -> None:
    emma = add_book("Emma")
    withdraw(emma)

    assert restore(emma) == BookRestored(book_id=emma, reinstated_user_id=None, reserved_for_user_id=None)
    assert Book.objects.get(pk=emma).status == "AVAILABLE"


def test_it_waits_for_whoever_is_first_in_the_queue_of_its_title() -> None:
    emma, other, ann = add_book(isbn=ISBN), add_book(isbn=ISBN), register("Ann Lee")
    withdraw(emma)
    borrow(other, register())
    reserve(other, ann)

    assert restore(emma).reserved_for_user_id == ann
    assert Book.objects.get(pk=emma).status == "ON_HOLD"


def test_a_loss_that_was_given_up_is_found_after_all() -> None:
    ann = register("Ann Lee")
    emma = suspend_by_loss(ann, "Emma")
    withdraw(emma)

    assert restore(emma).reinstated_user_id == ann
