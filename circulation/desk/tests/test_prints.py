"""What the desk prints."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from circulation.commands import ChangeContact
from library_site.cqrs import dispatch
from tests.library import add_book, context, give_back, lend, register, report_missing, reserve
from tests.scans import who_may

pytestmark = pytest.mark.django_db

LABEL = "30001000047110"
CARD = "20001000047112"


def test_a_receipt_tells_what_was_lent_today_from_the_rest(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    yesterday = timezone.now() - timedelta(days=1)
    lend("Emma", ann, now=yesterday)
    lend("Dune", ann)
    give_back(lend("Persuasion", ann, now=yesterday))
    give_back(lend("Of long ago", ann, now=yesterday), now=yesterday)
    report_missing(lend("A loss", ann, now=yesterday))

    page = desk.get(f"/receipt?user_id={ann}")

    assert [book.title for book in page.context["lent"]] == ["Dune"]
    assert [book.title for book in page.context["others"]] == ["Emma"]
    assert [loan.title for loan in page.context["back"]] == ["Persuasion"]
    said = page.content.decode()
    assert said.index("Lent today") < said.index("Dune") < said.index("Also on loan") < said.index("Emma")
    assert "Of long ago" not in said


def test_a_hold_slip_says_for_whom_a_book_waits(desk: Client) -> None:
    book_id, year = add_book("Dune", barcode=LABEL), 1987
    reserve(book_id, bob := register("Bob Roe", barcode=CARD))
    dispatch(ChangeContact(user_id=bob, birth_date=date(year, 5, 3)), context())

    said = desk.get(f"/hold-slip?book_id={book_id}").content.decode()

    assert all(words in said for words in ("<h1>Bob Roe</h1>", CARD, "Dune", LABEL, "Waits until"))
    assert str(year) not in said.split("<h1>")[1], "anybody at the shelf reads it: the card tells namesakes apart"


def test_nothing_is_printed_of_what_there_is_not(desk: Client) -> None:
    for url in ("/receipt", "/hold-slip"):
        for query in ("", "?user_id=&book_id=", "?user_id=junk&book_id=junk", f"?user_id={uuid4()}&book_id={uuid4()}"):
            assert desk.get(url + query).status_code == 404
    assert desk.get(f"/hold-slip?book_id={add_book()}").status_code == 404


@pytest.mark.parametrize(
    ("missing", "url"),
    [
        ("get_user_file", "/receipt"),
        ("get_borrowed_books_by_user", "/receipt"),
        ("get_past_loans_by_user", "/receipt"),
        ("get_book_file", "/hold-slip"),
        ("get_user_file", "/hold-slip"),
    ],
)
def test_what_one_may_not_look_up_one_may_not_print(client: Client, missing: str, url: str) -> None:
    allowed = {"get_user_file", "get_borrowed_books_by_user", "get_past_loans_by_user", "get_book_file"} - {missing}
    who_may(client, *allowed)
    ann, book_id = register(), add_book()
    reserve(book_id, ann)
    assert client.get(f"{url}?user_id={ann}&book_id={book_id}").status_code == 403
