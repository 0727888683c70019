"""Many commands at once: each is carried out, refused and journalled by itself, in one transaction for all."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from catalog.commands import AddNewBook
from catalog.commands.add_new_book import BookAdded
from catalog.domain.barcodes import BarcodeTaken
from catalog.domain.known_books import BookAlreadyInCatalogue
from catalog.models import Author, BarcodeSeries, Book, Code
from catalog.policies import BarcodeKind, barcode
from circulation.commands import RegisterUser
from circulation.commands.register_user import UserRegistered
from circulation.domain.people import MaybeRegistered
from library_site.accounts.watch import unwatched
from library_site.cqrs import Actor, Context, InvalidInput, NotAllowed, NotFound, Overtaken, became, dispatch_all
from library_site.cqrs.models import JournalEntry, JournalSubject
from tests.arranger import Here
from tests.library import Handler, add_book, context

pytestmark = pytest.mark.django_db

EMMA, OTHER = "9780141439587", "9780441013593"


def together(commands: Sequence[Any], context: Context) -> list[Any]:
    return dispatch_all(commands, context)


def new(title: str, isbn: str = "", author: str = "Jane Austen", **values: Any) -> AddNewBook:
    return AddNewBook(title=title, author_name=author, isbn=isbn, **{"only_if_new": True} | values)


def label(number: int) -> str:
    return barcode(BarcodeKind.BOOK, "0001", number)


def entries() -> list[tuple[str, str]]:
    """Title and code of each entry, in the order of the numbers."""
    return [
        (each.arguments["title"], each.code)
        for each in JournalEntry.objects.filter(operation="AddNewBook").order_by("number")
    ]


def test_each_has_its_answer_and_its_entry_and_what_was_refused_leaves_nothing() -> None:
    known = add_book("Persuasion", barcode=label(2))
    titles = ["Emma", "Persuasion", "", "Emma", "Sanditon", "Sanditon", "Sense"]
    isbns = [EMMA, "", "", EMMA, "", "", OTHER]
    authors = ["JANE  Austen", "Jane Austen", "Nobody", "Jane austen", "Ann Lee", "ann lee", "jane austen"]

    found = together([*map(new, titles, isbns, authors)], context())

    kinds = [
        *[BookAdded, BookAlreadyInCatalogue, InvalidInput, BookAlreadyInCatalogue],
        *[BookAdded, BookAlreadyInCatalogue, BookAdded],
    ]
    assert [type(each) for each in found] == kinds
    emma, persuasion, _, again, sanditon, _, sense = (each for each in found)
    assert (persuasion.details, again.details) == ({"book_id": known}, {"book_id": emma.book_id})
    assert [each.author_added for each in (emma, sanditon, sense)] == [False, True, False]
    assert [each.barcode for each in (emma, sanditon, sense)] == [label(1), label(3), label(4)], "no gap, none twice"
    assert sorted(Author.objects.values_list("name", flat=True)) == ["Ann Lee", "Jane Austen"]
    there, refused = BookAlreadyInCatalogue.code, InvalidInput.code
    done = [("Persuasion", ""), ("Emma", ""), ("Sanditon", ""), ("Sense", "")]
    assert entries() == [*done, ("Persuasion", there), ("", refused), ("Emma", there), ("Sanditon", there)]
    entry = JournalEntry.objects.get(result__book_id=str(emma.book_id))
    assert set(JournalSubject.objects.filter(entry=entry).values_list("subject", flat=True)) == {
        emma.book_id,
        emma.author_id,
    }
    book = Book.objects.get(pk=emma.book_id)
    stored = book.search_key
    book.save()
    assert (book.search_key, book.title) == (stored, "Emma")
    call_command("check_journal")
    assert BarcodeSeries.objects.get(kind=BarcodeKind.BOOK).next_number == 5


def test_many_take_as_many_statements_as_a_few() -> None:
    def said(first: int, count: int) -> int:
        commands = [new(f"Book {number}", author=f"Author {number}") for number in range(first, first + count)]
        with CaptureQueriesContext(connection) as captured:
            together(commands, context())
        return len([each for each in captured if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    said(0, 3)
    assert said(10, 3) == said(100, 60)


def test_whoever_waits_for_a_title_gets_a_copy() -> None:
    Here().queue_of(1, isbn=EMMA)

    first, second = together([new("Emma", EMMA, only_if_new=False) for _ in range(2)], context())

    assert (first.book_status, second.book_status) == ("ON_HOLD", "AVAILABLE")
    call_command("check_journal")


def test_a_label_is_of_one_book_of_many() -> None:
    taken = [new(title, barcode=label(7)) for title in ("Emma", "Sanditon")]

    first, second, third = together([*taken, new("Persuasion")], context())

    assert (type(first), type(second), type(third)) == (BookAdded, BarcodeTaken, BookAdded)
    assert entries() == [("Emma", ""), ("Persuasion", ""), ("Sanditon", BarcodeTaken.code)]


def test_where_the_database_refuses_one_each_is_carried_out_by_itself() -> None:
    add_book("Emma", barcode=label(7))
    with unwatched():
        Code.objects.all().delete()  # as the version before this one knows none

    first, second = together([new("Sanditon", barcode=label(7)), new("Persuasion")], context())

    assert (type(first), type(second)) == (Overtaken, BookAdded)
    assert entries()[1:] == [("Sanditon", Overtaken.code), ("Persuasion", "")]


@pytest.mark.parametrize("error", [Overtaken, IntegrityError, lambda: NotFound("It is gone.")])
def test_what_is_refused_after_a_change_undoes_all_and_each_is_carried_out_by_itself(
    handle: Callable[[Handler], None], error: Callable[[], Exception]
) -> None:
    begun: list[str] = []

    def fails_once(command: AddNewBook, context: Context) -> BookAdded:
        author = Author.objects.create(name=command.title)
        if error is not Overtaken:
            became(Book(author=author))
        begun.append(command.title)
        if begun == ["Emma", "Sanditon"]:
            raise error()
        return BookAdded(book_id=uuid4(), author_id=author.pk, author_added=True)

    handle(fails_once)

    found = together([new("Emma"), new("Sanditon")], context())

    assert [type(each) for each in found] == [BookAdded, BookAdded]
    assert begun == ["Emma", "Sanditon", "Emma", "Sanditon"]
    assert Author.objects.count() == 2
    assert entries() == [("Emma", ""), ("Sanditon", "")]


def test_what_may_have_been_committed_is_not_done_again(handle: Callable[[Handler], None]) -> None:
    begun: list[str] = []

    def loses_the_connection(command: AddNewBook, context: Context) -> None:
        begun.append(command.title)
        raise OperationalError("the connection is lost")

    handle(loses_the_connection)

    with pytest.raises(OperationalError):
        together([new("Emma"), new("Sanditon")], context())
    assert begun == ["Emma"]
    assert not entries()


def test_each_takes_its_permission_and_none_has_a_key() -> None:
    clerk = Context(actor=Actor.of_user(User.objects.create_user("clerk")), source="rest")

    assert [type(each) for each in together([new("Emma")] * 2, clerk)] == [NotAllowed] * 2
    assert entries() == [("Emma", NotAllowed.code)] * 2
    with pytest.raises(TypeError, match="key"):
        together([new("Emma")], context(idempotency_key="key"))
    assert together([], context()) == []


def test_what_cannot_look_ahead_or_is_not_served_is_carried_out_one_by_one(settings: Any) -> None:
    ann = RegisterUser(name="Ann", email="ann@example.org")

    added, refused = together([ann, replace(ann, name="ANN")], context())
    settings.LIBRARY_OPERATIONS = ["queries"]

    assert (type(added), type(refused)) == (UserRegistered, MaybeRegistered)
    assert [type(each) for each in together([new("Emma")], context())] == [NotFound]


def test_refusals_that_were_left_out_are_told_once_though_the_first_attempt_is_undone() -> None:
    somebody = replace(context(), actor=Actor("system:somebody"))
    add_book("Emma")
    together([new("Emma")] * 605, somebody)

    together([new(title, barcode=label(7)) for title in ("Sanditon", "Persuasion")], somebody)

    assert [each.left_out for each in JournalEntry.objects.order_by("-number")[:2]] == [0, 5]
