"""The desk without its script, what it shows to whom, and what it prints."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Book
from tests.library import add_book, lend, register
from tests.pages import after
from tests.scans import barcode_of, shown

pytestmark = pytest.mark.django_db

LABEL = "30001000047110"
CARD = "20001000047112"
JSON = {"Accept": "application/json"}


def post(desk: Client, typed: str = "", **fields: Any) -> Any:
    """Scan a text without the page's script, and follow to the page that shows what came of it."""
    return after(desk, desk.post("/", {"typed": typed, "mode": "lend", "scan_key": uuid4()} | fields))


def titles(page: Any) -> list[str]:
    return [row.title for row in page.context["rows"]]


# Without script


def test_a_card_and_books_are_scanned_without_script(desk: Client) -> None:
    ann = register("Ann Lee", barcode=CARD)
    book_id = add_book("Dune", barcode=LABEL)

    page = post(desk, CARD)
    assert (page.request["QUERY_STRING"], page.context["person"].id) == (f"mode=lend&user_id={ann}", ann)
    assert f'name="user_id" value="{ann}"' in page.content.decode()
    page = post(desk, LABEL, user_id=ann)

    assert titles(page) == ["Dune", "Ann Lee"]
    assert page.content.decode().index("Lent until") < page.content.decode().index("Now scan the books.")
    assert Book.objects.get(pk=book_id).borrower_id == ann


def test_each_page_sends_scans_of_its_own(desk: Client) -> None:
    lend("Dune", register())
    page = post(desk, barcode_of("Dune")).content.decode()
    keys = [part.split('"')[0] for part in page.split('name="scan_key" value="')[1:]]
    assert len(keys) == len(set(keys)) == 3  # the box, and two buttons


def test_the_choice_of_a_row_takes_its_place(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Dune", ann)
    page = post(desk, barcode_of("Dune"), user_id=ann)
    row = page.context["rows"][0]
    page = post(desk, "zzz", user_id=ann)
    does, _ = shown(page.content.decode())

    page = post(desk, does=does[0], user_id=ann, row=row.key)

    assert titles(page) == ["zzz", "Dune"]
    assert [row.state for row in page.context["rows"]] == ["refused", "done"]
    assert Book.objects.get().renewals == 1


def test_so_many_rows_are_kept_and_the_desk_alone_begins_anew(desk: Client) -> None:
    for number in range(22):
        page = post(desk, f"zzz{number}")
    assert titles(page) == [f"zzz{number}" for number in range(21, 1, -1)]
    assert titles(desk.get("/?mode=lend")) == titles(page)

    assert titles(desk.get("/")) == []
    assert titles(desk.get("/?mode=lend")) == []


def test_the_keys_belong_to_the_newest_row_with_choices(desk: Client) -> None:
    lend("Dune", register())
    post(desk, barcode_of("Dune"))
    page = post(desk, "zzz")
    assert page.context["keyed"] == page.context["rows"][1].key


@pytest.mark.parametrize("typed", ["", "  "])
def test_nothing_that_was_typed_is_said(desk: Client, typed: str) -> None:
    ann = register("Ann Lee")
    said = {"typed": typed, "mode": "lend", "scan_key": uuid4(), "user_id": ann}

    page = desk.post("/", said)
    assert page.status_code == 422
    assert "Nothing was scanned." in page.content.decode()
    assert page.context["person"].id == ann
    answer = desk.post("/", said, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["problem"].startswith("Nothing was scanned.")


def test_a_desk_of_nobody_and_of_somebody_who_is_gone_opens(desk: Client) -> None:
    for query in ("", "?mode=return", "?mode=junk&user_id=junk", f"?user_id={uuid4()}", "?user_id=%00"):
        page = desk.get(f"/{query}")
        assert page.context["person"] is None
        assert page.context["mode"] == ("return" if query == "?mode=return" else "lend")


# Suggestions


def test_what_may_be_meant_is_suggested_while_letters_are_typed(desk: Client) -> None:
    ann = register("Rose Lee")
    book_id = lend("The Rose", ann)

    found = desk.get("/desk/find?q=ros", headers=JSON).json()["found"]
    assert f'value="person={ann}"' in found
    assert f'value="book={book_id}&amp;mode=lend"' in found
    assert "On loan: Rose Lee" in found
    assert "person=" not in desk.get("/desk/find?q=ros&mode=return").json()["found"]
    assert Book.objects.get().status == "BORROWED"


def test_nothing_is_suggested_for_what_nobody_has_typed(desk: Client) -> None:
    add_book("Emma")
    for q in ("", "   ", "zzz", "%00", "z" * 5000, "%ED%A0%80", LABEL, "30001000047111", "9780441013590"):
        response = desk.get(f"/desk/find?mode=junk&user_id=junk&q={q}", headers=JSON)
        assert (response.status_code, response.json()["found"].strip()) == (200, ""), q


def test_rows_that_another_version_has_kept_are_passed_over(desk: Client) -> None:
    session = desk.session
    session["desk_rows"] = [{"key": "old"}]
    session.save()
    assert desk.get("/?mode=lend").status_code == 200

    add_book("Dune")

    page = post(desk, barcode_of("Dune"))

    assert [row.title for row in page.context["rows"]] == ["Dune"]
