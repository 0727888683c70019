"""ChangeContact: a new name, e-mail address or library card."""

import json

import pytest

from catalog.domain.barcodes import BarcodeTaken
from catalog.policies import BarcodeKind, barcode
from circulation.commands import ChangeContact
from library_site.cqrs import InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.arranger import after
from tests.declared import about, declared, refused
from tests.library import context, register

CARD = barcode(BarcodeKind.CARD, "0001", 4711)

DECLARED = declared(
    ChangeContact,
    good=lambda it: {"user_id": it.person(), "name": it.new_person()["name"]},
    step=about(),
    statements=7,  # the user (locked), whose card it is, the user
    refusals=[
        refused(
            InvalidInput,
            "Enter a valid email address.",
            lambda it: {"user_id": it.person(), "email": "ann at example.org"},
        ),
        refused(
            BarcodeTaken,
            f"The barcode {CARD} is on something else already.",
            lambda it: after(it.person(barcode=CARD), {"user_id": it.person(), "barcode": CARD}),
        ),
    ],
)


@pytest.mark.django_db
def test_the_journal_keeps_who_but_nothing_personal() -> None:
    ann = register("Ann Lee", "ann@example.org")

    dispatch(ChangeContact(user_id=ann, name="Ann Ray", email="ray@example.org"), context())

    entry = JournalEntry.objects.get(operation="ChangeContact")
    assert entry.arguments == {"user_id": str(ann)}
    assert "ray" not in json.dumps([entry.arguments, entry.result]).lower()
