"""SearchUsers: by name or e-mail address."""

import pytest

from circulation.queries import SearchUsers
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import FOR_WORDS, declared
from tests.library import context, register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db


def of_one_name(it: Arranger, people: int) -> Arguments:
    name = it.new_person()["name"] + it.unique(" Jane")
    for _ in range(people):
        it.person(name)
    return {"q": name}


DECLARED = declared(
    SearchUsers,
    rows=of_one_name,
    statements=FOR_WORDS,
    large=lambda it: [
        *({"q": q} for q in ("example", "ben", "person77", it.card)),
        {"q": "", "recent": True},
    ],
)


def found(q: str) -> list[str]:
    return [row.name for row in dispatch(SearchUsers(q=q), context()).rows]


@pytest.mark.parametrize(
    "q", ["soren", "SØREN"[:1], "kjærg", "soren kj", "s.kj@example.org", "s kj", "kj@exa", "example soren"]
)
def test_a_user_is_found_by_a_few_letters_of_name_or_address(q: str) -> None:
    soren = register("Soren Kjærgaard", "s.kj@example.org")
    register("Ann Lee", "ann@library.test")

    assert found(q) == found(str(soren)) == ["Soren Kjærgaard"]


@pytest.mark.parametrize("q", ["", "oren", "ann kj", "%", "@"])
def test_what_begins_no_word_finds_nobody(q: str) -> None:
    register("Soren Kjærgaard", "s.kj@example.org")

    assert found(q) == []


def test_users_come_by_name_and_namesakes_are_all_there() -> None:
    for name in ("Zoe", "ann", "Émile", "Ann"):
        register(name)

    assert found("example.org") == found("example") != []
    assert [name.lower() for name in found("example")] == ["ann", "ann", "émile", "zoe"]


def test_where_nobody_is_searched_for_those_come_first_who_registered_last_on_request() -> None:
    for name in ("Ann Lee", "Zoe Poe", "Bob Roe"):
        register(name)
    rows = there_and_back(SearchUsers(q=" ", recent=True))
    assert [row.name for row in rows] == ["Bob Roe", "Zoe Poe", "Ann Lee"]
    assert [row.name for row in there_and_back(SearchUsers(q="oe", recent=True))] == []
