"""UndoRenewal: the last renewal of a loan is taken back, on the same day (rule 23 of the desk)."""

import pytest

from circulation.commands import UndoRenewal
from circulation.domain.loans import NothingToUndo
from tests.arranger import Arguments, Arranger, Here
from tests.declared import declared, refused
from tests.model_check import stored


def renewed(it: Arranger) -> Arguments:
    book = it.lent_book()
    it("RenewLoan", book_id=book)
    return {"book_id": book}


DECLARED = declared(
    UndoRenewal,
    good=renewed,
    statements=6,
    refusals=[
        refused(
            NothingToUndo,
            "“Emma” is on loan (Ann Lee). A renewal is undone on its day, before all else and before a closure.",
            lambda it: {"book_id": it.lent_book("Emma", it.person("Ann Lee"))},
            details="book_status",
        ),
    ],
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_rule_23_an_overdue_loan_whose_renewal_is_undone_is_overdue_again() -> None:
    it = Here()
    book = it.overdue_book()
    before = stored()
    it("RenewLoan", book_id=book)

    it("UndoRenewal", book_id=book)

    assert stored() == before
