"""Pages of the people who borrow."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from catalog.models import Book
from circulation.models import LibraryUser
from tests.library import (
    add_book,
    borrow,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    suspend,
    suspend_by_loss,
)
from tests.pages import after, boxes, errors, messages_after, remedies, send
from tests.scans import who_may

pytestmark = pytest.mark.django_db

CARD = "20001000047112"


def person(user_id: Any) -> LibraryUser:
    return LibraryUser.objects.get(pk=user_id)


# Registering and changing


def test_a_person_gets_the_card_that_was_scanned_or_the_next_one(desk: Client) -> None:
    fields = {"name": "Ann Lee", "email": "ann@example.org"}
    assert send(desk, "/register-user", **fields, barcode=CARD).status_code == 302
    assert LibraryUser.objects.get().barcode == CARD
    page = after(desk, send(desk, "/register-user", name="Bob Roe", email="bob@example.org", barcode=""))
    assert LibraryUser.objects.get(name="Bob Roe").barcode in page.content.decode()


def test_somebody_of_a_name_that_is_there_already_is_told_from_the_other(desk: Client) -> None:
    fields = {"name": "Anna Müller", "email": "anna@example.org"}
    link = "/search-users?q=Anna+M%C3%BCller"
    register("Anna Müller-Lee")
    assert link not in after(desk, send(desk, "/register-user", **fields)).content.decode()
    page = after(desk, send(desk, "/register-user", **fields | {"name": "anna  müller", "email": "am@example.org"}))
    assert ["Another anna  müller is registered", "/search-users?q=anna++m%C3%BCller"] in page.context["next_steps"]
    assert all(user.barcode in desk.get(link).content.decode() for user in LibraryUser.objects.all())


def test_what_is_somebody_elses_leads_to_whose_it_is(desk: Client) -> None:
    register("Ann Lee", "ann@example.org", barcode=CARD)
    other = {"name": "Bob Roe", "email": "bob@example.org", "barcode": ""}
    taken = send(desk, "/register-user", **other | {"barcode": CARD})
    assert remedies(taken, "barcode") == [("Search people", f"/search-users?q={CARD}")]


def test_a_child_needs_no_address_and_is_told_from_a_namesake(desk: Client) -> None:
    """By the date of birth, wherever somebody is chosen or listed; by the card, where it is not known."""
    register("Ann Lee", barcode=CARD)
    child = {"name": "Ann Lee", "birth_date": "2017-05-03", "barcode": "S12345", "note": "Ask for her mother"}
    assert send(desk, "/register-user", **child).status_code == 302
    ann = LibraryUser.objects.get(barcode="S12345")
    assert ann.email == ""
    for page in ("/search-users?q=ann", "/pick/user?user_id_q=ann"):
        shown = desk.get(page).content.decode()
        assert "born 3 May 2017" in shown
        assert CARD in shown
        assert "None" not in shown
    shown = desk.get(f"/person?user_id={ann.pk}").content.decode()
    assert re.search('class="notice info note">Ask for her mother', shown)
    assert "Ask for her mother" in desk.get(f"/?user_id={ann.pk}").content.decode()
    reserve(lend("Emma"), ann.pk)
    borrow(add_book("Dune"), ann.pk, now=timezone.now() - timedelta(days=90))
    for page in ("/overdue-loans", f"/reservation-queue?book_id={Book.objects.get(title='Emma').pk}"):
        assert "born 3 May" in desk.get(page).content.decode()


@pytest.mark.usefixtures("supervisor")
def test_who_may_be_registered_already_is_shown_and_can_be_overridden(desk: Client) -> None:
    ann = {"name": "Ann Lee", "birth_date": "2017-05-03"}
    assert send(desk, "/register-user", **ann, barcode=CARD).status_code == 302
    again = send(desk, "/register-user", **ann, barcode="S12345")
    assert "is registered already" in errors(again, "name")
    assert remedies(again, "name") == [
        (f"Ann Lee · born 3 May 2017 · {CARD}", f"/person?user_id={LibraryUser.objects.get().pk}")
    ]
    assert boxes(again) == ["maybe_registered"]
    send(desk, "/register-user", **ann, barcode="S12345", override="maybe_registered", override_reason="Twins.")
    assert LibraryUser.objects.filter(name="Ann Lee").count() == 2


@pytest.mark.parametrize(
    ("typed", "changed"),
    [
        ({"phone": "01 23", "birth_date": "2017-05-03"}, {"phone": "01 23"}),
        ({"birth_date": ""}, {"birth_date": None}),
        ({"email": "", "birth_date": "2017-05-03"}, {"email": ""}),
        ({"birth_date": "2018-05-03", "language": "de"}, {"birth_date": date(2018, 5, 3), "language": "de"}),
    ],
)
def test_what_is_known_is_filled_in_and_what_is_emptied_is_taken_away(
    desk: Client, typed: dict[str, str], changed: dict[str, Any]
) -> None:
    send(
        desk, "/register-user", name="Ann Lee", email="ann@example.org", birth_date="2017-05-03", note="N", barcode=CARD
    )
    before = dict(LibraryUser.objects.values().get())
    url = f"/change-contact?user_id={before['id']}"
    page = desk.get(url).content.decode()
    shown = dict(re.findall(r'name="(was_\w+)" value="([^"]*)"', page)) | {"note": "N", "email": "ann@example.org"}
    assert shown["was_birth_date"] == "2017-05-03"
    response = send(desk, url, **{"user_id": str(before["id"]), "name": "Ann Lee"} | shown | typed)
    assert response.status_code == 302, response.context["form"].errors
    after_it = dict(LibraryUser.objects.values().get())
    derived = {"email_key", "search_key"} if "email" in typed else set()
    assert {name: after_it[name] for name in after_it.keys() - derived if after_it[name] != before[name]} == changed


def test_a_scan_is_no_name(desk: Client) -> None:
    assert errors(send(desk, "/register-user", name="S12345"), "name") == "This is a barcode, and no name."


def test_a_new_card_for_a_lost_one_while_what_is_left_empty_stays_as_it_is_shown(desk: Client) -> None:
    ann = register("Ann Lee", "ann@example.org")
    fields = {"name": "", "email": "", "barcode": CARD}
    response = send(desk, "/change-contact", user_id=ann, **fields)
    assert response.url == f"/person?user_id={ann}"
    said = messages_after(desk, response)
    assert said == [f"What the library knows of Ann Lee is changed. The library card is now {CARD}."]
    assert (person(ann).name, person(ann).email, person(ann).barcode) == ("Ann Lee", "ann@example.org", CARD)
    page = desk.get(f"/change-contact?user_id={ann}").content.decode()
    assert "ann@example.org" in page
    assert CARD in page
    assert f'name="barcode" value="{CARD}"' not in page
    send(desk, "/change-contact", user_id=ann, **fields | {"email": "lee@example.org", "barcode": ""})
    assert (person(ann).email, person(ann).barcode) == ("lee@example.org", CARD)


# Suspending


@pytest.mark.usefixtures("supervisor")
def test_a_person_is_suspended_until_a_day_and_reinstated_for_a_reason(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    until = timezone.localdate() + timedelta(days=30)
    response = send(desk, "/suspend-user", user_id=ann, reason="Unpaid fees.", until=until.isoformat())
    assert response.url == f"/person?user_id={ann}"
    assert messages_after(desk, response) == [f"Ann Lee is suspended, until {date_format(until, 'j F Y')}."]
    assert person(ann).suspended_until == until
    response = send(desk, "/reinstate-user", user_id=ann, reason="Paid.")
    assert messages_after(desk, response) == ["Ann Lee is no longer suspended."]
    assert person(ann).status == "VERIFIED"


def test_suspensions_that_are_over_are_ended(desk: Client) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    for _ in range(2):
        suspend(register(), until=(long_ago + timedelta(days=7)).date(), now=long_ago)
    assert messages_after(desk, send(desk, "/end-suspensions")) == ["2 people are no longer suspended."]
    assert messages_after(desk, send(desk, "/end-suspensions")) == ["No suspension is over."]


# The page of a person


def test_a_block_stands_at_the_top_why_by_whom_since_when_until_when(desk: Client, librarian: User) -> None:
    ann = register("Ann Lee")
    until = timezone.localdate() + timedelta(days=30)
    send(desk, "/suspend-user", user_id=ann, reason="Unpaid fees.", until=until.isoformat())
    desk.get("/")  # takes the message away
    page = " ".join(desk.get(f"/person?user_id={ann}").content.decode().split())
    since = date_format(timezone.localdate(), "j F Y")
    assert f"Suspended</span> since {since} by librarian, until {date_format(until, 'j F Y')}" in page
    assert page.index("Ann Lee</h1>") < page.index("Unpaid fees.") < page.index("Library card")


def test_the_page_of_a_person_has_books_reservations_and_past_loans(desk: Client) -> None:
    ann = register("Ann Lee", "ann@example.org", verified=True, barcode=CARD)
    borrow(add_book("Old loan"), ann, now=timezone.now() - timedelta(days=60))
    give_back(lend("Brought back", ann))
    reserve(lend("Waited for"), ann)
    reserve(add_book("On the shelf"), ann)
    page = desk.get("/person", {"user_id_q": CARD}).content.decode()
    words = " ".join(page.split())
    assert "1 of 10" in words
    assert "1 overdue" in words
    assert "1 in a queue" in words
    assert "1 on the hold shelf" in words
    lists = [words.index(each) for each in ("On the shelf", "Old loan", "Waited for", "Brought back")]
    assert lists == sorted(lists)
    links = {f'href="/{task}?user_id={ann}"' for task in ("borrow-book", "suspend-user", "change-contact", "journal")}
    assert all(link in page for link in links)
    assert "/reinstate-user" not in page


def test_the_page_shows_the_first_rows_and_links_to_all(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    for number in range(11):
        give_back(lend(f"Book {number:02}", ann))
    page = desk.get(f"/person?user_id={ann}").content.decode()
    past = page[page.index("<h2>Past loans") : page.index("<h2>Journal")]
    assert past.count("Book ") == 10
    assert f'href="/past-loans-by-person?user_id={ann}"' in page
    assert "/borrowed-books?" not in page


@pytest.mark.usefixtures("supervisor")
def test_somebody_suspended_is_offered_reinstatement_and_no_loan(desk: Client) -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann, "Dune")
    page = desk.get(f"/person?user_id={ann}").content.decode()
    assert f"/reinstate-user?user_id={ann}" in page
    assert f"/borrow-book?user_id={ann}" not in page
    assert "“Dune” was reported missing on" in page


def test_past_loans_say_how_they_ended(desk: Client) -> None:
    ann = register("Ann Lee")
    give_back(lend("Brought back", ann))
    suspend_by_loss(ann, "Lost")
    found = lend("Found", register("Bob Roe"))
    report_missing(found)
    give_back(found)
    page = " ".join(desk.get(f"/past-loans-by-person?user_id={ann}").content.decode().split())
    assert page.index("Lost") < page.index("Missing</span>") < page.index("Brought back") < page.index("Returned")
    assert "found on" in desk.get(f"/book-history?book_id={found}").content.decode()


def test_names_are_no_links_for_who_may_not_open_them(client: Client) -> None:
    who_may(client, "search_users")
    register("Ann Lee")
    page = client.get("/search-users?q=ann").content.decode()
    assert "Ann Lee" in page
    assert "/person?" not in page


# The journal


def test_the_journal_says_who_did_what_to_whom_and_why(desk: Client) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")
    send(desk, "/borrow-book", user_id=ann, book_id=book_id)
    send(desk, "/borrow-book", user_id=ann, book_id=book_id)
    send(desk, "/withdraw-book", book_id=add_book("Emma"), reason="Worn out.")
    page = desk.get("/journal").content.decode()
    page = page.partition("<tbody>")[2]
    assert page.index("Withdraw book") < page.index("Worn out.") < page.index("Borrow book")
    assert "Refused" in page
    assert "The book is not available" in page
    assert f'href="/book?book_id={book_id}"' in page
    assert f'href="/person?user_id={ann}"' in page
    assert "librarian" in page


def test_the_journal_says_where_the_reason_of_a_suspension_stands_and_what_was_overridden_why(
    desk: Client, supervisor: User
) -> None:
    ann, book_id = register("Ann Lee"), add_book("Dune")

    def newest() -> str:
        return desk.get("/journal").content.decode().partition("<tbody>")[2].partition("</tr>")[0]

    send(desk, "/suspend-user", user_id=ann, reason="Shouts.")
    assert "in the person’s comment" in newest()
    send(desk, "/borrow-book", user_id=ann, book_id=book_id, override=["user_suspended"], override_reason="An exam.")
    assert "Overrode" in newest()
    assert "An exam." in newest()
    send(desk, "/borrow-book", user_id=ann, book_id=book_id, override=["user_suspended"], override_reason="An exam.")
    assert "Tried to override" in newest()
    reserve(book_id, register("Bob Roe"))
    send(desk, "/return-book", book_id=book_id)
    assert newest().index("Ann Lee") < newest().index("waits for") < newest().index("Bob Roe")


def test_the_journal_is_narrowed(desk: Client) -> None:
    ann, bob = register("Ann Lee"), register("Bob Roe")
    book_id = lend("Dune", ann)
    send(desk, "/borrow-book", user_id=bob, book_id=book_id)

    def found(**query: Any) -> list[tuple[str, str]]:
        rows = desk.get("/journal", query).context["page"].rows
        return [(row.operation, row.outcome) for row in rows]

    lent, refused = ("BorrowBook", "CARRIED_OUT"), ("BorrowBook", "REFUSED")
    assert found(book_id_q="dune", user_id=str(ann)) == [lent]
    assert found(book_id_q="dune", operation="BorrowBook") == [refused, lent]
    assert found(outcome="REFUSED") == found(actor="librarian") == [refused]
    assert found(actor="cli") == found(actor="system:cli")
    assert lent in found(actor="cli", day=timezone.localdate().isoformat())
    assert found(actor="lambda") == found(day="2020-01-01") == []


def test_what_the_journal_cannot_be_asked_is_said_beside_its_field(desk: Client) -> None:
    for field, typed in (("actor", "nobody"), ("operation", "FlyBook"), ("day", "yesterday")):
        assert errors(desk.get("/journal", {field: typed}), field)
