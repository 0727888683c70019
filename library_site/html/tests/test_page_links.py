"""Where pages lead: what comes after a task, where a page stands, and what a scan or a stale link opens."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs.texts import long_date
from library_site.html.templatetags.pages import upright
from tests.library import add_book, borrow, register
from tests.pages import after, send

pytestmark = pytest.mark.django_db


def steps(response: Any) -> dict[str, str]:
    """The links beside the message of what was done."""
    (nav,) = re.findall(r'<nav class="next".*?</nav>', response.content.decode(), re.DOTALL) or [""]
    return {text: url for url, text in re.findall(r'<a href="([^"]*)">([^<]*)</a>', nav)}


def test_what_is_likely_next_stands_beside_what_was_done_and_once_only(desk: Client) -> None:
    page = after(desk, send(desk, "/register-user", name="Ann Lee", email="ann@example.org"))

    url = page.request["QUERY_STRING"]
    card = LibraryUser.objects.get().barcode
    assert steps(page) == {
        "Lend to Ann Lee": f"/borrow-book?{url}",
        "Print label": f"/card-labels?first={card}",
        "Ann Lee": f"/person?{url}",
        "Register somebody else": "/register-user",
    }
    assert steps(desk.get(f"/verify-user?{url}")) == {}


def test_after_a_new_book_and_after_a_loss_comes_what_they_are_about(desk: Client) -> None:
    page = after(desk, send(desk, "/add-new-book", title="Dune", author_q="Frank Herbert"))
    book_id, ann = Book.objects.get().pk, register("Ann Lee")
    assert (
        steps(page).items()
        >= {"Lend it": f"/borrow-book?book_id={book_id}", "Dune": f"/book?book_id={book_id}"}.items()
    )

    borrow(book_id, ann)
    page = after(desk, send(desk, "/report-missing-book", book_id=book_id))
    assert steps(page)["Ann Lee"] == f"/person?user_id={ann}"
    assert steps(page)["Who waits for it"] == f"/reservation-queue?book_id={book_id}"


def test_no_step_leads_where_the_account_may_not_go(client: Client) -> None:
    user = User.objects.create_user("volunteer")
    user.user_permissions.add(Permission.objects.get(codename="register_user"))
    client.force_login(user)

    page = after(client, send(client, "/register-user", name="Ann Lee", email="ann@example.org"))

    assert steps(page) == {"Register somebody else": "/register-user"}


def test_a_link_to_what_is_gone_says_so(desk: Client) -> None:
    page = desk.get(f"/return-book?book_id={uuid4()}").content.decode()
    assert "What the link to this page had chosen is no longer there." in page

    page = desk.get(f"/return-book?book_id={add_book()}").content.decode()
    assert "no longer there" not in page

    response = desk.get(f"/person?user_id={uuid4()}")
    assert response.status_code == 422
    assert "it is no longer there. Choose again." in response.content.decode()


def test_what_was_typed_after_the_session_had_ended_is_there_again(client: Client, librarian: User) -> None:
    ann = register("Ann Lee")
    register("Anna Bell")
    typed = {"page_key": "one", "user_id_q": "ann", "user_id": str(ann), "book_id_q": "dune", "override": "x"}
    assert client.post("/borrow-book", typed).status_code == 302

    signed_in = client.post("/login", {"username": "librarian", "password": "correct horse", "next": "/borrow-book"})
    page = client.get(signed_in["Location"]).content.decode()

    assert f'value="{ann}" checked' in page
    assert 'name="user_id_q" value="ann"' in page
    assert 'name="book_id_q" value="dune"' in page
    assert 'value="ann"' not in client.get("/borrow-book").content.decode()


def test_what_was_typed_is_kept_for_its_own_page_only(client: Client, librarian: User) -> None:
    client.post("/register-user", {"name": "Ann Lee" + "x" * 9000})
    assert len(client.session["typed"][1]["name"]) == 1000
    client.force_login(librarian)

    assert "Ann Lee" not in client.get("/change-contact").content.decode()


@pytest.mark.parametrize(
    ("search", "subject", "barcode"),
    [("/search-books", "/book?book_id=", "30001000047110"), ("/search-users", "/person?user_id=", "20001000047112")],
)
def test_a_scanned_barcode_leads_straight_to_what_it_is_on(
    desk: Client, search: str, subject: str, barcode: str
) -> None:
    chosen = add_book("Dune", barcode=barcode) if "book" in search else register("Ann Lee", barcode=barcode)

    assert desk.get(search, {"q": barcode})["Location"] == f"{subject}{chosen}"
    assert desk.get(search, {"q": barcode}, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("9780441013590", "This ISBN was misread"),
        ("9780441013593", "The library has no book with this ISBN."),
        ("zzz", "No book matches."),
    ],
)
def test_that_there_is_no_such_book_says_what_it_means(desk: Client, typed: str, text: str) -> None:
    assert text in desk.get("/search-books", {"q": typed}).content.decode()


def test_an_unknown_isbn_is_brought_along_to_the_new_book(desk: Client) -> None:
    page = desk.get("/search-books?q=0-441-01359-7").content.decode()
    assert 'href="/add-new-book?isbn=9780441013593"' in page


def test_a_page_says_where_it_is(desk: Client) -> None:
    page = desk.get(f"/person?user_id={register('Ann Lee')}").content.decode()

    (crumbs,) = re.findall(r'<nav class="crumbs".*?</nav>', page, re.DOTALL)
    assert re.findall(r">([^<>]+)</(?:a|span)>", crumbs) == ["Desk", "People", "Ann Lee"]
    assert re.search(r'accesskey="o" aria-current="true" href="/search-users"', page)
    assert re.search(r'aria-current="page" href="/search-users"', desk.get("/search-users").content.decode())


@pytest.mark.parametrize(
    ("url", "lit", "crumbs"),
    [
        ("/return-book", "Return", ["Desk", "Lending", "Return book"]),
        ("/hold-shelf", "Hold shelf", ["Desk", "Reservations", "Hold shelf"]),
        ("/missing-books", "Missing", ["Desk", "Missing books"]),
        ("/report-found-book", "Missing", ["Desk", "Missing books", "Report found book"]),
        ("/renew-loan", "All tasks", ["Desk", "Lending", "Renew loan"]),
        ("/statistics", "", ["Desk", "Statistics"]),
    ],
)
def test_one_place_is_marked_and_no_page_stands_under_itself(
    desk: Client, url: str, lit: str, crumbs: list[str]
) -> None:
    page = desk.get(url).content.decode()

    (places, way) = (
        re.search(rf"<nav {nav}.*?</nav>", page, re.DOTALL) for nav in ('aria-label="Places"', 'class="crumbs"')
    )
    assert places
    assert way
    assert "".join(re.findall(r"<a [^>]*aria-current[^>]*>([^<]+)<", places[0])) == lit
    assert re.findall(r">([^<>]+)</(?:a|span)>", way[0]) == crumbs


def test_the_page_of_a_book_has_the_other_copies_and_their_states(desk: Client) -> None:
    first, second = (add_book("Dune", isbn="9780441013593") for _ in range(2))
    borrow(second, register("Ann Lee"))

    page = desk.get(f"/book?book_id={first}").content.decode()

    copies = page[page.index("<h2>Other copies") : page.index("<h2>Who has had it")]
    assert f'href="/book?book_id={second}"' in copies
    assert f'href="/book?book_id={first}"' not in copies
    assert "to Ann Lee" in copies
    assert "Other copies" not in desk.get(f"/book?book_id={add_book()}").content.decode()


def test_characters_that_turn_a_text_round_are_not_in_a_message(desk: Client) -> None:
    page = after(desk, send(desk, "/add-new-book", title="Dune \u202eturned", author_q="Frank Herbert"))

    assert "Added “Dune turned” by Frank Herbert" in page.content.decode()
    assert upright("\u2067a\u2069b\u200f") == "ab\u200f"


def test_a_list_on_paper_names_whom_it_is_about_and_the_day(desk: Client) -> None:
    page = desk.get(f"/borrowed-books?user_id={register('Ann Lee')}").content.decode()

    (heading,) = re.findall(r"<h1>.*?</h1>", page, re.DOTALL)
    assert "Ann Lee" in heading
    assert f'<p class="on-paper">{long_date(timezone.localdate())}</p>' in page


def test_the_journal_is_narrowed_in_the_open_once_something_is_asked(desk: Client) -> None:
    assert '<details class="narrow">' in desk.get("/journal").content.decode()
    assert '<details class="narrow" open>' in desk.get("/journal?outcome=REFUSED").content.decode()
    assert '<details class="narrow" open>' in desk.get("/journal?actor=nobody").content.decode()
