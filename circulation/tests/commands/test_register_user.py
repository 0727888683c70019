"""RegisterUser: people with and without e-mail address; who may be registered already is asked for first."""

from uuid import UUID

import pytest
from django.db import connection

from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from circulation.commands import RegisterUser
from circulation.domain.people import MaybeRegistered
from circulation.models import LibraryUser
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import after
from tests.declared import declared, refused
from tests.library import context

pytestmark = pytest.mark.django_db

CARD = barcode(BarcodeKind.CARD, "0001", 4711)


DECLARED = declared(
    RegisterUser,
    good=lambda it: after(it.person(), it.new_person()),
    statements=10 + (connection.vendor == "postgresql"),  # the name (locked), a barcode (3), the user, the code
    refusals=[
        refused(
            InvalidInput,
            "Enter a valid email address.",
            lambda it: it.new_person() | {"email": "ann at example.org"},
        ),
        refused(
            MaybeRegistered,
            "Ann Lee is registered already, with the card ",
            lambda it: after(
                it.person("Ann Lee", email="ann@example.org"), {"name": "ANN  lee", "email": "ANN@example.org"}
            ),
            details="user_id",
            remedy="RegisterUser",
        ),
        refused(
            BarcodeTaken,
            f"The barcode {CARD} is on something else already.",
            lambda it: after(it.person(barcode=CARD), it.new_person() | {"barcode": CARD}),
        ),
    ],
)


def register(name: str = "Ann Lee", email: str = "ann@example.org") -> UUID:
    return dispatch(RegisterUser(name=name, email=email), context()).user_id


def test_white_space_around_and_within_is_tidied() -> None:
    user = LibraryUser.objects.get(pk=register("  Ann \t Lee ", " ann@example.org "))

    assert (user.name, user.email) == ("Ann Lee", "ann@example.org")


@pytest.mark.parametrize(
    ("name", "email", "fields"),
    [
        ("", "ann@example.org", {"name"}),
        ("   ", "ann@example.org", {"name"}),
        ("Ann", "ann at example.org", {"email"}),
        ("Ann", "a@b", {"email"}),
        ("A" * 256, "ann@example.org", {"name"}),
        ("\u0958" * 200, "ann@example.org", {"name"}),  # twice as long when composed
        ("Ann", f"{'a' * 250}@example.org", {"email"}),
        ("Ann", f"a@{'.'.join(['㎢' * 20] * 11)}.org", {"email"}),  # longer when folded
        ("Ann\x00", "ann\x00@example.org", {"name", "email"}),
        ("", "x", {"name", "email"}),
    ],
)
def test_what_is_wrong_is_said_of_each_field(name: str, email: str, fields: set[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(name, email)

    assert {error.field for error in caught.value.errors} == fields
    assert not LibraryUser.objects.exists()
