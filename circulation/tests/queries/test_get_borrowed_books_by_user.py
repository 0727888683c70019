"""GetBorrowedBooksByUser: what somebody has, and until when."""

from circulation.queries import GetBorrowedBooksByUser
from tests.arranger import Arguments, Arranger
from tests.declared import declared


def who_has(it: Arranger, books: int) -> Arguments:
    person = it.person(verified=True)
    for _ in range(books):
        it.lent_book(person=person)
    return {"user_id": person}


DECLARED = declared(GetBorrowedBooksByUser, rows=who_has, statements=1, large=lambda it: [{"user_id": it.reader_id}])
