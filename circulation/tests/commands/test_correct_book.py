"""CorrectBook: what was typed wrongly when a book was added."""

import pytest

from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from circulation.commands import CorrectBook
from circulation.domain.isbn_changes import BookInUse, ReservationsClash
from circulation.queries import GetReservationQueue
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger, after
from tests.declared import declared, refused
from tests.library import add_book, context, lend, register, report_missing, reserve, withdraw

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
            f"The barcode {LABEL} is on “",
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


@pytest.mark.django_db
def test_who_named_a_copy_that_is_withdrawn_by_now_comes_along_too_behind_those_who_wait_already() -> None:
    """Ann has another book, and somebody else a copy of what it becomes: neither is in her way."""
    book_id, withdrawn, other = lend(isbn=EMMA), add_book(isbn=EMMA), lend(isbn=PERSUASION)
    reserve(other, bob := register())
    report_missing(withdrawn)
    reserve(withdrawn, ann := register())
    withdraw(withdrawn)
    lend(user_id=ann)
    report_missing(book_id)

    dispatch(CorrectBook(book_id=book_id, isbn=PERSUASION), context())

    assert [row.user_id for row in dispatch(GetReservationQueue(book_id=book_id), context()).rows] == [bob, ann]


@pytest.mark.django_db
def test_who_named_a_book_that_leaves_its_title_goes_on_waiting_for_the_other_copies() -> None:
    book_id, other, elsewhere = lend(isbn=EMMA), lend(isbn=EMMA), lend()
    reserve(book_id, ann := register())
    reserve(elsewhere, bob := register())
    report_missing(book_id)

    dispatch(CorrectBook(book_id=book_id, isbn=PERSUASION), context())

    queues = [dispatch(GetReservationQueue(book_id=each), context()).rows for each in (book_id, other, elsewhere)]
    assert [[row.user_id for row in queue] for queue in queues] == [[], [ann], [bob]]
