"""Labels to print: what is on them, on which sheets; and the pages that print them."""

import re
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from catalog.commands import AddNewBook
from catalog.forms import lists
from catalog.labels import SHEETS, Label, SheetKind, on_sheets, pictures, spine_label
from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.library import add_book, context, register
from tests.pages import after, errors, send

KINDS = pytest.mark.parametrize("kind", SHEETS.values(), ids=SHEETS.keys())
ONE, TWO, THREE = (barcode(BarcodeKind.BOOK, "0001", number) for number in range(1, 4))


@KINDS
def test_a_barcode_is_large_enough_for_a_cheap_scanner_and_fits_its_label(kind: SheetKind) -> None:
    (picture,) = pictures([ONE], kind)
    svg = b64decode(picture.removeprefix("data:image/svg+xml;base64,")).decode()
    width, *bars = (float(found) for found in re.findall(r'width="([\d.]+)mm"', svg))
    starts = [float(found) for found in re.findall(r' x="([\d.]+)mm"', svg)]
    module = min(bars)
    assert module >= 0.25
    assert starts[0] == pytest.approx(10 * module, abs=0.01)
    assert width - (starts[-1] + bars[-1]) == pytest.approx(10 * module, abs=0.01)
    assert width <= kind.width - 1
    assert 'fill:white"' in svg
    assert svg.count("fill:black") == len(bars)


@KINDS
def test_a_sheet_fits_on_a4(kind: SheetKind) -> None:
    assert kind.columns * kind.width + (kind.columns - 1) * kind.gap <= 210
    assert kind.rows * kind.height <= 297


def test_the_digits_stand_in_the_groups_that_they_mean() -> None:
    assert Label("30001000000424", "Emma", "Jane Austen", "").digits == "3 0001 0000 0042 4"


@KINDS
@pytest.mark.parametrize("label", ["A-12", "S12345", "ab/1.2-3", "LIB-2019/00012345"])
def test_a_label_of_the_librarys_own_fits_too(kind: SheetKind, label: str) -> None:
    (picture,) = pictures([label], kind)
    svg = b64decode(picture.removeprefix("data:image/svg+xml;base64,")).decode()
    width, *bars = (float(found) for found in re.findall(r'width="([\d.]+)mm"', svg))
    assert width <= kind.width - 1
    assert min(bars) >= (0.25 if len(label) < 8 else 0.16)
    assert Label(label, "", "", "").digits == label
    assert bool(*pictures(["A" * 31 + "1"], kind)) == (kind.width == 70), "it cannot be read where it is too narrow"


@pytest.mark.parametrize(
    ("mark", "lines", "size"),
    [
        ("Ref", ("Ref",), 10),
        ("F AUS", ("F", "AUS"), 7),
        ("Sachbuch 912.43 Atl 1 a", ("Sachbuch", "912.43", "Atl", "1", "a"), 2),
    ],
)
def test_a_spine_label_has_a_line_for_each_word_as_large_as_there_is_room(
    mark: str, lines: tuple[str, ...], size: int
) -> None:
    assert spine_label(mark, "Emma", SHEETS["4x12"]) == (lines, "Emma", size)


def test_labels_begin_where_a_sheet_is_unused_and_go_on_with_the_next() -> None:
    kind = SHEETS["3x7"]
    labels = [Label(str(number), "", "", "") for number in range(23)]
    first, second, third = on_sheets(labels, kind, 21)
    assert first == [None] * 20 + labels[:1]
    assert second == labels[1:22]
    assert third == labels[22:]


# The pages


pytestmark = pytest.mark.django_db


def shown(response: Any) -> list[list[str | None]]:
    """The barcodes on each sheet; None for a cell that is used up."""
    assert response.status_code == 200, response.content.decode()
    return [[cell and cell.barcode for cell in cells] for cells in response.context["sheets"]]


def books(*barcodes: str) -> None:
    for each in barcodes:
        add_book("A & B", author="Jane Austen", barcode=each)


def test_the_page_shows_a_sheet_without_a_style_that_its_policy_forbids(desk: Client) -> None:
    books(ONE, TWO, THREE)
    response = desk.get("/book-labels", {"first": TWO, "last": THREE, "sheet": "3x7", "first_cell": "2"})
    page = response.content.decode()
    assert shown(response) == [[None, TWO, THREE]]
    assert "A &amp; B" in page
    assert f'alt="Barcode {TWO}"' in page
    assert page.count("data:image/svg+xml;base64,") == 2
    (nonce,) = re.findall(r'<style nonce="([^"]+)">', page)
    assert f"'nonce-{nonce}'" in response.headers["Content-Security-Policy"]
    assert "style=" not in page
    assert "63.5mm" in page


def test_spine_labels_are_of_the_same_books(desk: Client) -> None:
    marked = AddNewBook(title="Emma", shelf_mark="F AUS", barcode="A-12")
    book_id = dispatch(marked, context()).book_id
    add_book(barcode="A-13")
    add_book(barcode="A-123")
    for asked in ({"first": "A-12", "last": "A-13"}, {"book_ids": f"{book_id}"}):
        response = desk.get("/book-labels", {**asked, "kind": "spine"})
        ((label,),) = response.context["sheets"]
        assert label.lines == ("F", "AUS")
        assert response.context["unmarked"] == len(asked) - 1
        assert "<span>AUS</span>" in response.content.decode()


def test_a_card_says_whose_it_is(desk: Client) -> None:
    register("Ann Lee")
    card = LibraryUser.objects.get().barcode
    response = desk.get("/card-labels", {"first": card})
    assert shown(response) == [[card]]
    assert "Ann Lee" in response.content.decode()


def test_before_anything_is_asked_the_form_waits_for_a_scan(desk: Client) -> None:
    response = desk.get("/book-labels")
    assert response.status_code == 200
    assert re.search(r'<input[^>]*name="first"[^>]* autofocus', response.content.decode())
    assert "<details" not in response.content.decode(), "what is folded up takes no scan"


@pytest.mark.parametrize(
    ("asked", "focused"), [({"first": ONE}, "last"), ({"first": ONE, "last": TWO}, None), ({"last": TWO}, "first")]
)
def test_a_scanner_goes_from_the_first_barcode_to_the_last(
    desk: Client, asked: dict[str, str], focused: str | None
) -> None:
    page = desk.get("/book-labels", asked).content.decode()
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]* (?:autofocus|data-focus)', page) == [focused] * bool(focused)


def test_a_barcode_that_nothing_has_is_said_to_have_no_label(desk: Client) -> None:
    assert "No book has one of these barcodes." in desk.get("/book-labels", {"first": ONE}).content.decode()


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"last": ONE}, "first", "required"),
        ({"first": TWO, "last": ONE}, "last", "Exchange them"),
        ({"first": "A-10", "last": "B777"}, "last", "must be alike"),
        ({"first": ONE, "first_cell": "25"}, "first_cell", "This sheet has 24 labels."),
        ({"first": ONE, "first_cell": "0"}, "first_cell", "greater than or equal to 1"),
        ({"first": ONE, "sheet": "5x5"}, "sheet", "Select a valid choice"),
    ],
)
def test_what_cannot_be_printed_is_said_beside_its_field(
    desk: Client, asked: dict[str, str], field: str, words: str
) -> None:
    assert words in errors(desk.get("/book-labels", asked), field)


def test_after_some_sheets_come_the_next_on_a_new_one(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "SHEETS_AT_A_TIME", 1)
    books(ONE, TWO, THREE)
    response = desk.get("/book-labels", {"first": ONE, "last": THREE, "first_cell": "23"})
    assert shown(response) == [[None] * 22 + [ONE, TWO]]
    further = desk.get(response.context["next_url"])
    assert shown(further) == [[THREE]]
    assert further.context["next_url"] is None


# The ways to them


def labels_after(response: Any) -> dict[str, list[str]]:
    """What the link to the labels asks for."""
    (url,) = re.findall(r'href="(/(?:book|card)-labels\?first[^"]+)"', response.content.decode())
    return parse_qs(urlsplit(url.replace("&amp;", "&")).query)


def test_what_was_just_added_has_a_link_to_its_labels(desk: Client) -> None:
    response = after(desk, send(desk, "/add-new-book", title="Emma", author_q="Jane Austen"))
    emma = Book.objects.get()
    assert labels_after(response) == {"first": [emma.barcode]}
    response = after(desk, send(desk, "/add-copies", book_id=emma.pk, copies="3"))
    copies = Book.objects.exclude(pk=emma.pk).order_by("barcode").values_list("barcode", flat=True)
    assert labels_after(response) == {"first": [copies[0]], "last": [copies[2]]}
    response = after(desk, send(desk, "/register-user", name="Ann Lee", email="ann@example.org"))
    assert labels_after(response) == {"first": [LibraryUser.objects.get().barcode]}
