"""What dispatch_all() would answer, of which nothing stays."""

import pytest

from catalog.commands import AddNewBook
from catalog.models import Author, Book
from library_site.cqrs import dispatch_all, rehearse_all
from library_site.cqrs.models import JournalEntry
from tests.library import add_book, context

pytestmark = pytest.mark.django_db

EMMA = "9780141439587"


def new(title: str, isbn: str = "", author: str = "Jane Austen") -> AddNewBook:
    return AddNewBook(title=title, author_name=author, isbn=isbn, only_if_new=True)


def test_it_answers_the_same_and_leaves_nothing() -> None:
    add_book("Emma", isbn=EMMA)
    before = Book.objects.count(), Author.objects.count(), JournalEntry.objects.count()
    commands = [new("Emma", EMMA), new("Sanditon"), new("Sanditon"), new(""), new("Emma again", EMMA, "Ann Lee")]

    rehearsed = rehearse_all(commands, context())

    assert (Book.objects.count(), Author.objects.count(), JournalEntry.objects.count()) == before
    assert [type(answer) for answer in rehearsed] == [type(answer) for answer in dispatch_all(commands, context())]
