"""Circulation's pages, as a browser without JavaScript sends and gets them."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.models import Book
from circulation.models import LibraryUser
from tests.library import add_book, borrow, register, report_missing
from tests.pages import messages_after, send
from tests.scans import who_may

pytestmark = pytest.mark.django_db
DUNE = "9780441013593"


def test_success_redirects_and_says_what_was_done(desk: Client) -> None:
    ann = register("Ann Lee")
    add_book("Dune", isbn=DUNE)
    response = send(desk, "/borrow-book", user_id_q="ann", book_id_q="978-0-441-01359-3")
    assert response.url == f"/borrow-book?user_id={ann}"
    (said,) = messages_after(desk, response)
    assert said.startswith("“Dune” is lent to Ann Lee, due on ")
    assert Book.objects.get().borrower_id == ann


def test_of_several_matches_one_is_to_be_chosen_and_what_was_typed_stays(desk: Client) -> None:
    register("Ann Lee")
    second = register("Ann Bell")
    book = add_book("Dune")
    response = send(desk, "/borrow-book", user_id_q="ann", book_id_q="dune")
    assert response.status_code == 422
    page = response.content.decode()
    assert "More than one matches. Choose one below." in page
    assert 'value="ann"' in page
    assert 'value="dune"' in page
    assert f'name="user_id" value="{second}"' in page
    response = send(desk, "/borrow-book", user_id_q="ann", user_id=second, book_id_q="dune", book_id=book)
    assert response.status_code == 302
    assert Book.objects.get().borrower_id == second


def test_letters_typed_anew_count_more_than_an_older_choice(desk: Client) -> None:
    ann = register("Ann Lee")
    bob = register("Bob Bell")
    book = add_book("Dune")
    send(desk, "/borrow-book", user_id_q="bob", user_id=ann, book_id=book)
    assert Book.objects.get().borrower_id == bob


def test_an_isbn_means_the_copy_that_the_task_can_be_about(desk: Client) -> None:
    ann = register("Ann Lee")
    add_book("Dune", isbn=DUNE)
    lent = add_book("Dune", isbn=DUNE)
    borrow(lent, ann)
    barcode = Book.objects.get(pk=lent).barcode
    assert messages_after(desk, send(desk, "/return-book", book_id_q=DUNE)) == [
        f"“Dune” is back from Ann Lee. It is the copy {barcode}."
    ]
    report_missing(lent)
    assert messages_after(desk, send(desk, "/report-found-book", book_id_q=DUNE)) == [
        "“Dune” is found and available again."
    ]


def test_an_isbn_of_two_copies_on_loan_asks_which(desk: Client) -> None:
    for name in ("Ann Lee", "Bob Bell"):
        borrow(add_book("Dune", isbn=DUNE), register(name))
    response = send(desk, "/return-book", book_id_q=DUNE)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Ann Lee" in page
    assert "Bob Bell" in page


def test_the_same_form_sent_twice_acts_once(desk: Client) -> None:
    fields = {"page_key": "one", "name": "Ann Lee", "email": "ann@example.org"}
    first = desk.post("/register-user", fields)
    assert messages_after(desk, first) == ["Ann Lee is registered, and not verified yet."]
    second = desk.post("/register-user", fields)
    assert first["Location"] == second["Location"]
    assert messages_after(desk, second) == [
        "Done already, when this page was sent the first time, and not again. "
        "Ann Lee is registered, and not verified yet."
    ]
    assert LibraryUser.objects.count() == 1


def test_the_page_sent_again_with_other_entries_is_another_request(desk: Client) -> None:
    """Somebody went back, typed something else and sent it."""
    desk.post("/register-user", {"page_key": "one", "name": "Ann Lee", "email": "ann@example.org"})
    desk.post("/register-user", {"page_key": "one", "name": "Bob", "email": "bob@example.org"})
    assert set(LibraryUser.objects.values_list("name", flat=True)) == {"Ann Lee", "Bob"}


def test_a_return_that_fires_twice_is_a_quiet_success(desk: Client) -> None:
    borrow(add_book("Dune", isbn=DUNE), register("Ann Lee"))
    add_book("Dune", isbn=DUNE)
    fields = {"page_key": "one", "book_id_q": DUNE}
    assert desk.post("/return-book", fields).status_code == 302
    assert desk.post("/return-book", fields).status_code == 302


def test_a_return_says_how_long_it_was_overdue(desk: Client) -> None:
    dune = add_book("Dune", isbn=DUNE)
    borrow(dune, register("Ann Lee"), now=timezone.now() - timedelta(days=29))
    said = messages_after(desk, send(desk, "/return-book", book_id_q=DUNE))
    barcode = Book.objects.get().barcode
    assert said == [f"“Dune” is back from Ann Lee. It was 1 day overdue. It is the copy {barcode}."]


def test_an_isbn_that_was_misread_or_is_unknown_is_called_so(desk: Client) -> None:
    misread = send(desk, "/return-book", book_id_q="9780441013590")
    assert "its check digit is wrong" in misread.context["form"].errors["book_id"][0]
    unknown = send(desk, "/return-book", book_id_q=DUNE)
    assert unknown.context["form"].errors["book_id"] == ["The library has no book with this ISBN."]


def test_the_books_that_a_task_can_be_about_come_first(desk: Client) -> None:
    for number in range(15):
        add_book(f"Dune {number:02}")
    borrow(add_book("Dune, the last of them"), register("Ann Lee"))
    page = desk.get("/pick/book?wanted=BORROWED,MISSING&book_id_q=dune").content.decode()
    assert page.index("Dune, the last of them") < page.index("Dune 00")
    assert "There may be more" in page


def test_who_is_signed_out_meanwhile_is_told_that_nothing_was_done(client: Client, librarian: User) -> None:
    response = client.post("/register-user", {"name": "Ann Lee", "email": "ann@example.org"})
    assert response["Location"] == "/login?next=/register-user"
    assert "what you sent was not carried out" in client.get(response["Location"]).content.decode()
    choices = client.get("/pick/user?user_id_q=a", headers={"HX-Request": "true"}).content.decode()
    assert "You are signed out." in choices
    assert "Password" not in choices


def test_a_search_box_needs_the_permission_of_its_search(client: Client) -> None:
    who_may(client, "borrow_book")
    assert client.get("/borrow-book", {"user_id": str(register())}).status_code == 403
    assert client.post("/borrow-book", {"user_id_q": "ann", "book_id_q": "dune"}).status_code == 403


def test_a_task_leads_on_to_another_only_who_may_carry_that_out(client: Client) -> None:
    who_may(client, "register_user")
    response = client.post("/register-user", {"name": "Ann Lee", "email": "ann@example.org"})
    assert response["Location"] == "/register-user"


@pytest.mark.parametrize(
    ("url", "field", "prepared"),
    [("/return-book", "book_id", "book"), ("/verify-user", "user_id", "user")],
)
def test_a_link_from_a_list_brings_the_choice_along(desk: Client, url: str, field: str, prepared: str) -> None:
    chosen: UUID = add_book("Dune") if prepared == "book" else register("Ann Lee")
    page = desk.get(url, {field: str(chosen)}).content.decode()
    assert re.search(rf'name="{field}" value="{chosen}" checked', page)
    assert len(re.findall("<button autofocus>", page)) == page.count("autofocus") == 1
    assert "checked" not in desk.get(url, {field: "junk"}).content.decode()


def test_borrowed_books_say_what_is_overdue(desk: Client) -> None:
    ann = register("Ann Lee", verified=True)
    borrow(add_book("Old loan"), ann, now=timezone.now() - timedelta(days=60))
    borrow(add_book("New loan"), ann)
    page = desk.get("/borrowed-books", {"user_id": str(ann)}).content.decode()
    assert page.index("Old loan") < page.index("days overdue") < page.index("New loan")
    assert page.count("overdue") == 1


def test_lists_page_on_by_links(desk: Client) -> None:
    for number in range(26):
        report_missing(add_book(f"Book {number:02}"))
    first = desk.get("/missing-books")
    assert "Book 24" in first.content.decode()
    assert "Book 25" not in first.content.decode()
    second = desk.get(first.context["next_url"])
    assert "Book 25" in second.content.decode()
    assert "Book 00" in desk.get(second.context["previous_url"]).content.decode()


def test_who_lacks_the_permission_is_not_shown_the_task(client: Client) -> None:
    who_may(client, "return_book")
    desk_page = client.get("/").content.decode()
    assert 'data-mode="return"' in desk_page
    assert 'data-mode="lend"' not in desk_page
    tasks = client.get("/tasks").content.decode()
    assert "/return-book" in tasks
    assert all("/borrow-book" not in page for page in (desk_page, tasks))
    assert client.get("/pick/user?user_id_q=a").status_code == 403
