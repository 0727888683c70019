"""What several commands do about books that are withdrawn."""

from catalog.models import Book
from library_site.cqrs import Conflict, Remedy


class BookWithdrawn(Conflict):
    """The book is withdrawn."""

    code = "book_withdrawn"


def refuse_withdrawn(book: Book) -> None:
    """Raises BookWithdrawn for what a withdrawn book cannot be."""
    if book.status == Book.Status.WITHDRAWN:
        raise BookWithdrawn(
            f"“{book.title}” is withdrawn. Restore it first, if it is in use again.",
            remedy=Remedy("RestoreBook", {"book_id": book.pk}),
        )
