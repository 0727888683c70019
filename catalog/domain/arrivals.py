"""Books that are added. The catalogue knows nothing of who waits for them; it tells whoever does."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.dispatch import Signal

from catalog.models import Author, Book
from library_site.cqrs import Command, Context, became

from .authors import find_or_add_author

copies_arrived = Signal()
"""Sent in the transaction in which copies of one title are added: `books`, `is_new_title`, `command`, `context`."""

_LOCK = """
SELECT pg_advisory_xact_lock(number)
FROM (SELECT DISTINCT hashtext(name) AS number FROM unnest(%s::text[]) AS name ORDER BY number) AS sorted
"""


def lock_isbn(isbn: str) -> None:
    """Let no other transaction bring this ISBN into the catalogue until this one ends; before any book is locked.

    Locks of rows cannot hold an ISBN that no book has yet. SQLite has one writer at a time.
    """
    if isbn:
        lock_isbns({isbn})


def lock_isbns(isbns: Iterable[str]) -> None:
    """The same of several, in the order in which everybody takes them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [[f"isbn:{isbn}" for isbn in isbns]])


def add_copies_of_one_title(books: Sequence[Book], command: Command[Any], context: Context) -> None:
    """Add these books, which are copies of one title, available; whoever waits for the title is told.

    The other copies are locked first: the queue of the title is then this transaction's alone.
    """
    others = []
    if isbn := books[0].isbn:
        lock_isbn(isbn)
        others = list(Book.objects.select_for_update().filter(isbn=isbn).order_by("pk").values_list("pk"))
    for book in books:
        book.save(force_insert=True)
        became(book)
    copies_arrived.send(sender=Book, books=books, is_new_title=not others, command=command, context=context)


class Copy(NamedTuple):
    """A book that the library has."""

    id: UUID
    title: str


class Arrivals:
    """For one book: it is asked when it is needed, and the book is there at once."""

    def author(self, author_id: UUID | None, name: str | None) -> tuple[Author, bool]:
        """As `find_or_add_author`."""
        return find_or_add_author(author_id, name)

    def copy_of(self, book: Book) -> Copy | None:
        """A copy of the title; of one without ISBN, a book of that title by the same author."""
        same = {"isbn": book.isbn} if book.isbn else {"isbn": "", "title": book.title, "author": book.author}
        found = Book.objects.filter(**same).values_list("pk", "title").first()
        return Copy(*found) if found else None

    def add(self, book: Book, command: Command[Any], context: Context) -> None:
        """As `add_copies_of_one_title`."""
        add_copies_of_one_title([book], command, context)
