"""UndoLoan: the last loan of a book is taken back, on the same day (rule 23 of the desk)."""

import pytest

from circulation.commands import UndoLoan
from circulation.domain.loans import CannotBeUndone, NothingToUndo, UndoOvertaken
from tests.arranger import Arguments, Arranger, Here
from tests.declared import declared, refused
from tests.model_check import stored


def collected(it: Arranger) -> Arguments:
    person = it.person()
    return {"book_id": it.lend(it.held_book("Emma", person), person)}


def and_renewed(it: Arranger) -> Arguments:
    book = it.lent_book("Emma", it.person("Ann Lee"))
    it("RenewLoan", book_id=book)
    return {"book_id": book}


def of_what_was_missing(it: Arranger) -> Arguments:
    book = it.missing_book("Emma")
    it("BorrowBook", book_id=book, user_id=it.person(), report_found=True)
    return {"book_id": book}


def in_spite_of_whom_it_waited_for(it: Arranger) -> Arguments:
    book = it.held_book("Emma")
    why = {"override": ("book_reserved",), "override_reason": "The other one has read it."}
    it("BorrowBook", book_id=book, user_id=it.person(), **why)
    return {"book_id": book}


def of_another_copy_than_that_which_waited(it: Arranger) -> Arguments:
    person, isbn = it.person(), it.unique_isbn()
    it.held_book("Emma", person, isbn=isbn)
    return {"book_id": it.lent_book("Emma", person, isbn=isbn)}


def for_which_somebody_waits_since(it: Arranger) -> Arguments:
    book = it.lent_book("Emma")
    it.reserve(book, it.person("Carol Fox"))
    return {"book_id": book}


def whose_borrower_has_another_copy_since(it: Arranger) -> Arguments:
    person, isbn = it.person("Ann Lee"), it.unique_isbn()
    book = it.lend(it.held_book("Emma", person, isbn=isbn), person)
    it.lent_book("Emma", person, isbn=isbn)
    return {"book_id": book}


def whose_reservation_is_of_another_title_since(it: Arranger) -> Arguments:
    person, isbn = it.person("Ann Lee"), it.unique_isbn()
    named, book = it.lent_book("Emma", isbn=isbn), it.lent_book("Emma", isbn=isbn)
    it.reserve(named, person)
    it("ReturnBook", book_id=book)
    it.lend(book, person)
    it("ReturnBook", book_id=named)
    it("CorrectBook", book_id=named, isbn="")
    return {"book_id": book}


DECLARED = declared(
    UndoLoan,
    good=lambda it: {"book_id": it.lent_book()},
    statements=7,
    moves=[collected, whose_reservation_is_of_another_title_since],
    refusals=[
        refused(
            NothingToUndo,
            "“Emma” is on loan (Ann Lee). A loan is undone on its day, before all else and before a closure.",
            and_renewed,
            details="book_status",
        ),
        refused(CannotBeUndone, "“Emma” was missing, and is found", of_what_was_missing),
        refused(CannotBeUndone, "“Emma” waited for somebody else", in_spite_of_whom_it_waited_for),
        refused(CannotBeUndone, "waited for another copy of “Emma”", of_another_copy_than_that_which_waited),
        refused(
            UndoOvertaken,
            "Somebody waits for “Emma” since it was lent: Carol Fox. Return it instead.",
            for_which_somebody_waits_since,
        ),
        refused(UndoOvertaken, "Ann Lee had reserved “Emma”", whose_borrower_has_another_copy_since),
    ],
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_rule_23_a_book_that_was_on_hold_for_its_borrower_waits_there_again_and_all_is_as_before() -> None:
    it, person = Here(), Here().person()
    book = it.held_book("Emma", person)
    it.reserve(book)
    before = stored()
    it.lend(book, person)

    assert it("UndoLoan", book_id=book)["reserved_for_user_id"] == person

    assert stored() == before
