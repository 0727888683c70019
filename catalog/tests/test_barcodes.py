"""Barcodes: read right or refused, numbered without gaps that matter, one for each thing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st

from catalog.commands import AddCopies, AddNewBook
from catalog.domain.arrivals import Arrivals
from catalog.domain.barcodes import BarcodeTaken
from catalog.models import BarcodeSeries, Book, Code
from catalog.models.barcodes import barcode_error, next_barcode
from catalog.models.books import book_with_barcode
from catalog.policies import LAST_NUMBER, BarcodeKind, barcode, barcode_kind
from circulation.commands import ChangeContact, CorrectBook, RegisterUser, change_contact, register_user
from circulation.models import LibraryUser
from library_site.accounts.watch import unwatched
from library_site.admin.tests.admin_pages import edit, fill_in, url
from library_site.cqrs import InvalidInput, dispatch
from library_site.cqrs.barcodes import barcode_key
from tests.library import add_book, context, register

BOOK, CARD = BarcodeKind.BOOK, BarcodeKind.CARD

kinds = st.sampled_from(BarcodeKind)
libraries = st.integers(0, 9999).map(lambda number: f"{number:04}")
numbers = st.integers(0, LAST_NUMBER)
barcodes = st.builds(barcode, kinds, libraries, numbers)


def label(number: int, kind: BarcodeKind = BOOK) -> str:
    return barcode(kind, "0001", number)


def number(text: str) -> int:
    return int(text[5:13])


# What is read


@given(kinds, libraries, numbers)
def test_a_barcode_says_its_kind_its_library_and_its_number(kind: BarcodeKind, library: str, number: int) -> None:
    text = barcode(kind, library, number)

    assert len(text) == 14
    assert barcode_kind(text) == kind
    assert (text[0], text[1:5], int(text[5:13])) == (kind, library, number)


@given(barcodes, st.integers(0, 12))
def test_two_digits_the_wrong_way_round_are_noticed_but_for_09_and_90(text: str, place: int) -> None:
    pair = text[place : place + 2]
    assume(pair[0] != pair[1] and pair not in {"09", "90"})

    assert barcode_kind(text[:place] + pair[::-1] + text[place + 2 :]) is None


@given(
    st.text(max_size=20) | st.text("0123456789٣²\n ", min_size=13, max_size=15) | barcodes.map(lambda text: text[1:])
)
def test_whatever_is_typed_is_a_barcode_of_ascii_digits_or_none(text: str) -> None:
    kind = barcode_kind(text)

    assert kind is None or (text.isascii() and text.isdecimal() and len(text) == 14 and text[0] == kind)


@given(barcodes)
def test_a_barcode_of_the_other_kind_is_told_from_one_that_was_misread(text: str) -> None:
    kind = barcode_kind(text)
    other = CARD if kind == BOOK else BOOK

    assert kind is not None
    assert barcode_error(kind, text) == ""
    assert "is the barcode of" in barcode_error(other, text)
    assert "was misread" in barcode_error(kind, f"{text[:-1]}{(int(text[-1]) + 1) % 10}")
    assert barcode_error(kind, text[:-1]) == "", "it may be on something that a library had before"


# The next one


@pytest.fixture
def start(db: None) -> Callable[..., None]:
    """Begins the numbering of books anew."""

    def start(number: int, library: str = "0001") -> None:
        BarcodeSeries.objects.update_or_create(kind=BOOK, defaults={"next_number": number, "library": library})

    return start


def test_labels_that_are_on_books_already_are_passed_over_a_whole_roll_too(
    start: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.models.barcodes._BLOCK", 3)
    for each in (5, 6, 8, *range(11, 18)):
        add_book(barcode=label(each))
    start(5)

    assert [next_barcode(BOOK) for _ in range(4)] == [label(7), label(9), label(10), label(18)]
    assert BarcodeSeries.objects.get(kind=BOOK).next_number == 19
    start(1, library="0815")
    assert next_barcode(BOOK) == barcode(BOOK, "0815", 1)


def test_labels_that_the_version_before_gave_are_passed_over_too(start: Callable[..., None]) -> None:
    """It writes no codes, and may be at work beside this one."""
    add_book(barcode=label(5))
    with unwatched():
        Code.objects.all().delete()
    start(5)

    assert [next_barcode(BOOK), next_barcode(BOOK)] == [label(6), label(7)]


def test_without_a_series_there_is_one_once_it_is_needed(db: None) -> None:
    BarcodeSeries.objects.all().delete()

    assert Book.objects.get(pk=add_book()).barcode == label(1)
    assert str(BarcodeSeries.objects.get()) == "Barcodes on books"


@pytest.mark.parametrize("taken", [False, True])
def test_when_all_are_used_up_that_is_said(start: Callable[..., None], taken: bool) -> None:
    if taken:
        add_book(barcode=label(LAST_NUMBER))
    start(LAST_NUMBER)
    if not taken:
        assert Book.objects.get(pk=add_book()).barcode == label(LAST_NUMBER)
    copies = AddCopies(book_id=Book.objects.get().pk)
    for add in (add_book, lambda: dispatch(copies, context())):
        with pytest.raises(InvalidInput, match="All barcodes are used up") as refusal:
            add()
        assert [error.field for error in refusal.value.errors] == ["barcode"]
    assert Book.objects.count() == 1


# Given ones


def give(which: str, text: str) -> Any:
    """Have something labelled by one of the commands that do so."""
    return {
        "AddNewBook": lambda: dispatch(AddNewBook(title="Emma", author_name="Jane Austen", barcode=text), context()),
        "CorrectBook": lambda: dispatch(CorrectBook(book_id=add_book(), barcode=text), context()),
        "RegisterUser": lambda: dispatch(RegisterUser(name="Ann", email="ann@example.org", barcode=text), context()),
        "ChangeContact": lambda: dispatch(ChangeContact(user_id=register(), barcode=text), context()),
    }[which]()


def labelled(text: str) -> list[UUID]:
    return [row.pk for model in (Book, LibraryUser) for row in model._default_manager.filter(barcode=text)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("which", "kind"), [("AddNewBook", BOOK), ("CorrectBook", BOOK), ("RegisterUser", CARD), ("ChangeContact", CARD)]
)
def test_a_label_is_kept_unless_it_is_misread_or_of_the_other_kind(which: str, kind: BarcodeKind) -> None:
    text = label(4711, kind)
    other = label(4711, CARD if kind == BOOK else BOOK)
    for wrong in (other, f"{text[:-1]}{(int(text[-1]) + 1) % 10}", "9780306406157", "ab12" * 8, "B12", "the red one"):
        with pytest.raises(InvalidInput) as refusal:
            give(which, wrong)
        assert [(error.field, error.code) for error in refusal.value.errors] == [("barcode", "misread")]

    answer = give(which, f" {text} ")
    assert labelled(text) == [answer.book_id if kind == BOOK else answer.user_id]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("which", "kind", "where", "name"),
    [
        ("AddNewBook", BOOK, Arrivals, "labelled"),
        ("RegisterUser", CARD, register_user, "refuse_taken"),
        ("ChangeContact", CARD, change_contact, "refuse_taken"),
    ],
)
def test_a_label_that_was_given_away_a_moment_ago_is_what_the_refusal_is_about(
    which: str, kind: BarcodeKind, where: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check finds it free; the database, a moment later, does not."""
    text = label(4711, kind)
    give(which, text)
    LibraryUser.objects.filter(email="ann@example.org").update(email_key="another@example.org")
    check, checked = getattr(where, name), []

    def find_free_at_first(*args: Any) -> Any:
        checked.append(args)
        return check(*args) if len(checked) > 1 else None

    monkeypatch.setattr(where, name, find_free_at_first)

    with pytest.raises(BarcodeTaken):
        give(which, text)


# Those that a library has


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "same"),
    [("00012345", "00012345"), ("S12345", "s12345"), ("AB-12/7", "ab-12/7"), ("A1234B", "1234"),
     ("39999123456780", "39999123456780"), ("12345678901234", "A12345678901234B")],
)  # fmt: skip
def test_rule_22_labels_are_taken_as_they_are_and_no_key_is_on_two_things(given: str, same: str) -> None:
    """Not on a book and a card either."""
    book_id = dispatch(AddNewBook(title="Emma", barcode=given), context()).book_id
    assert Book.objects.get().barcode == given

    for which in ("AddNewBook", "CorrectBook", "RegisterUser", "ChangeContact"):
        with pytest.raises(BarcodeTaken):
            give(which, same)
    assert list(Code.objects.filter(book_id=book_id).values_list("pk", flat=True)) == [barcode_key(same)]


@pytest.mark.django_db
def test_rule_22_a_replaced_label_is_still_that_books_and_never_anybody_elses() -> None:
    emma = add_book("Emma", barcode="S12345")
    dispatch(CorrectBook(book_id=emma, barcode="S54321"), context())

    assert book_with_barcode("s12345") == book_with_barcode("S54321") == emma
    with pytest.raises(BarcodeTaken):
        give("RegisterUser", "S12345")
    dispatch(CorrectBook(book_id=emma, barcode="S12345"), context())
    assert Book.objects.get(pk=emma).barcode == "S12345"


@pytest.mark.django_db
@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite, no two versions are at work at once.")
@pytest.mark.parametrize("delete", ["DELETE FROM catalog_book", "DELETE FROM circulation_libraryuser"])
def test_a_code_goes_with_what_the_version_before_deletes(delete: str) -> None:
    """It knows nothing of codes."""
    add_book(barcode="S12345")
    register(barcode="S12346")

    with connection.cursor() as cursor:
        cursor.execute(delete)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Code.objects.count() == 1


# The series in the admin


def series_url(kind: BarcodeKind) -> str:
    return url("catalog_barcodeseries", "change", str(kind))


@pytest.mark.usefixtures("supervisor")
def test_the_library_and_the_next_number_are_set_in_the_admin(desk: Client) -> None:
    add_book(), register()
    assert set(fill_in(desk, series_url(BOOK))) >= {"library", "next_number"}
    assert edit(desk, series_url(BOOK), library="0815", next_number="5000").status_code == 302

    assert Book.objects.get(pk=add_book()).barcode == barcode(BOOK, "0815", 5000)
    assert LibraryUser.objects.get(pk=register()).barcode.startswith("20001")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("library", "815"), ("library", "x815"), ("library", ""), ("library", "00815"), ("next_number", "0"),
     ("next_number", "-1"), ("next_number", str(LAST_NUMBER + 1)), ("next_number", ""), ("next_number", "x")],
)  # fmt: skip
@pytest.mark.usefixtures("supervisor")
def test_what_is_no_series_is_refused_in_the_form(desk: Client, field: str, wrong: str) -> None:
    add_book()
    refused = edit(desk, series_url(BOOK), **{field: wrong})

    assert list(refused.context["adminform"].form.errors) == [field]


def test_there_are_two_series_and_no_others(desk: Client, admin_client: Client) -> None:
    add_book(), register()
    for client in (desk, admin_client):
        page = client.get(url("catalog_barcodeseries", "changelist"))
        listed = {str(each) for each in page.context["cl"].result_list}
        assert listed == {"Barcodes on books", "Barcodes on library cards"}
        assert client.get(url("catalog_barcodeseries", "add")).status_code == 403
        assert client.post(url("catalog_barcodeseries", "delete", "3"), {"post": "yes"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [{"library": "815"}, {"library": "x815"}, {"next_number": 0}, {"next_number": LAST_NUMBER + 2}, {"kind": "4"}],
)
def test_the_database_keeps_to_it_whoever_writes(values: dict[str, Any]) -> None:
    add_book()
    with pytest.raises(IntegrityError), transaction.atomic():
        BarcodeSeries.objects.filter(kind=BOOK).update(**values)
