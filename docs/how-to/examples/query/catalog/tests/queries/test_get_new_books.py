"""GetNewBooks: what came into the library since a day."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from catalog.queries import GetNewBooks
from library_site.cqrs import dispatch
from tests.arranger import after
from tests.declared import declared
from tests.library import add_book, context

DECLARED = declared(
    GetNewBooks,
    rows=lambda it, books: after([it.book() for _ in range(books)], {}),
    statements=1,
    large=lambda it: [{}, {"since": "1970-01-01"}],
)


@pytest.mark.django_db
def test_what_came_today_is_new_today_and_not_tomorrow() -> None:
    emma, dune = add_book("Emma"), add_book("Dune")

    def since(days: int) -> list[object]:
        return [row.id for row in dispatch(GetNewBooks(since=localdate() + timedelta(days)), context()).rows]

    assert since(0) == [dune, emma]
    assert since(1) == []
