"""GetOverdueLoans: what should be back by now."""

from datetime import timedelta

import pytest

from circulation.queries import GetOverdueLoans
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import after
from tests.declared import JUNK, declared
from tests.large_library import NOW
from tests.library import context, lend, register
from tests.paging import there_and_back

DECLARED = declared(
    GetOverdueLoans,
    rows=lambda it, books: after([it.overdue_book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}, {"by_person": True}],
)


@pytest.mark.django_db
def test_the_books_of_one_person_stand_together_on_request() -> None:
    """The latest first, of each; and a page of one order does not go on in the other."""
    ann, bob = register("Ann Lee"), register("Bob Roe")
    for days, person in ((50, bob), (45, ann), (40, bob), (35, ann)):
        lend(user_id=person, now=NOW - timedelta(days=days))
    assert [row.user_id for row in there_and_back(GetOverdueLoans(), now=NOW)] == [bob, ann, bob, ann]
    rows = there_and_back(GetOverdueLoans(by_person=True), now=NOW)
    assert [row.user_id for row in rows] == [ann, ann, bob, bob]
    assert rows[0].due_on < rows[1].due_on
    page = dispatch(GetOverdueLoans(page_size=1), context(now=NOW))
    with pytest.raises(InvalidInput, match=JUNK):
        dispatch(GetOverdueLoans(by_person=True, cursor=page.next), context(now=NOW))
