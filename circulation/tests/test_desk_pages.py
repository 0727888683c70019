"""The desk without its script, what it shows to whom, and what it prints."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from catalog.models import MAX_TITLE, Book
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from tests.library import (
    add_book,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend,
)
from tests.pages import after
from tests.scans import bring_back, scan, shown

pytestmark = pytest.mark.django_db

LABEL = "30001000047110"
CARD = "20001000047112"
JSON = {"Accept": "application/json"}


def post(desk: Client, typed: str = "", **fields: Any) -> Any:
    """Scan a text without the page's script, and follow to the page that shows what came of it."""
    return after(desk, desk.post("/", {"typed": typed, "mode": "lend", "scan_key": uuid4()} | fields))


def titles(page: Any) -> list[str]:
    return [row.title for row in page.context["rows"]]


def who_may(client: Client, *operations: str) -> Client:
    """Somebody signed in who may carry out these operations and nothing else."""
    user = User.objects.create_user("volunteer", password="correct horse")
    user.user_permissions.set(Permission.objects.filter(codename__in=operations, content_type__app_label="cqrs"))
    assert user.user_permissions.count() == len(operations)
    client.force_login(user)
    return client


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
    page = post(desk, "dune").content.decode()
    keys = [part.split('"')[0] for part in page.split('name="scan_key" value="')[1:]]
    assert len(keys) == len(set(keys)) == 4  # the box, and three buttons


def test_the_choice_of_a_row_takes_its_place(desk: Client) -> None:
    ann = register("Ann Lee")
    lend("Dune", ann)
    page = post(desk, "dune", user_id=ann)
    row = page.context["rows"][0]
    page = post(desk, "zzz", user_id=ann)
    does, _ = shown(page.content.decode())

    page = post(desk, does=does[0], user_id=ann, row=row.key)

    assert titles(page) == ["zzz", "Dune"]
    assert [row.state for row in page.context["rows"]] == ["refused", "done"]
    assert Book.objects.get().renewals == 1


def test_a_page_that_is_sent_twice_has_one_row(desk: Client) -> None:
    ann, key = register("Ann Lee"), uuid4()
    add_book("Dune")
    for _ in range(2):
        page = post(desk, "dune", user_id=ann, scan_key=key)
    assert [row.state for row in page.context["rows"]] == ["done"]


def test_so_many_rows_are_kept_and_the_desk_alone_begins_anew(desk: Client) -> None:
    for number in range(22):
        page = post(desk, f"zzz{number}")
    assert titles(page) == [f"zzz{number}" for number in range(21, 1, -1)]
    assert titles(desk.get("/?mode=lend")) == titles(page)

    assert titles(desk.get("/")) == []
    assert titles(desk.get("/?mode=lend")) == []


def test_the_keys_belong_to_the_newest_row_with_choices(desk: Client) -> None:
    lend("Dune", register())
    post(desk, "dune")
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


# Who may


def test_who_is_signed_out_is_told_so(client: Client) -> None:
    assert client.post("/", {"typed": LABEL}, headers=JSON).status_code == 401
    assert client.get("/desk/find?q=a", headers=JSON).status_code == 401
    assert client.post("/", {"typed": LABEL})["Location"] == "/login?next=/"
    assert client.get("/")["Location"] == "/login?next=/"
    for url in ("/receipt", "/hold-slip"):
        assert client.get(url)["Location"] == f"/login?next={url}"


def test_who_may_neither_lend_nor_take_back_is_led_to_the_tasks(client: Client) -> None:
    who_may(client, "search_books", "renew_loan")
    assert client.get("/")["Location"] == "/tasks"
    add_book("Dune")
    assert client.post("/", {"typed": "dune", "mode": "return", "scan_key": uuid4()})["Location"] == "/tasks"
    assert not JournalEntry.objects.filter(actor__startswith="user:").exists()


def test_who_may_only_take_back_has_a_desk_that_takes_back(client: Client) -> None:
    who_may(client, "return_book", "search_books", "search_users")
    book_id = lend("Dune", register("Ann Lee", barcode=CARD))

    page = client.get("/?mode=lend")
    assert (page.context["mode"], page.context["modes"]) == ("return", ["return"])
    assert 'data-mode="lend"' not in page.content.decode().split('class="modes"')[1]
    card = bring_back(client, CARD)
    assert (card.row.state, card.urls) == ("refused", [])
    assert bring_back(client, "dune").row.said == "Back from its borrower."
    assert Book.objects.get(pk=book_id).status == "AVAILABLE"


def test_who_may_only_lend_has_a_desk_that_lends(client: Client) -> None:
    who_may(client, "borrow_book", "search_books")
    lend("Dune", register())

    assert client.get("/?mode=return").context["mode"] == "lend"
    answer = scan(client, "dune")
    assert "Take it back" not in answer.labels
    assert "Renew" not in answer.labels
    assert answer.urls == []
    assert bring_back(client, "dune").row.state == "refused"
    assert Book.objects.get().status == "BORROWED"


def test_who_may_not_look_people_up_sees_none(client: Client) -> None:
    who_may(client, "borrow_book", "return_book", "search_books")
    ann = register("Rose Lee", "rose@example.org", barcode=CARD)
    lend("Rose", ann)
    add_book("Rose again")

    letters, card, chosen = scan(client, "rose"), scan(client, CARD), scan(client, does=f"person={ann}")

    assert [label.split(" · ")[-1] for label in letters.labels] == ["Available", "On loan"]
    assert [answer.row.state for answer in (card, chosen)] == ["refused", "refused"]
    assert all("Lee" not in answer.html + answer.strip for answer in (letters, card, chosen))
    assert all(answer.user_id is None for answer in (letters, card, chosen))
    assert "Lee" not in client.get("/desk/find?q=rose").json()["found"]


@pytest.mark.parametrize("typed", [LABEL, CARD, "9780441013593"])
def test_who_may_not_look_a_thing_up_is_not_told_that_it_does_not_exist(client: Client, typed: str) -> None:
    who_may(client, "borrow_book", "return_book")
    register("Ann Lee", barcode=CARD)
    add_book("Dune", isbn="9780441013593", barcode=LABEL)

    answer = scan(client, typed)

    assert answer.row.said.startswith("You may not do this: it takes the permission “Search")


def test_no_button_is_there_for_a_task_that_one_may_not_do(client: Client) -> None:
    who_may(client, "borrow_book", "search_books", "search_users", "get_user_file")
    ann, bob = register("Ann Lee", barcode=CARD), register("Bob Roe")
    assert scan(client, CARD).labels == []
    for title, block in (("Emma", lambda: lend("Emma", bob)), ("Dune", lambda: lend("Dune", ann))):
        block()
        refused = scan(client, title, ann)
        assert (refused.row.state, refused.labels, refused.urls) == ("refused", [], [])
    suspend(ann)
    add_book("Persuasion")
    assert scan(client, "persuasion", ann).urls == [f"/person?user_id={ann}"]
    page = client.get(f"/?user_id={ann}").content.decode()
    assert "Reinstate" not in page
    assert "/receipt" not in page


def test_a_hold_slip_is_offered_to_who_may_print_it(client: Client) -> None:
    who_may(client, "return_book", "search_books", "get_book_file")
    reserve(book_id := lend("Dune", register()), register("Bob Roe"))

    answer = bring_back(client, "dune")

    assert (answer.row.state, answer.urls) == ("look", [])
    assert client.get(f"/hold-slip?book_id={book_id}").status_code == 403


# Junk


JUNK = [
    {"does": "task=SuspendUser&user_id={user}&reason=Junk"},
    {"does": "task=NoSuchTask&user_id={user}"},
    {"does": "task=SearchUsers&q=ann"},
    {"does": "task=ReportMissingBook&book_id={book}"},
    {"does": "task=BorrowBook"},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&junk=1"},
    {"does": "task=BorrowBook&book_id={book}&user_id=junk"},
    {"does": "task=BorrowBook&book_id={book}&user_id=20001000047120"},
    {"does": "task=BorrowBook&book_id={book}&user_id=%00"},
    {
        "does": "task=BorrowBook&book_id=00000000-0000-0000-0000-000000000000&user_id={user}&override=junk",
        "why": "Junk.",
    },
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&override=junk%00", "why": "Junk."},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&override=book_not_available", "why": "Junk."},
    {"does": "task=BorrowBook&book_id={book}&user_id={user}&report_found=maybe"},
    {"does": "task=BorrowBook&book_id={book}&user_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=RenewLoan&book_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=ReturnBook&book_id=00000000-0000-0000-0000-000000000000"},
    {"does": "task=VerifyUser&user_id=00000000-0000-0000-0000-000000000000&then_book_id={book}&then_user_id={user}"},
    {"does": "task=VerifyUser&user_id={user}&then_book_id={book}"},
    {"does": "task=VerifyUser&user_id={user}&then_book_id=junk&then_user_id=junk"},
    {"does": "junk"},
    {"does": "person=%00"},
    {"does": "&&&=;"},
    {"typed": "\u202ezzz\u200b"},
    {"typed": "zzz' OR 1=1 --"},
    {"typed": "%%%___"},
    {"typed": "٣٠٠٠١٠٠٠٠٤٧١١٠"},
    {"typed": "zzz " * 70},
]


@pytest.mark.parametrize("fields", JUNK, ids=lambda fields: next(iter(fields.values()))[:90])
def test_junk_is_refused_in_a_row_and_changes_nothing(desk: Client, fields: dict[str, str]) -> None:
    user, book = register("Ann Lee"), add_book("Emma")

    answer = scan(desk, **{name: text.format(user=user, book=book) for name, text in fields.items()})

    assert answer.row.state == "refused"
    assert LibraryUser.objects.get().status == "NOT_VERIFIED"
    assert Book.objects.get().status == "AVAILABLE"


@pytest.mark.parametrize(
    "fields",
    [
        {"typed": "zzz\x00"},
        {"typed": "z" * (MAX_TITLE + 1)},
        {"does": "task=\x00"},
        {"does": "task=" + "z" * 2000},
        {"why": "\x00"},
        {"why": "z" * (MAX_TITLE + 1)},
        {"scan_key": ""},
        {"scan_key": "junk"},
        {"mode": "junk"},
        {"mode": ""},
        {"user_id": "junk"},
        {"row": "junk"},
    ],
    ids=lambda fields: f"{next(iter(fields))}={next(iter(fields.values()))[:8]!r}",
)
def test_what_no_page_of_ours_sends_is_illegible(desk: Client, fields: dict[str, str]) -> None:
    add_book("Dune", barcode=LABEL)
    said = {"typed": LABEL, "mode": "return", "scan_key": str(uuid4())} | fields
    assert desk.post("/", said, headers=JSON).status_code == 422
    assert desk.post("/", said).status_code == 422
    assert not JournalEntry.objects.filter(actor__startswith="user:").exists()


# Suggestions


def test_what_may_be_meant_is_suggested_while_letters_are_typed(desk: Client) -> None:
    ann = register("Rose Lee")
    book_id = lend("The Rose", ann)

    found = desk.get("/desk/find?q=ros", headers=JSON).json()["found"]
    assert f'value="person={ann}"' in found
    assert f'value="book={book_id}"' in found
    assert "On loan: Rose Lee" in found
    assert "person=" not in desk.get("/desk/find?q=ros&mode=return").json()["found"]
    assert Book.objects.get().status == "BORROWED"


@pytest.mark.parametrize(
    "q", ["", "   ", "zzz", "%00", "z" * 5000, "%ED%A0%80", LABEL, "30001000047111", "9780441013590"]
)
def test_nothing_is_suggested_for_what_nobody_has_typed(desk: Client, q: str) -> None:
    add_book("Emma")
    response = desk.get(f"/desk/find?mode=junk&user_id=junk&q={q}", headers=JSON)
    assert response.status_code == 200
    assert response.json()["found"].strip() == ""


# What is printed


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


def test_a_receipt_of_nothing_says_so(desk: Client) -> None:
    assert "Nothing is on loan." in desk.get(f"/receipt?user_id={register()}").content.decode()


def test_a_hold_slip_says_for_whom_a_book_waits(desk: Client) -> None:
    book_id = add_book("Dune", barcode=LABEL)
    reserve(book_id, register("Bob Roe", barcode=CARD))

    said = desk.get(f"/hold-slip?book_id={book_id}").content.decode()

    assert all(words in said for words in ("<h1>Bob Roe</h1>", CARD, "Dune", LABEL, "Waits until"))


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
