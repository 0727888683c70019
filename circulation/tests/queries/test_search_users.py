"""SearchUsers: by name or e-mail address."""

import pytest
from rest_framework.test import APIClient

from circulation.models import LibraryUser
from circulation.queries import SearchUsers
from circulation.queries.search_users import FoundUser
from library_site.cqrs import dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared
from tests.library import context, register, suspend_by_loss

pytestmark = pytest.mark.django_db


def of_one_name(it: Arranger, people: int) -> Arguments:
    name = it.new_person()["name"] + it.unique(" Jane")
    for _ in range(people):
        it.person(name)
    return {"q": name}


DECLARED = declared(
    SearchUsers,
    rows=of_one_name,
    statements=1,
    large=lambda it: [{"q": q} for q in ("example", "ben", "person77", it.card)],
)


def found(q: str) -> list[str]:
    return [row.name for row in dispatch(SearchUsers(q=q), context()).rows]


@pytest.mark.parametrize(
    "q", ["soren", "SØREN"[:1], "kjærg", "soren kj", "s.kj@example.org", "s kj", "kj@exa", "example soren"]
)
def test_a_user_is_found_by_a_few_letters_of_name_or_address(q: str) -> None:
    register("Soren Kjærgaard", "s.kj@example.org")
    register("Ann Lee", "ann@library.test")

    assert found(q) == ["Soren Kjærgaard"]


@pytest.mark.parametrize("q", ["", "oren", "ann kj", "%", "@"])
def test_what_begins_no_word_finds_nobody(q: str) -> None:
    register("Soren Kjærgaard", "s.kj@example.org")

    assert found(q) == []


def test_a_row_says_how_the_user_stands() -> None:
    ann = register("Ann Lee", "ann@example.org", verified=True)
    suspend_by_loss(ann, "Emma")
    user = LibraryUser.objects.get()

    for q in ("ann", str(ann)):
        (row,) = dispatch(SearchUsers(q=q), context()).rows
        assert row == FoundUser(
            id=ann,
            name="Ann Lee",
            email="ann@example.org",
            barcode=user.barcode,
            status="SUSPENDED",
            status_comment=row.status_comment,
            suspended_at=user.suspended_at,
            suspended_by="system:cli",
            suspended_until=None,
        )
        assert "Emma" in row.status_comment


def test_users_come_by_name_and_namesakes_are_all_there() -> None:
    for name in ("Zoe", "ann", "Émile", "Ann"):
        register(name)

    assert found("example.org") == found("example") != []
    assert [name.lower() for name in found("example")] == ["ann", "ann", "émile", "zoe"]


def test_a_user_is_found_by_the_new_name_and_address(api: APIClient) -> None:
    ann = register("Ann Lee", "ann@example.org")
    api.patch(f"/api/user/{ann}", {"name": "Ann Ray", "email": "ray@library.test"})

    assert found("ray") == found("library.test") == ["Ann Ray"]
    assert found("lee") == found("example") == []
