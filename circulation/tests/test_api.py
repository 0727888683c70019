"""The REST tasks of circulation, as a client sees them: the paths, the statuses, what is answered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from catalog.api import BARCODE
from catalog.models import Book
from circulation.api.examples import CARD
from circulation.models import LibraryUser, Reservation
from circulation.policies import POLICY
from tests.library import add_book, borrow, give_back, lend, register, report_missing, reserve, suspend, withdraw
from tests.test_contract import assert_problem, fields_of

pytestmark = pytest.mark.django_db

NOBODY = "01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10"

LISTS = [
    f"book/{NOBODY}/file",
    f"book/{NOBODY}/history",
    f"user/{NOBODY}/file",
    f"user/{NOBODY}/past-loans",
    f"reservation/by-user/{NOBODY}",
    f"reservation/by-book/{NOBODY}",
    "book/overdue",
    "book/due",
    "book/on-hold",
    "journal",
    f"journal?book_id={NOBODY}",
    f"journal?user_id={NOBODY}",
]
lists = pytest.mark.parametrize("path", LISTS)


def with_parameter(path: str, parameter: str) -> str:
    return f"/api/{path}{'&' if '?' in path else '?'}{parameter}"


def done(response: Any, status: int = 200) -> Any:
    """The answer to what is carried out."""
    assert response.status_code == status, response.json()
    return response.json()


def ago(days: int) -> datetime:
    return timezone.localtime() - timedelta(days=days)


def rows(api: APIClient, path: str) -> list[Any]:
    body = done(api.get(f"/api/{path}"))
    assert (body["next"], body["previous"]) == (None, None)
    return list(body["results"])


@lists
def test_lists_of_nothing_and_of_nobody_are_empty_pages(api: APIClient, path: str) -> None:
    assert rows(api, path) == []


@lists
@pytest.mark.parametrize(
    ("parameter", "value"), [("cursor", "junk"), ("cursor", "WzEsMl0:1x:y"), ("page_size", "0"), ("page_size", "many")]
)
def test_a_junk_cursor_or_page_size_is_bad_input(api: APIClient, path: str, parameter: str, value: str) -> None:
    response = api.get(with_parameter(path, f"{parameter}={value}"))

    assert {field for field, _ in fields_of(assert_problem(response, 400, "invalid"))} == {parameter}


@lists
def test_lists_can_be_browsed(desk: Client, path: str) -> None:
    response = desk.get(f"/api/{path}", headers={"Accept": "text/html"})

    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")


@lists
def test_lists_take_their_permission(path: str, db: None) -> None:
    reader = APIClient()
    reader.force_authenticate(User.objects.create_user("reader"))

    assert_problem(reader.get(f"/api/{path}"), 403, "permission_denied")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("journal?user_id=junk", "user_id"),
        (f"journal?book_id={BARCODE[:-1]}", "book_id"),
        ("journal?operation=BurnBook", "operation"),
        ("journal?operation=SearchBooks", "operation"),
        ("journal?outcome=MAYBE", "outcome"),
        ("journal?day=yesterday", "day"),
        ("book/due?first=2026-02-30", "first"),
        ("book/due?first=2026-12-01&last=2026-11-30", "last"),
    ],
)
def test_junk_in_a_question_is_said_of_the_field(api: APIClient, path: str, field: str) -> None:
    problem = assert_problem(api.get(f"/api/{path}"), 400, "invalid")

    assert {name for name, _ in fields_of(problem)} == {field}


# Books


def test_copies(api: APIClient) -> None:
    book_id = add_book("Emma", isbn="9780141439587")
    borrow(book_id, register())
    reserve(book_id, register())

    answer = done(api.post(f"/api/book/{book_id}/copies", {"copies": 2}), 201)

    assert len(answer["book_ids"]) == 2
    assert answer["on_hold"] == 1
    assert [Book.objects.get(pk=copy).barcode for copy in answer["book_ids"]] == answer["barcodes"]
    assert len(done(api.post(f"/api/book/{book_id}/copies"), 201)["book_ids"]) == 1


def test_a_new_book_has_the_barcode_of_its_label_or_the_next(api: APIClient) -> None:
    emma = {"title": "Emma", "author": {"name": "Jane Austen"}}

    labelled = done(api.post("/api/book/new", emma | {"barcode": BARCODE}), 201)
    numbered = done(api.post("/api/book/new", emma), 201)

    assert (labelled["barcode"], labelled["book_status"]) == (BARCODE, "AVAILABLE")
    assert len(numbered["barcode"]) == 14
    assert_problem(api.post("/api/book/new", emma | {"barcode": BARCODE}), 409, "barcode_taken")
    problem = assert_problem(api.post("/api/book/new", emma | {"barcode": CARD}), 400, "invalid")
    assert fields_of(problem) == {("barcode", "misread")}


def test_correct(api: APIClient) -> None:
    book_id = add_book("Ema")
    body = {"title": "Emma", "isbn": "0-14-143958-0", "author": {"name": "Mary Shelley"}, "barcode": BARCODE}

    answer = done(api.post(f"/api/book/{book_id}/correct", body))

    book = Book.objects.get(pk=book_id)
    assert (book.title, book.isbn, book.author.name, book.barcode) == (
        "Emma",
        "9780141439587",
        "Mary Shelley",
        BARCODE,
    )
    assert answer == {"book_id": str(book_id), "author_id": str(book.author_id), "author_added": True}
    by_id = done(api.post(f"/api/book/{book_id}/correct", {"author": {"id": answer["author_id"]}}))
    assert by_id == answer | {"author_added": False}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"author": {}}, ""),
        ({"author": {"id": NOBODY, "name": "A"}}, "author"),
        ({"author": {"name": " "}}, "author.name"),
        ({"isbn": "978"}, "isbn"),
        ({"title": ""}, "title"),
    ],
)
def test_a_correction_that_is_none_is_bad_input(api: APIClient, body: Any, field: str) -> None:
    problem = assert_problem(api.post(f"/api/book/{add_book()}/correct", body), 400, "invalid")

    assert {name for name, _ in fields_of(problem)} == {field}


def test_withdraw_and_restore(api: APIClient) -> None:
    book_id = add_book()

    problem = assert_problem(api.post(f"/api/book/{book_id}/withdraw", {}), 400, "invalid")
    assert fields_of(problem) == {("reason", "required")}
    answer = done(api.post(f"/api/book/{book_id}/withdraw", {"reason": "Worn out."}))
    assert answer == {"book_id": str(book_id), "queued_user_id": None}
    problem = assert_problem(api.post(f"/api/book/{book_id}/withdraw", {"reason": "x"}), 409, "book_already_withdrawn")
    assert problem["remedies"] == [
        {"code": "book_already_withdrawn", "operation": "RestoreBook", "arguments": {"book_id": str(book_id)}}
    ]
    assert done(api.post(f"/api/book/{book_id}/restore")) == {
        "book_id": str(book_id),
        "reinstated_user_id": None,
        "reserved_for_user_id": None,
    }


def test_the_file_on_a_book_says_who_has_it(api: APIClient) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    borrow(book_id, ann)

    (row,) = rows(api, f"book/{book_id}/file")

    assert (row["status"], row["borrower_id"], row["borrower_name"]) == ("BORROWED", str(ann), "Ann Lee")
    assert (row["copies"], row["copies_available"], row["queued"]) == (1, 0, 0)


def test_a_missing_book_is_found_and_lent_in_one_step(api: APIClient) -> None:
    book_id, ann = add_book(), register()
    report_missing(book_id)

    assert_problem(api.post(f"/api/book/{book_id}/borrow", {"user_id": str(ann)}), 409, "book_not_available")
    answer = done(api.post(f"/api/book/{book_id}/borrow", {"user_id": str(ann), "report_found": True}))

    assert answer["user_id"] == str(ann)


# Lists


def test_what_is_due_and_what_is_overdue(api: APIClient) -> None:
    for title, days in (("Emma", -30), ("Dune", 0), ("Solaris", 5)):
        lend(title, now=ago(POLICY.loan_days - days))

    assert [row["title"] for row in rows(api, "book/overdue")] == ["Emma"]
    assert [row["title"] for row in rows(api, "book/due")] == ["Dune"]
    last = timezone.localdate() + timedelta(days=5)
    assert [row["title"] for row in rows(api, f"book/due?last={last}")] == ["Dune", "Solaris"]


def test_the_history_of_a_book_and_of_a_person(api: APIClient) -> None:
    book_id, ann, bob = add_book("Emma"), register("Ann Lee"), register("Bob Ray")
    for user_id in (ann, bob):
        borrow(book_id, user_id)
        give_back(book_id)

    assert [row["user_name"] for row in rows(api, f"book/{book_id}/history")] == ["Bob Ray", "Ann Lee"]
    (loan,) = rows(api, f"user/{ann}/past-loans")
    assert (loan["book_id"], loan["title"], loan["ending"]) == (str(book_id), "Emma", "RETURNED")


def test_the_journal_is_asked_by_person_book_actor_operation_outcome_and_day(api: APIClient, librarian: User) -> None:
    book_id, ann = add_book("Emma"), register("Ann Lee")
    done(api.post(f"/api/book/{book_id}/borrow", {"user_id": str(ann)}))
    assert_problem(api.post(f"/api/book/{book_id}/withdraw", {"reason": "x"}), 409, "book_on_loan")

    def found(question: str) -> list[str]:
        return [row["operation"] for row in rows(api, f"journal?{question}")]

    assert found("") == ["WithdrawBook", "BorrowBook", "RegisterUser", "AddNewBook"]
    assert found(f"user_id={ann}") == ["BorrowBook", "RegisterUser"]
    assert found(f"book_id={book_id}&user_id={ann}") == ["BorrowBook"]
    assert found(f"actor=user:{librarian.pk}") == ["WithdrawBook", "BorrowBook"]
    assert found("outcome=REFUSED") == found("operation=WithdrawBook") == ["WithdrawBook"]
    assert found(f"day={timezone.localdate()}&operation=BorrowBook") == ["BorrowBook"]
    assert found("day=2020-01-01") == found("day=0001-01-01") == found("day=9999-12-31") == []
    refused, lent = rows(api, f"journal?actor=user:{librarian.pk}")
    assert (refused["code"], refused["reason"], refused["book_title"]) == ("book_on_loan", "x", "Emma")
    assert (lent["actor_name"], lent["user_name"], lent["source"]) == ("librarian", "Ann Lee", "rest")


# Reservations


def test_a_reservation_is_placed_moved_and_cancelled(api: APIClient) -> None:
    book_id, ann, bob = lend(), register("Ann Lee"), register("Bob Ray")
    reserve(book_id, ann)

    placed = done(api.post(f"/api/book/{book_id}/reserve", {"user_id": str(bob)}), 201)
    assert placed == {
        "reservation_id": placed["reservation_id"],
        "user_id": str(bob),
        "position": 2,
        "waiting_book_id": None,
        "held_until": None,
    }
    path = f"/api/reservation/{placed['reservation_id']}"
    moved = done(api.post(f"{path}/move", {"position": 1, "reason": "Examination."}))
    assert (moved["position"], moved["book_id"]) == (1, str(book_id))
    queue = rows(api, f"reservation/by-book/{book_id}")
    assert [(row["user_name"], row["state"], row["position"]) for row in queue] == [
        ("Bob Ray", "QUEUED", 1),
        ("Ann Lee", "QUEUED", 2),
    ]
    cancelled = done(api.post(f"{path}/cancel"))
    assert (cancelled["released_book_id"], cancelled["reserved_for_user_id"]) == (None, None)
    assert cancelled["book_id"] == str(book_id)
    assert rows(api, f"reservation/by-user/{bob}") == []
    assert_problem(api.post(f"{path}/cancel"), 409, "reservation_ended")


@pytest.mark.parametrize("position", [10**400, 2**63, 99])
def test_beyond_the_end_of_the_queue_is_its_end(api: APIClient, position: int) -> None:
    book_id = lend()
    first = reserve(book_id, register())
    reserve(book_id, register())

    moved = done(api.post(f"/api/reservation/{first}/move", {"position": position, "reason": "Asked to."}))

    assert moved["position"] == 2


def test_what_comes_back_for_somebody_waits_on_the_hold_shelf(api: APIClient) -> None:
    book_id, ann = lend("Emma"), register("Ann Lee")
    reservation_id = reserve(book_id, ann)

    answer = done(api.post(f"/api/book/{book_id}/return"))

    (held,) = rows(api, "book/on-hold")
    assert (answer["book_status"], answer["reservation_id"]) == ("ON_HOLD", str(reservation_id))
    assert (answer["reserved_for_user_id"], answer["held_until"]) == (str(ann), held["held_until"])
    assert (held["id"], held["user_name"], held["reservation_id"]) == (str(book_id), "Ann Lee", str(reservation_id))
    (waits,) = rows(api, f"reservation/by-user/{ann}")
    assert (waits["state"], waits["waiting_book_id"]) == ("WAITING", str(book_id))


def test_what_nobody_collects_expires(api: APIClient) -> None:
    book_id = add_book()
    reservation_id = reserve(book_id, register(), now=ago(POLICY.shelf_days + 1))
    reserve(add_book(), register(), now=ago(POLICY.shelf_days))

    answer = done(api.post("/api/reservation/expire"))

    assert answer == {"reservation_ids": [str(reservation_id)], "book_ids": [str(book_id)]}
    assert done(api.post("/api/reservation/expire")) == {"reservation_ids": [], "book_ids": []}
    assert Reservation.objects.get(pk=reservation_id).status == "EXPIRED"


# People


def test_contact(api: APIClient) -> None:
    ann = register("Ann Lee", "ann@example.org")

    answer = done(api.post(f"/api/user/{ann}/contact", {"email": "ann@example.net", "barcode": CARD}))

    assert answer == {"user_id": str(ann)}
    user = LibraryUser.objects.get(pk=ann)
    assert (user.name, user.email, user.barcode) == ("Ann Lee", "ann@example.net", CARD)
    assert fields_of(assert_problem(api.post(f"/api/user/{ann}/contact", {}), 400, "invalid")) == {("", "required")}


def test_suspend_and_reinstate(api: APIClient, librarian: User) -> None:
    ann, until = register("Ann Lee"), timezone.localdate() + timedelta(days=7)

    answer = done(api.post(f"/api/user/{ann}/suspend", {"reason": "Ink.", "until": str(until)}))
    assert answer == {"user_id": str(ann), "status": "SUSPENDED", "suspended_until": str(until)}
    (row,) = rows(api, f"user/{ann}/file")
    assert (row["status"], row["status_comment"], row["suspended_by"]) == ("SUSPENDED", "Ink.", "librarian")
    assert_problem(api.post(f"/api/user/{ann}/suspend", {"reason": "Ink."}), 409, "user_already_suspended")

    answer = done(api.post(f"/api/user/{ann}/reinstate", {"reason": "Paid for."}))
    assert answer == {"user_id": str(ann), "status": "NOT_VERIFIED"}
    assert_problem(api.post(f"/api/user/{ann}/reinstate", {"reason": "Paid for."}), 409, "user_not_suspended")


def test_a_suspension_may_have_no_end(api: APIClient) -> None:
    for body in ({}, {"until": None}):
        answer = done(api.post(f"/api/user/{register()}/suspend", {"reason": "Ink."} | body))
        assert answer["suspended_until"] is None


def test_suspensions_that_are_over_are_ended(api: APIClient) -> None:
    ann, bob = register(), register()
    suspend(ann, until=ago(1).date(), now=ago(3))
    suspend(bob, until=timezone.localdate())

    assert done(api.post("/api/user/end-suspensions")) == {"user_ids": [str(ann)]}


def test_a_card_that_is_printed_already(api: APIClient) -> None:
    done(api.post("/api/user/register", {"name": "Ann", "email": "ann@example.org", "barcode": CARD}), 201)

    (row,) = rows(api, f"user/search?q={CARD}")

    assert (row["name"], row["barcode"]) == ("Ann", CARD)


# The calendar


def test_a_day_on_which_the_library_is_closed(api: APIClient) -> None:
    day = {"day": "2099-12-25", "is_open": False}

    assert done(api.post("/api/calendar/exception", day | {"note": "Christmas Day"})) == day
    assert done(api.post("/api/calendar/exception", {"day": "2099-12-25"})) == day
    problem = assert_problem(api.post("/api/calendar/exception", {"day": "Christmas"}), 400, "invalid")
    assert {field for field, _ in fields_of(problem)} == {"day"}


# What is not there


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"book/{NOBODY}/copies", {}),
        (f"book/{NOBODY}/correct", {"title": "Emma"}),
        (f"book/{NOBODY}/withdraw", {"reason": "Worn out."}),
        (f"book/{NOBODY}/restore", {}),
        (f"reservation/{NOBODY}/cancel", {}),
        (f"reservation/{NOBODY}/move", {"position": 1, "reason": "Examination."}),
        (f"user/{NOBODY}/contact", {"name": "Ann"}),
        (f"user/{NOBODY}/suspend", {"reason": "Ink."}),
        (f"user/{NOBODY}/reinstate", {"reason": "Paid for."}),
    ],
)
def test_an_unknown_id_to_act_on_is_not_found(api: APIClient, path: str, body: Any) -> None:
    assert_problem(api.post(f"/api/{path}", body), 404, "not_found")


def test_a_withdrawn_book_is_still_answered_for(api: APIClient) -> None:
    book_id = add_book()
    withdraw(book_id)

    (row,) = rows(api, f"book/{book_id}/file")

    assert (row["status"], row["copies"]) == ("WITHDRAWN", 0)
