"""ChangeContact: a new name, e-mail address or library card."""

import json
from typing import Any
from uuid import UUID

import pytest

from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from circulation.commands import ChangeContact
from circulation.commands.change_contact import ContactChanged
from circulation.domain.people import EmailAlreadyRegistered
from circulation.models import LibraryUser
from library_site.cqrs import InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.arranger import after
from tests.declared import declared, refused
from tests.library import context, register

pytestmark = pytest.mark.django_db

CARD = barcode(BarcodeKind.CARD, "0001", 4711)

DECLARED = declared(
    ChangeContact,
    good=lambda it: {"user_id": it.person(), "name": it.new_person()["name"]},
    statements=9,  # the user (locked), whose card it is, a savepoint (2) around the user
    refusals=[
        refused(
            InvalidInput,
            "Enter a valid email address.",
            lambda it: {"user_id": it.person(), "email": "ann at example.org"},
        ),
        refused(
            EmailAlreadyRegistered,
            "Somebody is registered with ANN@example.org already.",
            lambda it: after(it.person(email="ann@example.org"), {"user_id": it.person(), "email": "ANN@example.org"}),
        ),
        refused(
            BarcodeTaken,
            f"The barcode {CARD} is on something else already.",
            lambda it: after(it.person(barcode=CARD), {"user_id": it.person(), "barcode": CARD}),
        ),
    ],
)


def change(user_id: UUID, **changes: Any) -> ContactChanged:
    return dispatch(ChangeContact(user_id=user_id, **changes), context())


def test_an_address_is_one_persons_whatever_its_case_and_may_be_written_anew_by_its_owner() -> None:
    ann, bob = register("Ann Lee", "ann@example.org"), register("Bob", "bob@example.org")

    change(ann, email="Ann@Example.org")

    with pytest.raises(EmailAlreadyRegistered):
        change(bob, email="ANN@EXAMPLE.ORG")
    assert LibraryUser.objects.get(pk=ann).email == "Ann@Example.org"


def test_the_journal_keeps_who_but_nothing_personal() -> None:
    ann = register("Ann Lee", "ann@example.org")

    change(ann, name="Ann Ray", email="ray@example.org")

    entry = JournalEntry.objects.get(operation="ChangeContact")
    assert entry.arguments == {"user_id": str(ann)}
    assert "ray" not in json.dumps([entry.arguments, entry.result]).lower()
