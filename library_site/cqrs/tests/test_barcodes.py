"""Wherever an id is given, the barcode on the thing may be: by a path, in a body, on the command line as in events."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from circulation.commands import ChangeContact
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from library_site.cqrs.barcodes import as_read, barcode_key, id_of, is_barcode_like, may_be_barcode
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, context, register, reserve
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db

NO_BOOK, NO_CARD = barcode(BarcodeKind.BOOK, "9999", 1), barcode(BarcodeKind.CARD, "9999", 1)
MISREAD = NO_BOOK[:-1] + str((int(NO_BOOK[-1]) + 1) % 10)


class Answer(NamedTuple):
    """What an adapter answered: the body, and the status that REST has for it."""

    status: int
    body: dict[str, Any]


Lend = Callable[[APIClient, str, str], Answer]


def by_rest(api: APIClient, book: str, user: str) -> Answer:
    response = api.post(f"/api/book/{book}/borrow", {"user_id": user})
    return Answer(response.status_code, response.json())


def by_command_line(api: APIClient, book: str, user: str) -> Answer:
    out, err = StringIO(), StringIO()
    try:
        call_command("dispatch", "BorrowBook", f"book_id={book}", f"user_id={user}", stdout=out, stderr=err)
    except SystemExit:
        problem = json.loads(err.getvalue())
        return Answer(problem["status"], problem)
    return Answer(200, json.loads(out.getvalue()))


adapters = pytest.mark.parametrize("lend", [by_rest, by_command_line])


def label(book_id: UUID) -> str:
    return str(Book.objects.get(pk=book_id).barcode)


def card(user_id: UUID) -> str:
    return str(LibraryUser.objects.get(pk=user_id).barcode)


@adapters
def test_a_barcode_stands_for_the_id(api: APIClient, lend: Lend) -> None:
    book_id, user_id = add_book(), register()

    answer = lend(api, label(book_id), card(user_id))

    assert answer.status == 200
    assert (answer.body["book_id"], answer.body["user_id"]) == (str(book_id), str(user_id))
    assert JournalEntry.objects.get(operation="BorrowBook").arguments == {
        "book_id": str(book_id),
        "user_id": str(user_id),
    }


@adapters
def test_a_barcode_that_nothing_has_is_not_found(api: APIClient, lend: Lend) -> None:
    for book, user in ((NO_BOOK, card(register())), (label(add_book()), NO_CARD)):
        answer = lend(api, book, user)
        assert (answer.status, answer.body["code"]) == (404, "not_found")
        assert answer.body["barcode"] in {NO_BOOK, NO_CARD}


def test_every_field_of_a_body_is_said_to_be_wrong_at_once(api: APIClient) -> None:
    body = {"user_id": MISREAD, "report_found": "perhaps"}

    problem = assert_problem(api.post(f"/api/book/{label(add_book())}/borrow", body), 400, "invalid")

    assert fields_of(problem) == {("user_id", "misread"), ("report_found", "invalid")}


def test_a_list_is_asked_for_by_barcode(api: APIClient) -> None:
    book_id, user_id = add_book("Emma"), register()
    reservation_id = reserve(book_id, user_id)

    for path in (
        f"reservation/by-user/{card(user_id)}",
        f"reservation/by-book/{label(book_id)}",
        f"journal?operation=PlaceReservation&user_id={card(user_id)}&book_id={label(book_id)}",
    ):
        (row,) = api.get(f"/api/{path}").json()["results"]
        assert row["id"] == str(reservation_id) or row["operation"] == "PlaceReservation"
    (row,) = api.get(f"/api/user/{card(user_id)}/file").json()["results"]
    assert (row["id"], row["waiting"]) == (str(user_id), 1)


@pytest.mark.parametrize(
    "path",
    [
        f"book/{NO_BOOK}",
        f"user/{NO_CARD}",
        "book/9780306406157/file",
        "book/978030640615712/file",
        f"book/{'ab12' * 8}/file",
        f"book/{'12345' * 7}/file",
        "book/AB-12/7/file",
        "book/words/file",
        "book/12_34/file",
    ],
)
def test_what_has_no_barcode_has_no_url_with_one(api: APIClient, path: str) -> None:
    assert assert_problem(api.get(f"/api/{path}"), 404, "not_found").keys().isdisjoint({"barcode"})


@adapters
@pytest.mark.parametrize(("own_label", "own_card"), [("00012345", "S12345"), ("AB-12.7", "s-12"), ("new1", "30001")])
def test_rule_22_what_a_library_has_stands_for_the_id(
    api: APIClient, lend: Lend, own_label: str, own_card: str
) -> None:
    book_id, user_id = add_book(barcode=own_label), register(barcode=own_card.upper() + "/2")
    dispatch(ChangeContact(user_id=user_id, barcode=own_card), context())

    for book, user, status, code in (
        (own_label, f"{own_card}/2", 400, "replaced"),
        (own_card, own_card, 400, "misread"),
        (own_label, own_label, 400, "misread"),
        ("X-99", own_card, 404, "not_found"),
        (own_label, "X-98", 404, "not_found"),
        (own_label.lower(), f"*{own_card}*", 200, ""),
    ):
        answer = lend(api, book, user)
        errors = answer.body.get("errors", [{"code": answer.body.get("code", "")}])
        assert (answer.status, errors[0]["code"]) == (status, code), (book, user, answer.body)
    assert Book.objects.get(pk=book_id).borrower_id == user_id


def test_rule_22_a_key_stays_and_no_reading_loses_it() -> None:
    """However it is scanned, or read twice."""

    @settings(max_examples=500)
    @given(_sent)
    def holds(sent: str) -> None:
        key = barcode_key(sent)
        assert barcode_key(key) == key
        assert key in {"", barcode_key(as_read(sent))}
        assert not key or is_barcode_like(key)

    holds()


_digits = st.text("0123456789", min_size=3, max_size=32)
_ends = st.sampled_from(["", *"ABCD*abcd "])
_sent = st.one_of(
    st.text("ABCDabcdx0123456789 -./*９", max_size=36),
    st.builds("{}{}{}".format, _ends, _digits, _ends),
    st.builds("97{}{}".format, st.sampled_from("89"), _digits),
)


def test_white_space_around_a_barcode_is_the_scanners() -> None:
    book_id = add_book()

    assert id_of("book_id", f" {label(book_id)}\r\n") == book_id


def test_barcodes_stand_for_books_and_people_only() -> None:
    assert may_be_barcode("book_id")
    assert may_be_barcode("user_id")
    assert not may_be_barcode("author_id")
    assert id_of("author_id", NO_BOOK) == NO_BOOK


def test_who_may_not_do_it_cannot_find_out_which_barcodes_there_are() -> None:
    label = Book.objects.get(pk=add_book()).barcode
    client = APIClient()
    client.force_authenticate(User.objects.create_user("reader", is_staff=True))

    answers = [client.post(f"/api/book/{each}/return") for each in (label, NO_BOOK)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].json() == answers[1].json()
