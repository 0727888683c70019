"""CorrectBook: what was typed wrongly when a book was added."""

from typing import Any
from uuid import UUID

import pytest

from catalog.domain.barcodes import BarcodeTaken
from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from circulation.commands import CorrectBook
from circulation.commands.correct_book import BookCorrected
from circulation.domain.isbn_changes import BookInUse, ReservationsClash
from circulation.models import Reservation
from circulation.queries import GetReservationQueue
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger, after
from tests.declared import declared, refused
from tests.library import add_book, borrow, context, register, report_missing, reserve, withdraw

pytestmark = pytest.mark.django_db

EMMA, PERSUASION = "9780141439587", "9780141439686"

EMMA, PERSUASION = "9780141439587", "9780141439686"
LABEL = barcode(BarcodeKind.BOOK, "0001", 4711)


def by_which_somebody_would_wait_for_what_they_have(it: Arranger) -> Arguments:
    person = it.person()
    book = it.held_book("Emma", person)
    it("ReportMissingBook", book_id=book)
    it.lent_book(person=person, isbn=EMMA)
    return {"book_id": book, "isbn": EMMA}


DECLARED = declared(
    CorrectBook,
    good=lambda it: {"book_id": it.book(), "title": it.unique("Emma")},
    statements=8,  # the title, whose barcode it is, the author, the book
    refusals=[
        refused(InvalidInput, "“978” is not a valid ISBN", lambda it: {"book_id": it.book(), "isbn": "978"}),
        refused(
            BarcodeTaken,
            f"The barcode {LABEL} is on something else already.",
            lambda it: after(it.book(barcode=LABEL), {"book_id": it.book(), "barcode": LABEL}),
        ),
        refused(
            BookInUse,
            "“Emma” is on loan: correct its ISBN when it is back.",
            lambda it: {"book_id": it.lent_book("Emma"), "isbn": EMMA},
            details="book_status",
        ),
        refused(
            ReservationsClash,
            f"Somebody who waits for “Emma” has, or waits for, a book with the ISBN {EMMA}.",
            by_which_somebody_would_wait_for_what_they_have,
        ),
    ],
    moves=[lambda it: after(it.queue_of(1, isbn=EMMA), {"book_id": it.book(), "isbn": EMMA})],
)


def correct(book_id: UUID, **changes: Any) -> BookCorrected:
    return dispatch(CorrectBook(book_id=book_id, **changes), context())


def test_an_isbn_is_kept_in_thirteen_digits_and_an_empty_one_takes_it_away() -> None:
    emma = add_book("Emma")

    correct(emma, isbn="0-14-143958-0")
    assert Book.objects.get(pk=emma).isbn == EMMA
    correct(emma, isbn="")
    assert Book.objects.get(pk=emma).isbn == ""


def test_who_waits_for_a_title_goes_on_waiting_for_its_other_copies() -> None:
    typed_wrongly, other = add_book("Persuasion", isbn=EMMA), lend_copy(EMMA)
    borrow(typed_wrongly, register())
    reservation = reserve(typed_wrongly, register())
    report_missing(typed_wrongly)

    correct(typed_wrongly, isbn=PERSUASION)

    assert Reservation.objects.get(pk=reservation).book_id == other


def lend_copy(isbn: str) -> UUID:
    book_id = add_book(isbn=isbn)
    borrow(book_id, register())
    return book_id


def test_who_named_a_copy_that_is_withdrawn_by_now_comes_along_too() -> None:
    book_id, withdrawn, ann = lend_copy(EMMA), add_book(isbn=EMMA), register()
    report_missing(withdrawn)
    reserve(withdrawn, ann)
    withdraw(withdrawn)
    report_missing(book_id)

    correct(book_id, isbn=PERSUASION)

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=book_id), context()).rows] == [ann]
