"""RegisterUser: one person for one e-mail address."""

from uuid import UUID

import pytest

from circulation.commands import RegisterUser
from circulation.domain.people import EmailAlreadyRegistered
from circulation.models import LibraryUser
from library_site.cqrs import InvalidInput, dispatch
from tests.library import context

pytestmark = pytest.mark.django_db


def register(name: str = "Ann Lee", email: str = "ann@example.org") -> UUID:
    return dispatch(RegisterUser(name=name, email=email), context()).user_id


def test_a_new_person_is_not_verified() -> None:
    user = LibraryUser.objects.get(pk=register())

    assert (user.name, user.email, user.status, user.status_comment) == (
        "Ann Lee",
        "ann@example.org",
        "NOT_VERIFIED",
        "",
    )


def test_white_space_around_and_within_is_tidied() -> None:
    user = LibraryUser.objects.get(pk=register("  Ann \t Lee ", " ann@example.org "))

    assert (user.name, user.email) == ("Ann Lee", "ann@example.org")


@pytest.mark.parametrize("again", ["ann@example.org", "ANN@Example.ORG", " ann@EXAMPLE.org"])
def test_an_address_is_registered_once_whatever_its_case(again: str) -> None:
    register()

    with pytest.raises(EmailAlreadyRegistered, match="Search for the person instead"):
        register("Ann Again", again)

    assert LibraryUser.objects.count() == 1


def test_addresses_that_only_look_alike_are_two() -> None:
    register(email="ann@example.org")
    register(email="anne@example.org")
    register(email="ann@example.com")

    assert LibraryUser.objects.count() == 3


def test_two_people_may_have_one_name() -> None:
    register("Ann Lee", "first@example.org")
    register("Ann Lee", "second@example.org")

    assert LibraryUser.objects.filter(name="Ann Lee").count() == 2


@pytest.mark.parametrize(
    ("name", "email", "fields"),
    [
        ("", "ann@example.org", {"name"}),
        ("   ", "ann@example.org", {"name"}),
        ("Ann", "", {"email"}),
        ("Ann", "ann at example.org", {"email"}),
        ("Ann", "a@b", {"email"}),
        ("A" * 256, "ann@example.org", {"name"}),
        ("\u0958" * 200, "ann@example.org", {"name"}),  # twice as long when composed
        ("Ann", f"{'a' * 250}@example.org", {"email"}),
        ("Ann\x00", "ann\x00@example.org", {"name", "email"}),
        ("", "", {"name", "email"}),
    ],
)
def test_what_is_wrong_is_said_of_each_field(name: str, email: str, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(name, email)

    assert {error.field for error in caught.value.errors} == fields
    assert not LibraryUser.objects.exists()


@pytest.mark.parametrize("name", ["O'Brien", "Nguyễn Thị Mai", "夏目漱石", "رضوى عاشور", "X Æ A-12", "A" * 255])
def test_names_of_all_kinds_are_kept_as_they_are(name: str) -> None:
    assert LibraryUser.objects.get(pk=register(name)).name == name


def test_an_address_that_grows_when_it_is_folded_is_refused_or_kept_but_never_breaks() -> None:
    address = f"a@{'.'.join(['㎢' * 20] * 11)}.org"
    assert len(address) <= 254

    with pytest.raises(InvalidInput) as caught:
        register(email=address)

    assert {error.field for error in caught.value.errors} == {"email"}
