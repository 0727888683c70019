"""ChangeContact: a new name, e-mail address or library card."""

import json
from typing import Any
from uuid import UUID

import pytest

from catalog.policies import BarcodeKind, barcode
from circulation.commands import ChangeContact
from circulation.commands.change_contact import ContactChanged
from circulation.domain.people import EmailAlreadyRegistered
from circulation.models import LibraryUser
from circulation.queries import GetUserFile
from library_site.cqrs import InvalidInput, NotFound, dispatch
from library_site.cqrs.barcodes import id_of
from library_site.cqrs.models import JournalEntry
from tests.library import context, lend, register, suspend

pytestmark = pytest.mark.django_db

CARD = barcode(BarcodeKind.CARD, "0001", 4711)


def change(user_id: UUID, **changes: Any) -> ContactChanged:
    return dispatch(ChangeContact(user_id=user_id, **changes), context())


def test_what_is_not_given_stays() -> None:
    ann = register("Ann Lee", "ann@example.org", verified=True)
    lend("Emma", ann)
    suspend(ann)
    before = dict(LibraryUser.objects.filter(pk=ann).values().get())

    change(ann, name="  Ann  Ray ")

    after = dict(LibraryUser.objects.filter(pk=ann).values().get())
    assert {name for name in before if before[name] != after[name]} == {"name", "search_key"}
    assert after["name"] == "Ann Ray"


def test_a_lost_card_is_replaced_by_the_given_one_or_by_the_next_and_is_nobodys_from_then_on() -> None:
    ann = register("Ann Lee", barcode=CARD)

    change(ann, barcode="")

    (file,) = dispatch(GetUserFile(user_id=ann), context()).rows
    assert file.barcode != CARD
    assert id_of("user_id", file.barcode) == ann
    with pytest.raises(NotFound):
        id_of("user_id", CARD)
    assert change(ann, barcode=CARD) == ContactChanged(user_id=ann)


def test_an_address_is_one_persons_whatever_its_case_and_may_be_written_anew_by_its_owner() -> None:
    ann, bob = register("Ann Lee", "ann@example.org"), register("Bob", "bob@example.org")

    change(ann, email="Ann@Example.org")

    with pytest.raises(EmailAlreadyRegistered):
        change(bob, email="ANN@EXAMPLE.ORG")
    assert LibraryUser.objects.get(pk=ann).email == "Ann@Example.org"


def test_nothing_to_change_or_a_card_that_is_a_book_is_bad_input() -> None:
    ann = register()

    for changes in ({}, {"name": " "}, {"email": "ann"}, {"barcode": barcode(BarcodeKind.BOOK, "0001", 1)}):
        with pytest.raises(InvalidInput):
            change(ann, **changes)


def test_the_journal_keeps_who_but_nothing_personal() -> None:
    ann = register("Ann Lee", "ann@example.org")

    change(ann, name="Ann Ray", email="ray@example.org")

    entry = JournalEntry.objects.get(operation="ChangeContact")
    assert entry.arguments == {"user_id": str(ann)}
    assert "ray" not in json.dumps([entry.arguments, entry.result]).lower()
