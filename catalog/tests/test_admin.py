"""The catalogue in the admin: CRUD by form that keeps to the rules, whoever works at the same time."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from catalog.models import Author, Book
from library_site.admin import crud as shared
from library_site.admin.tests.admin_pages import act, edit, fill_in, messages_on, url
from library_site.cqrs import dispatch
from library_site.cqrs.records import EditRecord
from tests.library import add_book, borrow, context, give_back, lend, register, report_missing, reserve

LABEL = "30001000047110"


def change_url(book_id: Any) -> str:
    return url("catalog_book", "change", book_id)


def form_errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


# Plain editing


def test_an_author_is_added_renamed_and_deleted(desk: Client) -> None:
    edit(desk, url("catalog_author", "add"), name="  Jane   Austin ")
    author = Author.objects.get(name="Jane Austin")
    edit(desk, url("catalog_author", "change", author.id), name="Jane Austen")
    author.refresh_from_db()
    assert (author.name, author.name_key) == ("Jane Austen", "jane austen")
    edit(desk, url("catalog_author", "delete", author.id))
    assert not Author.objects.exists()


def test_a_book_is_added_with_every_field(desk: Client) -> None:
    author, ann = Author.objects.create(name="Frank Herbert"), register()
    fields = {"title": "Dune", "isbn": "0-441-01359-7", "author": author.id, "status": "BORROWED", "borrower": ann}
    edit(desk, url("catalog_book", "add"), **fields)
    book = Book.objects.get()
    assert (book.title, book.isbn, book.author, book.status) == ("Dune", "9780441013593", author, "BORROWED")
    assert book.borrower_id == ann
    assert book.search_key.startswith("dune frank herbert")


def test_a_barcode_is_given_changed_and_given_anew(desk: Client) -> None:
    author = Author.objects.create(name="Frank Herbert")
    edit(desk, url("catalog_book", "add"), title="Dune", author=author.id)
    book = Book.objects.get()
    first = book.barcode
    assert first
    edit(desk, change_url(book.id), barcode=LABEL)
    book.refresh_from_db()
    assert book.barcode == LABEL
    edit(desk, change_url(book.id), barcode="")
    book.refresh_from_db()
    assert book.barcode not in {"", LABEL, first}


def test_a_loan_and_who_a_book_waits_for_are_shown_and_not_edited(desk: Client) -> None:
    on_loan, on_hold = lend("Emma"), add_book("Dune")
    reserve(on_hold, register("Ann Lee"))
    for book_id, words in ((on_loan, "Due on"), (on_hold, "Dune for Ann Lee")):
        assert words in desk.get(change_url(book_id)).content.decode()
        fields = fill_in(desk, change_url(book_id))
        assert {"borrowed_at", "due_on", "renewals", "reservation", "held_until"}.isdisjoint(fields)


# Rules


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"status": "BORROWED"}, "__all__", "A book has a borrower exactly when"),
        ({"isbn": "9780441013594"}, "isbn", "not a valid ISBN"),
        ({"title": ""}, "title", "required"),
        ({"status": "LENT"}, "status", "valid choice"),
        ({"shelf_mark": "x" * 101}, "shelf_mark", "at most 100"),
        ({"barcode": "30001000047119"}, "barcode", "its check digit is wrong"),
        ({"barcode": "20001000047112"}, "barcode", "is the barcode of a library card, not of a book"),
        ({"barcode": LABEL}, "__all__", "Another book has this barcode."),
        ({"borrower": "00000000-0000-7000-8000-000000000000"}, "borrower", "valid choice"),
    ],
)
def test_an_edit_against_the_rules_is_refused_in_the_form(
    desk: Client, changes: dict[str, str], field: str, words: str
) -> None:
    add_book(barcode=LABEL)
    book_id = add_book("Emma")
    response = edit(desk, change_url(book_id), **changes)
    assert response.status_code == 200
    assert words in " ".join(form_errors(response)[field])
    book = Book.objects.get(pk=book_id)
    assert (book.title, book.isbn, book.status) == ("Emma", "", "AVAILABLE")


def test_two_authors_of_one_name_are_refused_beside_the_name(desk: Client) -> None:
    Author.objects.create(name="Jane Austen")
    response = edit(desk, url("catalog_author", "add"), name="JANE  austen")
    assert form_errors(response) == {"name": ["There is an author of this name already."]}


# At the same time as others


def test_a_field_that_somebody_else_changed_meanwhile_is_not_overwritten(desk: Client) -> None:
    book_id, ann, bob, cara = add_book(), register("Ann"), register("Bob"), register("Cara")
    borrow(book_id, ann)
    page = fill_in(desk, change_url(book_id))
    give_back(book_id)
    borrow(book_id, cara)
    response = desk.post(change_url(book_id), page | {"borrower": str(bob)})
    assert form_errors(response) == {
        "borrower": ["Somebody else changed this meanwhile: it is now “Cara”. Open the page anew before you change it."]
    }
    assert Book.objects.get().borrower_id == cara


def test_what_the_page_asks_for_and_is_so_already_is_no_clash(desk: Client) -> None:
    book_id = add_book("Ema")
    page = fill_in(desk, change_url(book_id))
    report_missing(book_id)
    assert desk.post(change_url(book_id), page | {"status": "MISSING", "title": "Emma"}).status_code == 302
    book = Book.objects.get()
    assert (book.status, book.title) == ("MISSING", "Emma")


@pytest.mark.parametrize("table", ["catalog_author", "catalog_book"])
def test_what_somebody_does_between_a_forms_check_and_the_edit_is_said_beside_the_field(
    desk: Client, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    def late(*args: Any) -> Any:
        dispatch(EditRecord(table="catalog.author", method="DELETE", record_id=author.pk, values={}), context())
        dispatch(EditRecord(table="catalog.author", method="POST", values={"name": "JANE AUSTEN"}), context())
        return dispatch(*args)

    author = Author.objects.create(name="Frank Herbert")
    fields = fill_in(desk, url(table, "add")) | {"name": "Jane Austen", "title": "Emma", "author": author.pk}
    monkeypatch.setattr(shared, "dispatch", late)

    response = desk.post(url(table, "add"), fields)

    (field,) = form_errors(response)
    assert field == ("name" if table == "catalog_author" else "author")
    assert "Jane Austen" in response.content.decode() or "Emma" in response.content.decode()
    assert Author.objects.get().name == "JANE AUSTEN"
    assert not Book.objects.exists()


def test_what_cannot_be_an_id_is_refused_beside_its_field_and_changes_nothing(desk: Client) -> None:
    book_id = lend()
    response = edit(desk, change_url(book_id), status="AVAILABLE", borrower="junk", author="\0")
    assert set(form_errors(response)) == {"author", "borrower"}
    assert Book.objects.get(pk=book_id).status == "BORROWED"


# Deleting


def test_what_is_referred_to_is_not_deleted(desk: Client) -> None:
    add_book("Emma <3")
    page = url("catalog_author", "delete", Author.objects.get().id)
    for response in (desk.get(page), desk.post(page, {"post": "yes"})):
        assert response.status_code == 200
        assert "Book: Emma &lt;3" in response.content.decode()
        assert "your account doesn't have permission" not in response.content.decode()
    assert Author.objects.exists()


def test_of_many_references_some_are_shown(desk: Client) -> None:
    Book.objects.bulk_create(
        Book(title=f"Volume {number}", author=author, barcode=f"{number:014}")
        for author in [Author.objects.create(name="Balzac")]
        for number in range(30)
    )
    page = url("catalog_author", "delete", Author.objects.get().id)
    text = desk.get(page).content.decode()
    assert text.count("Book: Volume") == shared.MAX_REFERENCES_SHOWN
    assert "… and more books" in text


ISBN = "9780441013593"
IN_USE = {"Emma": "“Emma” is on loan", "Dune": "“Dune” waits on the hold shelf for somebody"}


def in_use() -> list[tuple[UUID, str]]:
    """A book on loan and one on the hold shelf, that nothing else refers to, and what is said of them."""
    named = add_book("Persuasion", isbn=ISBN)
    borrow(named, register())
    reserve(named, register())
    return [(lend("Emma"), IN_USE["Emma"]), (add_book("Dune", isbn=ISBN), IN_USE["Dune"])]


def test_a_book_that_somebody_has_or_waits_for_is_not_deleted(desk: Client) -> None:
    for book_id, words in in_use():
        page = url("catalog_book", "delete", book_id)
        assert words in desk.post(page, {"post": "yes"}, follow=True).content.decode()
        assert words in act(desk, "catalog_book", "delete_selected", [book_id], post="yes").content.decode()
    assert Book.objects.count() == 3


def test_nor_is_a_book_that_somebody_gets_meanwhile(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared.CrudAdmin, "get_deleted_objects", lambda *args: ([], {}, set(), []))
    for book_id, words in in_use():
        for page in (
            desk.post(url("catalog_book", "delete", book_id), {"post": "yes"}, follow=True),
            act(desk, "catalog_book", "delete_selected", [book_id], post="yes"),
        ):
            assert [words in each for each in messages_on(page)] == [True]
    assert Book.objects.count() == 3


def test_selected_rows_are_deleted_one_by_one_and_what_stays_is_said(desk: Client) -> None:
    add_book("Emma", author="Jane Austen")
    Author.objects.create(name="Nobody")
    ids = list(Author.objects.values_list("id", flat=True))

    assert "Book: Emma" in act(desk, "catalog_author", "delete_selected", ids).content.decode()
    assert Author.objects.count() == 2

    deleted = act(desk, "catalog_author", "delete_selected", ids, post="yes")
    assert messages_on(deleted) == [
        "“Jane Austen”: It cannot be deleted while something refers to it: book.",
        "One record was deleted.",
    ]
    assert [author.name for author in Author.objects.all()] == ["Jane Austen"]


# Lists


@pytest.mark.parametrize(
    ("field", "q", "found"),
    [("author", "aust", ["Jane Austen"]), ("borrower", "lee", ["Ann Lee"]), ("borrower", "ann@exa", ["Ann Lee"])],
)
def test_the_foreign_keys_of_a_book_are_found_by_typing(desk: Client, field: str, q: str, found: list[str]) -> None:
    add_book(author="Jane Austen")
    add_book(author="Frank Herbert")
    register("Ann Lee", "ann@example.org")
    register("Bob Roe", "bob@example.org")
    query = {"app_label": "catalog", "model_name": "book", "field_name": field, "term": q}
    answer = desk.get("/admin/autocomplete/", query).json()
    assert [result["text"] for result in answer["results"]] == found
    page = desk.get(url("catalog_book", "add")).content.decode()
    assert f'data-field-name="{field}"' in page
    assert "Frank Herbert" not in page


def test_books_are_found_as_at_the_desk(desk: Client) -> None:
    add_book("Dune", isbn="9780441013593", author="Frank Herbert", barcode=LABEL)
    add_book("Emma")
    everything = ["Emma", "Dune"]
    found = {"herb DUNE": ["Dune"], "0441013597": ["Dune"], LABEL: ["Dune"], "une": [], "?!": [], " ": everything}
    for q, titles in found.items():
        page = desk.get(url("catalog_book", "changelist"), {"q": q})
        assert [row.title for row in page.context["cl"].result_list] == titles, q
