"""GetCardLabels: what stands on library cards, by their barcodes."""

import pytest

from catalog.policies import BarcodeKind, barcode
from circulation.queries import GetCardLabels
from library_site.cqrs import InvalidInput
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.large_library import labels_of
from tests.library import register
from tests.paging import there_and_back

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = (barcode(BarcodeKind.CARD, "0001", number) for number in range(1, 4))


def first_to_last(it: Arranger, people: int) -> Arguments:
    files = [it("GetUserFile", user_id=it.person())["results"] for _ in range(people)]
    cards = [row["barcode"] for (row,) in files] or [ONE]
    return {"first": cards[0], "last": cards[-1]}


DECLARED = declared(
    GetCardLabels,
    rows=first_to_last,
    statements=1,
    refusals=[
        refused(
            InvalidInput,
            "is the barcode of a book, not of a library card.",
            lambda it: {"first": barcode(BarcodeKind.BOOK, "0001", 1)},
        )
    ],
    large=lambda it: labels_of(BarcodeKind.CARD),
    not_in_model="it has barcodes, and no labels",
)


def test_the_cards_of_a_range_with_their_names() -> None:
    for name, card in (("Cara Poe", THREE), ("Ann Lee", ONE), ("Bob Bell", TWO)):
        register(name, barcode=card)
    rows = there_and_back(GetCardLabels(first=ONE, last=THREE))
    assert [(row.barcode, row.name) for row in rows] == [(ONE, "Ann Lee"), (TWO, "Bob Bell"), (THREE, "Cara Poe")]
    (row,) = there_and_back(GetCardLabels(first=TWO))
    assert row.name == "Bob Bell"
    assert there_and_back(GetCardLabels(user_ids=(rows[2].id, rows[0].id))) == [rows[0], rows[2]]
