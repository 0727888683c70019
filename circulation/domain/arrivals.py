"""New copies of a title that people wait for."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from catalog.domain.arrivals import copies_arrived
from catalog.models import Book
from circulation.states import AVAILABLE, BOOK, NEW
from library_site.cqrs import Command, Context

from .titles import Title, serve_queue


@receiver(copies_arrived)
def serve_queue_with_new_copies(
    books: Sequence[Book], is_new_title: bool, command: Command[Any], context: Context, **_: Any
) -> None:
    """Put new copies on the hold shelf for those whose turn it is. Nobody waits for a title that was not there."""
    BOOK.check(NEW, AVAILABLE, command)
    if not is_new_title:
        serve_queue(Title(books[0], list(books)), command, context)
