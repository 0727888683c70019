"""New copies of a title that people wait for."""

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from catalog.commands import AddCopies, AddNewBook
from catalog.domain.arrivals import copies_arrived
from catalog.models import Book
from circulation.states import AVAILABLE, BOOK, NEW, declare, moves, moves_of
from library_site.cqrs import Command, Context

from .reservations import serve_queue
from .titles import Title


@receiver(copies_arrived)
@moves(book="NEW > AVAILABLE", by=(serve_queue,))
def serve_queue_with_new_copies(
    books: Sequence[Book], is_new_title: bool, command: Command[Any], context: Context, **_: Any
) -> None:
    """Put new copies on the hold shelf for those whose turn it is. Nobody waits for a title that was not there."""
    BOOK.check(NEW, AVAILABLE, command)
    if not is_new_title:
        title = Title(books[0], {book.pk: book for book in books}, may_have_grown=False)
        serve_queue(title, command, context)


for adding in (AddNewBook, AddCopies):  # which know nothing of who waits
    declare(adding, moves_of(serve_queue_with_new_copies))
