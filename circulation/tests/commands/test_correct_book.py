"""CorrectBook: what was typed wrongly when a book was added."""

from typing import Any
from uuid import UUID

import pytest

from catalog.models import Author, Book
from catalog.policies import BarcodeKind, barcode
from catalog.queries import SearchBooks
from circulation.commands import CorrectBook
from circulation.commands.correct_book import BookCorrected
from circulation.models import Reservation
from circulation.queries import GetReservationQueue
from library_site.cqrs import InvalidInput, dispatch
from tests.library import add_book, borrow, context, lend, register, report_missing, reserve, withdraw

pytestmark = pytest.mark.django_db

EMMA, PERSUASION = "9780141439587", "9780141439686"


def correct(book_id: UUID, **changes: Any) -> BookCorrected:
    return dispatch(CorrectBook(book_id=book_id, **changes), context())


def test_what_is_not_given_stays_though_the_book_is_on_loan() -> None:
    emma = add_book("Ema", isbn=EMMA)
    borrow(emma, register())
    before = dict(Book.objects.filter(pk=emma).values().get())

    correct(emma, title=" Emma ")

    after = dict(Book.objects.filter(pk=emma).values().get())
    assert {name for name in before if before[name] != after[name]} == {"title", "search_key"}
    assert [row.title for row in dispatch(SearchBooks(q="emma"), context()).rows] == ["Emma"]


def test_the_author_is_found_by_name_or_added() -> None:
    emma = add_book("Emma", author="Charlotte Brontë")
    add_book(author="Jane Austen")

    answer = correct(emma, author_name="JANE  AUSTEN")

    assert answer == BookCorrected(
        book_id=emma, author_id=Author.objects.get(name="Jane Austen").pk, author_added=False
    )
    assert correct(emma, author_name="Anon.").author_added
    assert Book.objects.get(pk=emma).author.name == "Anon."


def test_an_isbn_is_kept_in_thirteen_digits_and_an_empty_one_takes_it_away() -> None:
    emma = add_book("Emma")

    correct(emma, isbn="0-14-143958-0")
    assert Book.objects.get(pk=emma).isbn == EMMA
    correct(emma, isbn="")
    assert Book.objects.get(pk=emma).isbn == ""


def test_a_new_label_takes_the_place_of_the_old_one() -> None:
    emma, label = add_book("Emma"), barcode(BarcodeKind.BOOK, "0001", 4711)

    correct(emma, barcode=label)

    assert Book.objects.get(pk=emma).barcode == label


def test_who_waits_for_a_title_goes_on_waiting_for_its_other_copies() -> None:
    typed_wrongly, other = add_book("Persuasion", isbn=EMMA), lend_copy(EMMA)
    borrow(typed_wrongly, register())
    reservation = reserve(typed_wrongly, register())
    report_missing(typed_wrongly)

    correct(typed_wrongly, isbn=PERSUASION)

    assert Reservation.objects.get(pk=reservation).book_id == other


def test_a_book_that_becomes_a_copy_of_a_title_goes_to_whoever_waits_for_it() -> None:
    emma, ann = lend_copy(EMMA), register("Ann Lee")
    reserve(emma, ann)
    other = add_book("Emma")

    correct(other, isbn=EMMA)

    book = Book.objects.get(pk=other)
    assert book.status == "ON_HOLD"
    assert book.reservation
    assert book.reservation.user_id == ann


def lend_copy(isbn: str) -> UUID:
    book_id = add_book(isbn=isbn)
    borrow(book_id, register())
    return book_id


def test_nothing_to_correct_or_two_authors_is_bad_input() -> None:
    emma = lend("Emma")

    for changes in ({}, {"title": " "}, {"isbn": "978"}, {"author_id": emma, "author_name": "Anon."}):
        with pytest.raises(InvalidInput):
            correct(emma, **changes)


def test_a_copy_that_is_withdrawn_keeps_nobody_waiting() -> None:
    book_id, ann = lend_copy(EMMA), register()
    withdrawn = add_book(isbn=EMMA)
    withdraw(withdrawn)
    reserve(book_id, ann)
    report_missing(book_id)

    correct(book_id, isbn=PERSUASION)

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=book_id), context()).rows] == [ann]
    assert dispatch(GetReservationQueue(book_id=withdrawn), context()).rows == []


def test_who_named_a_copy_that_is_withdrawn_by_now_comes_along_too() -> None:
    book_id, withdrawn, ann = lend_copy(EMMA), add_book(isbn=EMMA), register()
    report_missing(withdrawn)
    reserve(withdrawn, ann)
    withdraw(withdrawn)
    report_missing(book_id)

    correct(book_id, isbn=PERSUASION)

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=book_id), context()).rows] == [ann]


def test_those_who_come_along_stand_behind_those_who_wait_there() -> None:
    here, there = lend_copy(EMMA), lend_copy(PERSUASION)
    ann, bob, cid, dan = (register() for _ in range(4))
    for book_id, user_id in ((here, ann), (there, bob), (here, cid), (there, dan)):
        reserve(book_id, user_id)
    report_missing(here)

    correct(here, isbn=PERSUASION)

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=there), context()).rows] == [bob, dan, ann, cid]
