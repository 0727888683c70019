"""Labels and cards that a library had before, in the boxes of pages: rules 22 and 26."""

from datetime import date

import pytest
from django.test import Client

from catalog.models import Book
from circulation.commands import ChangeContact, CorrectBook, RegisterUser
from library_site.admin.tests.admin_pages import url
from library_site.cqrs import dispatch
from tests.library import add_book, context, register
from tests.pages import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(db: None) -> None:
    """Of a book and a card with a label of its own, each of which has replaced one."""
    emma, ann = add_book("Emma", barcode="0306406152"), register("Ann Lee", barcode="S12345")
    dispatch(CorrectBook(book_id=emma, barcode="AB-12/7"), context())
    dispatch(ChangeContact(user_id=ann, barcode="S-54321"), context())
    add_book("AB 12 7 and S 54321", isbn="9780306406157")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("label", ["ab-12/7", "0306406152", "*AB-12/7*"])
def test_rule_22_a_box_takes_an_own_label_and_an_own_card(desk: Client, label: str) -> None:
    send(desk, "/borrow-book", book_id_q=label, user_id_q=" s-54321")

    assert Book.objects.get(title="Emma").borrower is not None


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("book", "user", "field", "said"),
    [
        ("S-54321", "S-54321", "book_id", "is the barcode of a library card, not of a book"),
        ("AB-12/7", "AB-12/7", "user_id", "is the barcode of a book, not of a library card"),
        ("AB-12/7", "S12345", "user_id", "The card S12345 was replaced on"),
        ("AB-12/7", "S-99999", "user_id", "Nothing in the library has the barcode S-99999."),
        ("0012345678", "S-54321", "book_id", "Nothing in the library has the barcode 0012345678."),
        ("x12", "S-54321", "book_id", "Nothing matches “x12”."),
    ],
)
def test_rule_26_a_box_says_what_is_wrong_with_a_code(
    desk: Client, book: str, user: str, field: str, said: str
) -> None:
    response = send(desk, "/borrow-book", book_id_q=book, user_id_q=user)

    (error,) = response.context["form"].errors[field]
    assert said in error
    assert not Book.objects.filter(borrower__isnull=False)


@pytest.mark.usefixtures("library")
def test_rule_22_a_search_opens_what_was_scanned(desk: Client) -> None:
    assert desk.get("/search-books?q=ab-12/7")["Location"].startswith("/book?book_id=")
    assert desk.get("/search-users?q=s-54321")["Location"].startswith("/person?user_id=")
    assert desk.get("/search-books?q=ab+12+7+and").status_code == 200
    assert "is the barcode of a book" in desk.get("/search-users?q=AB-12/7").content.decode()


@pytest.mark.usefixtures("library")
def test_rule_22_the_admin_finds_a_label_before_an_isbn_and_words(desk: Client) -> None:
    for model, label in (("catalog_book", "0306406152"), ("circulation_libraryuser", "S12345")):
        page = desk.get(url(model, "changelist"), {"q": label})
        assert [str(row) for row in page.context["cl"].result_list] == [
            "Emma" if model == "catalog_book" else "Ann Lee"
        ]


@pytest.mark.parametrize("reason", ["S12345", "00012345"])
def test_rule_22_an_own_label_is_no_reason(desk: Client, reason: str) -> None:
    response = send(desk, "/withdraw-book", book_id=str(add_book()), reason=reason)

    assert response.context["form"].errors["reason"] == ["This is a barcode, and no reason."]
    assert send(desk, "/withdraw-book", book_id=str(add_book()), reason="3rd-copy").status_code == 302


def test_rule_26_a_box_tells_namesakes_apart_by_birthday_and_card(desk: Client) -> None:
    for number, born in enumerate([date(2015, 5, 2), date(2017, 5, 2)]):
        dispatch(RegisterUser(name="Kim Lee", birth_date=born, barcode=f"S-10{number}"), context())

    choices = desk.get("/pick/user?user_id_q=kim").content.decode()

    for text in ("born 2 May 2015", "born 2 May 2017", "S-100", "S-101"):
        assert text in choices
