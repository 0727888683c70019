"""Books that are added. The catalogue knows nothing of who waits for them; it tells whoever does."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.dispatch import Signal

from catalog.models import Author, Book
from library_site.cqrs import Command, Context, became

from .authors import find_or_add_author
from .barcodes import Labelled, labelled
from .locks import lock_keys
from .source_records import keep_source_records

copies_arrived = Signal(use_caching=True)
"""Sent in the transaction in which copies of one title are added: `books`, `is_new_title`, `command`, `context`."""


def lock_isbn(isbn: str) -> None:
    """Let no other transaction bring this ISBN into the catalogue until this one ends; before any book is locked."""
    if isbn:
        lock_isbns({isbn})


def lock_isbns(isbns: Iterable[str]) -> None:
    """The same of several."""
    lock_keys("isbn", isbns)


def lock_titles_of_nobody(titles: Iterable[str]) -> None:
    """Let no other transaction look how many books have these titles, and no author; before any ISBN is locked.

    Those of an author are locked by the author.
    """
    lock_keys("title", titles)


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


class Arrivals:
    """For one book: it is asked when it is needed, and the book is there at once."""

    def author(self, author_id: UUID | None, name: str | None) -> tuple[Author | None, bool]:
        """As `find_or_add_author`."""
        return find_or_add_author(author_id, name)

    def copies_of(self, book: Book) -> list[UUID]:
        """The books of its title by its author, whatever their ISBNs."""
        if book.author is None:
            lock_titles_of_nobody({book.title})
        return [*Book.objects.filter(title=book.title, author=book.author).order_by("pk").values_list("pk", flat=True)]

    def labelled(self, barcode: str) -> Labelled | None:
        """As `labelled`."""
        return next(labelled([barcode]), None) if barcode else None

    def add(self, book: Book, command: Command[Any], context: Context) -> None:
        """As `add_copies_of_one_title`, with its source record."""
        keep_source_records([book])
        add_copies_of_one_title([book], command, context)
