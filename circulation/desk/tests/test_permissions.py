"""What the desk shows to whom."""

from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Book
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, lend, register, reserve, suspend
from tests.scans import barcode_of, borrower, bring_back, scan, who_may

pytestmark = pytest.mark.django_db

LABEL = "30001000047110"
CARD = "20001000047112"
JSON = {"Accept": "application/json"}


def test_who_is_signed_out_is_told_so(client: Client) -> None:
    assert client.post("/", {"typed": LABEL}, headers=JSON).status_code == 401
    assert client.get("/desk/find?q=a", headers=JSON).status_code == 401
    assert client.get("/")["Location"] == "/login?next=/"
    for url in ("/receipt", "/hold-slip"):
        assert client.get(url)["Location"] == f"/login?next={url}"


def test_who_may_neither_lend_nor_take_back_is_led_to_the_tasks(client: Client) -> None:
    who_may(client, "search_books", "renew_loan")
    assert client.get("/")["Location"] == "/tasks"
    add_book("Dune")
    assert client.post("/", {"typed": "dune", "mode": "return", "scan_key": uuid4()})["Location"] == "/tasks"
    assert not JournalEntry.objects.filter(actor__startswith="user:").exists()


def test_who_is_signed_out_scans_again_where_the_desk_stood(client: Client, librarian: User) -> None:
    where = f"/?mode=return&user_id={register('Ann Lee')}"
    add_book("Dune", barcode=LABEL)

    leads_to = client.post(where, {"typed": LABEL, "scan_key": uuid4()} | dict(parse_qsl(where[2:])))["Location"]
    page = client.get(leads_to)
    assert f"“{LABEL}” was not carried out. Sign in, then scan it again." in page.content.decode()
    said = {"username": librarian.username, "password": "correct horse", "next": page.context["next"]}

    assert client.post(leads_to, said)["Location"] == where
    assert JournalEntry.objects.get(actor__startswith="user:").operation == "SignIn"


def test_who_may_no_longer_lend_or_take_back_is_told_so(desk: Client, librarian: User) -> None:
    book_id = add_book("Dune", barcode=LABEL)
    said = {"typed": LABEL, "mode": "return", "scan_key": uuid4()}
    librarian.groups.clear()

    answer = desk.post("/", said, headers=JSON)

    assert (answer.status_code, answer.json()) == (422, {"problem": "You may neither lend nor return books any more."})
    assert desk.get("/desk/find?q=a", headers=JSON).status_code == 422
    assert desk.get("/")["Location"] == "/tasks"
    assert not Book.objects.get(pk=book_id).borrower_id


def test_who_may_not_open_a_persons_file_lends_all_the_same(client: Client) -> None:
    who_may(client, "borrow_book", "search_books", "search_users")
    ann, book_id = register("Ann Lee", barcode=CARD), add_book("Dune", barcode=LABEL)

    card = scan(client, CARD)

    assert card.user_id == ann
    for shown in (card.strip, client.get(f"/?user_id={ann}").content.decode()):
        assert "A library card was scanned" in shown
        assert "of 2 books" not in shown
    assert scan(client, LABEL, card.user_id).user_id == ann
    assert borrower(book_id) == ann


def test_who_may_not_look_a_book_up_is_told_that_it_was_done(client: Client) -> None:
    who_may(client, "return_book", "borrow_book", "verify_user")
    ann, book_id = register(), lend("Dune")

    back = scan(client, does=f"task=ReturnBook&book_id={book_id}")
    verified = scan(client, does=f"task=VerifyUser&user_id={ann}")

    assert (back.row.state, back.row.title, back.row.text) == ("done", "A book", "Done.")
    assert (verified.row.state, verified.row.title) == ("done", "Verified")
    assert borrower(book_id) is None


def test_who_may_only_take_back_has_a_desk_that_takes_back(client: Client) -> None:
    who_may(client, "return_book", "search_books", "search_users")
    book_id = lend("Dune", register("Ann Lee", barcode=CARD))

    page = client.get("/?mode=lend")
    assert (page.context["mode"], page.context["modes"]) == ("return", ["return"])
    assert 'data-mode="lend"' not in page.content.decode().split('class="modes"')[1]
    card = bring_back(client, CARD)
    assert (card.row.state, card.urls) == ("refused", [])
    assert bring_back(client, barcode_of("Dune")).row.text == "Back from its borrower."
    assert Book.objects.get(pk=book_id).status == "AVAILABLE"


def test_who_may_only_lend_has_a_desk_that_lends(client: Client) -> None:
    who_may(client, "borrow_book", "search_books")
    lend("Dune", register())

    assert client.get("/?mode=return").context["mode"] == "lend"
    answer = scan(client, barcode_of("Dune"))
    assert "Return it" not in answer.labels
    assert "Renew" not in answer.labels
    assert answer.urls == []
    assert bring_back(client, barcode_of("Dune")).row.state == "refused"
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


def test_who_may_not_look_a_thing_up_is_not_told_that_it_does_not_exist(client: Client) -> None:
    who_may(client, "borrow_book", "return_book")
    register("Ann Lee", barcode=CARD)
    add_book("Dune", isbn="9780441013593", barcode=LABEL)
    for typed in (LABEL, CARD, "9780441013593"):
        assert scan(client, typed).row.text.startswith("You may not do this: it takes the permission “Search")


def test_a_hold_slip_is_offered_to_who_may_print_it(client: Client) -> None:
    who_may(client, "return_book", "search_books", "get_book_file")
    reserve(book_id := lend("Dune", register()), register("Bob Roe"))

    answer = bring_back(client, barcode_of("Dune"))

    assert (answer.row.state, answer.urls) == ("look", [])
    assert client.get(f"/hold-slip?book_id={book_id}").status_code == 403


def test_no_button_is_there_for_a_task_that_one_may_not_do(client: Client) -> None:
    who_may(client, "borrow_book", "search_books", "search_users", "get_user_file")
    ann, bob = register("Ann Lee", barcode=CARD), register("Bob Roe")
    assert scan(client, CARD).labels == []
    for title, block in (("Emma", lambda: lend("Emma", bob)), ("Dune", lambda: lend("Dune", ann))):
        block()
        refused = scan(client, barcode_of(title), ann)
        assert (refused.row.state, refused.labels, refused.urls) == ("refused", [], [])
    suspend(ann)
    add_book("Persuasion")
    assert scan(client, barcode_of("Persuasion"), ann).urls == []
    page = client.get(f"/?user_id={ann}").content.decode()
    assert "Reinstate" not in page
    assert "/receipt" not in page
