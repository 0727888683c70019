"""UndoImport: what an import has added is gone, unless something has happened to it since."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client

from catalog.commands import AddNewBook
from catalog.models import Author, Book, Code
from circulation.commands import BeginImport, UndoImport
from circulation.domain.imports.undone import ImportHeldUp
from circulation.models import LibraryUser
from circulation.tests.imports import NOT_IN_MODEL, begin, closed, file_of, finish, imported
from library_site.cqrs import Actor, NotAllowed, dispatch, dispatch_all
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused
from tests.library import add_book, borrow, context, give_back, register, reserve


def a_lent_book(it: Arranger) -> Arguments:
    label = it.unique("B").upper()[:20]
    import_id = imported(it, file_of("Title,Barcode", f"Emma,{label}"))
    it("BorrowBook", book_id=label, user_id=it.person())
    return {"import_id": import_id}


def loans(it: Arranger) -> Arguments:
    label, card = it.unique("B").upper()[:20], it.unique("S").upper()[:20]
    it.book(barcode=label)
    it.person(barcode=card)
    return {"import_id": closed(it, file_of("Card,Label,Borrowed", f"{card},{label},2026-01-12", kind="LOANS"))}


DECLARED = declared(
    UndoImport,
    good=lambda it: {"import_id": imported(it)},
    statements=21,
    refusals=[
        refused(
            ImportHeldUp,
            "The import of “list.csv” is not undone, as something has happened since: “Emma” (Borrow book). Take that "
            "back first, by the undoing of a later import or at the desk; or leave this import as it is.",
            a_lent_book,
            details="held_up",
        )
    ],
    moves=[loans],
    not_in_model=NOT_IN_MODEL,
)

pytestmark = pytest.mark.django_db


def undo(import_id: Any) -> dict[str, int]:
    answer = vars(dispatch(UndoImport(import_id=import_id), context()))
    return {name: answer[name] for name in ("books", "authors", "people", "loans")}


def check_journal() -> None:
    call_command("check_journal", stdout=StringIO(), stderr=StringIO())


def test_books_go_with_authors_who_have_no_other() -> None:
    add_book("Persuasion", author="Jane Austen")
    import_id = finish(
        begin("Title,Author,Barcode", "Emma,Jane Austen,B-01", "Dune,Frank Herbert,", "Dune,,")
    ).import_id
    assert Book.objects.count() == 4

    assert undo(import_id) == {"books": 3, "authors": 1, "people": 0, "loans": 0}

    assert [*Author.objects.values_list("name", flat=True)] == ["Jane Austen"]
    assert Book.objects.count() == Code.objects.count() == 1
    check_journal()
    assert undo(import_id) == {"books": 0, "authors": 0, "people": 0, "loans": 0}


def test_imports_are_undone_in_their_reverse_order() -> None:
    books = finish(begin("Title,Barcode", "Emma,B-01", "Dune,B-02")).import_id
    people = finish(begin("Card,Name,Status", "S-01,Ann Lee,active", "S-02,Bo Hill,blocked", kind="PEOPLE")).import_id
    loans = finish(begin("Card,Label,Borrowed", "S-01,B-01,2026-01-12", kind="LOANS")).import_id
    for held_up, name in ((people, "Ann Lee"), (books, "“Emma”")):
        with pytest.raises(ImportHeldUp, match=rf"since: {name} \(Take over loan\)\. Take"):
            undo(held_up)

    assert undo(loans)["loans"] == 1
    assert Book.objects.filter(status="AVAILABLE").count() == 2
    assert (undo(people)["people"], undo(books)["books"]) == (2, 2)

    assert LibraryUser.objects.count() == Book.objects.count() == Code.objects.count() == 0
    check_journal()


def _given_back(book: UUID) -> None:
    give_back(book)


def _waited_for(book: UUID) -> None:
    reserve(book, register("Bo Hill"))


@pytest.mark.parametrize(("since", "words"), [(_given_back, "Return book"), (_waited_for, "Place reservation")])
def test_a_loan_that_somebody_counts_on_stands(since: Callable[[UUID], None], words: str) -> None:
    book = add_book("Emma", barcode="B-01")
    register(barcode="S-01")
    import_id = finish(begin("Card,Label,Borrowed", "S-01,B-01,2026-01-12", kind="LOANS")).import_id
    since(book)

    with pytest.raises(ImportHeldUp, match=f"“Emma” .{words}"):
        undo(import_id)


def test_a_book_that_went_to_who_waited_for_it_stands() -> None:
    waited_for = add_book("Emma", isbn="9780141439587")
    borrow(waited_for, register())
    reserve(waited_for, register())
    import_id = finish(begin("Title,ISBN", "Emma,9780141439587")).import_id

    with pytest.raises(ImportHeldUp, match=r"“Emma” .on the hold shelf"):
        undo(import_id)


def test_an_import_by_the_shell_is_undone_too(tmp_path: Path) -> None:
    file = tmp_path / "books.csv"
    file.write_text("Title,Author\nEmma,Jane Austen\n")
    call_command("import_books", file, stdout=(said := StringIO()))

    [import_id] = re.findall("UndoImport import_id=(.*)", said.getvalue())

    assert undo(UUID(import_id)) == {"books": 1, "authors": 1, "people": 0, "loans": 0}
    check_journal()


def test_what_the_shell_adds_after_it_was_undone_goes_when_it_is_undone_again() -> None:
    import_id = dispatch(BeginImport(kind="BOOKS", file_name="list.csv"), context()).import_id
    add = [AddNewBook(title="Emma", barcode="B-01")], replace(context(), whole=import_id)
    for _ in range(2):
        dispatch_all(*add)
        assert undo(import_id)["books"] == 1
    assert not Book.objects.exists()


def test_what_was_deleted_by_hand_holds_nothing_up(admin_client: Client) -> None:
    import_id = finish(begin("Title,Author", "Emma,", "Dune,")).import_id
    [book] = Book.objects.filter(title="Emma")
    admin_client.post(f"/admin/catalog/book/{book.pk}/delete/", {"post": "yes"})

    assert undo(import_id)["books"] == 1
    check_journal()


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("BOOKS", ("Title,Barcode", "Emma,B-02")),
        ("PEOPLE", ("Card,Name,Status", "S-02,Bo Hill,blocked")),
        ("LOANS", ("Card,Label,Borrowed", "S-01,B-01,2026-01-12")),
    ],
)
def test_a_file_that_came_twice_does_not_hold_up_the_first_time(kind: str, lines: tuple[str, ...]) -> None:
    add_book("Persuasion", barcode="B-01")
    register(barcode="S-01")
    first, second = (finish(begin(*lines, kind=kind)) for _ in range(2))
    assert (first.added, second.there) == (1, 1)

    assert sum(undo(first.import_id).values()) == 1


def test_who_may_not_see_people_is_not_told_their_names(django_user_model: type[User]) -> None:
    import_id = finish(begin("Card,Name", "S-01,Ann Lee", kind="PEOPLE")).import_id
    clerk = django_user_model.objects.create_user("clerk")
    clerk.user_permissions.add(Permission.objects.get(codename="undo_import"))

    with pytest.raises(NotAllowed):
        dispatch(UndoImport(import_id=import_id), replace(context(), actor=Actor.of_user(clerk)))


def test_twenty_are_named_and_how_many_more() -> None:
    import_id = finish(begin("Title,Author", *(f"Book {number}," for number in range(25)))).import_id
    for book in Book.objects.all()[:22]:
        borrow(book.pk, register())

    with pytest.raises(ImportHeldUp) as refusal:
        undo(import_id)

    assert refusal.value.message.count("Borrow book") == 20
    assert "And to 2 more. Take that back first" in refusal.value.message
    assert Book.objects.count() == 25
