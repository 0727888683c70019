"""Several rows of a list at once (issue 18, many at once): a task on each, and a file of them."""

import csv
import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from catalog.models import Book
from circulation.models import LibraryUser
from library_site.cqrs.models import JournalEntry
from library_site.html.many import pages_for_many
from tests.library import add_book, borrow, lend, register

pytestmark = pytest.mark.django_db


def many(desk: Client, task: str, *ids: Any, **fields: Any) -> Any:
    return desk.post("/many", {"task": task, "row": [*ids], "back": "/search-books?q=e", **fields})


def answers(page: Any) -> dict[str, tuple[str, str]]:
    """Of each row its state, and what its answer says."""
    rows = re.findall(
        r'<tr id="row-(.*?)" data-state="(\w*)">.*?<td data-label.*?>(.*?)</td>', page.content.decode(), re.DOTALL
    )
    return {id: (state, re.sub("<.*?>", "", text).strip()) for id, state, text in rows}


def test_a_list_offers_what_the_account_may_do_with_many_of_its_rows(desk: Client, client: Client) -> None:
    book_id = add_book("Emma")
    page = desk.get("/search-books?q=emma").content.decode()
    assert re.findall(r'name="task" value="(\w+)"', page) == ["get_book_labels", "withdraw_book"]
    assert re.search(rf'type="checkbox"[^>]* name="row" value="{book_id}" aria-label="Tick: Emma">', page)
    assert re.search('name="row"[^>]* checked', desk.get("/search-books?q=emma&all=1").content.decode())
    user = User.objects.create_user("volunteer")
    user.user_permissions.add(Permission.objects.get(codename="search_books"))
    client.force_login(user)
    assert 'name="task"' not in client.get("/search-books?q=emma").content.decode()
    assert many(client, "withdraw_book", book_id).status_code == 403
    user.user_permissions.set([Permission.objects.get(codename="withdraw_book")])
    assert many(client, "withdraw_book", book_id).status_code == 403, "who may not search may not see what it is"


def test_first_it_is_said_what_will_be_done_and_the_reason_is_asked_once(desk: Client) -> None:
    ids = [add_book("Emma"), add_book("Dune")]
    page = many(desk, "withdraw_book", *ids, uuid4())
    assert [state for state, _ in answers(page).values()] == ["", "", "gone"]
    assert re.search('name="reason"[^>]* autofocus', page.content.decode())
    page = many(desk, "withdraw_book", *ids, go="1", page_key="k", reason=" ")
    assert page.status_code == 422
    assert page.context["form"].errors == {"reason": ["This field is required."]}
    assert set(Book.objects.values_list("status", flat=True)) == {"AVAILABLE"}


def test_each_row_is_a_command_with_its_own_answer_and_what_helps(desk: Client) -> None:
    emma, dune, lent = add_book("Emma"), add_book("Dune"), lend("Persuasion")
    page = many(desk, "withdraw_book", emma, lent, dune, go="1", page_key="k", reason="Worn out")
    assert answers(page)[str(emma)] == ("done", "Done “Emma” is withdrawn.")
    assert answers(page)[str(dune)][0] == "done"
    state, said = answers(page)[str(lent)]
    assert (state, said.startswith("Refused “Persuasion” is on loan to")) == ("refused", True)
    assert f'<a href="/return-book?book_id={lent}">' in page.content.decode()
    entries = JournalEntry.objects.filter(operation="WithdrawBook")
    assert sorted(entries.values_list("outcome", flat=True)) == ["CARRIED_OUT", "CARRIED_OUT", "REFUSED"]
    assert 'href="/search-books?q=e"' in page.content.decode()


def test_what_is_sent_again_after_a_broken_connection_is_done_once(desk: Client) -> None:
    """Row by row, as the script sends it, or all together: the key of a row is the same."""
    emma, dune = add_book("Emma"), add_book("Dune")
    sent = {"go": "1", "page_key": "k", "reason": "Worn out"}
    many(desk, "withdraw_book", emma, **sent)
    page = many(desk, "withdraw_book", emma, dune, **sent)
    assert [state for state, _ in answers(page).values()] == ["done", "done"]
    assert "Done already" in answers(page)[str(emma)][1]
    assert JournalEntry.objects.filter(operation="WithdrawBook").count() == 2


def test_people_are_verified_and_cards_and_books_labelled(desk: Client) -> None:
    people, book_id = [register("Ann Lee"), register("Bob Roe")], add_book()
    many(desk, "verify_user", *people, go="1", page_key="k")
    assert set(LibraryUser.objects.values_list("status", flat=True)) == {"VERIFIED"}
    assert many(desk, "get_card_labels", *people).url == f"/card-labels?user_ids={people[0]}%2C{people[1]}"
    labels = desk.get(many(desk, "get_book_labels", book_id).url)
    assert labels.content.decode().count('<div class="label">') == 1
    assert desk.get("/book-labels?book_ids=junk").status_code == 422


def test_nothing_else_can_be_sent_there(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("library_site.html.many.MOST", 5)
    assert many(desk, "return_book", add_book()).status_code == 404
    assert "No row was chosen." in many(desk, "withdraw_book").content.decode()
    for back in ("//evil.example", "/\\evil.example", "https://evil.example"):
        assert "evil" not in many(desk, "withdraw_book", back=back).content.decode()
    assert len(answers(many(desk, "verify_user", *(uuid4() for _ in range(6))))) == 5
    assert desk.get("/many")["Location"] == "/tasks"


def test_every_task_for_many_rows_takes_them(desk: Client) -> None:
    tasks = pages_for_many()
    assert "renew_loan" in tasks
    assert {many(desk, slug, uuid4()).status_code for slug in tasks} == {200, 302}


def table(response: Any) -> list[list[str]]:
    return [*csv.reader(response.getvalue().decode("utf-8-sig").splitlines())]


def test_a_list_is_a_file_of_all_or_of_the_rows_that_were_ticked(desk: Client) -> None:
    """Nothing in it is taken for a formula."""
    emma, _, lent = add_book("Emma", author="=1+1"), add_book("Eclipse"), add_book("Even So")
    borrow(lent, register("Ann Lee"))
    lines = table(desk.get("/search-books.csv?q=e&cursor="))
    assert lines[0] == ["Title", "Author", "ISBN", "Barcode", "Status", "Who has it", "Due"]
    assert [(line[0], line[4], line[5]) for line in lines[1:]] == [
        ("Eclipse", "Available", ""),
        ("Emma", "Available", ""),
        ("Even So", "On loan", "Ann Lee"),
    ]
    (_, line) = table(desk.post("/search-books.csv?q=e", {"row": [emma]}))
    assert line[:2] == ["Emma", "'=1+1"]
    assert desk.post("/search-books", {"row": [emma]}).status_code == 405
