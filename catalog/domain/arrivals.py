"""Books that are added. The catalogue knows nothing of who waits for them; it tells whoever does."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.dispatch import Signal

from catalog.models import Book
from library_site.cqrs import Command, Context, became

copies_arrived = Signal()
"""Sent in the transaction in which copies of one title are added: `books`, `is_new_title`, `command`, `context`."""


def lock_isbn(isbn: str) -> None:
    """Let no other transaction bring this ISBN into the catalogue until this one ends; before any book is locked.

    Locks of rows cannot hold an ISBN that no book has yet. SQLite has one writer at a time.
    """
    if isbn and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"isbn:{isbn}"])


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
