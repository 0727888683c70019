"""GetPastLoansByUser: what somebody has had."""

from circulation.queries import GetPastLoansByUser
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def who_had(it: Arranger, books: int) -> Arguments:
    person = it.person()
    for _ in range(books):
        it.past_loan(person=person)
    return {"user_id": person}


DECLARED = declared(GetPastLoansByUser, rows=who_had, statements=1, large=lambda it: [{"user_id": it.reader_id}])
