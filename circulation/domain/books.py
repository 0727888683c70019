"""What several commands say of the state of a book, and do about books that are withdrawn."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from catalog.models import Book
from library_site.cqrs import Conflict, Remedy

_STATES = {
    Book.Status.AVAILABLE: pgettext_lazy("a book is", "available"),
    Book.Status.BORROWED: pgettext_lazy("a book is", "on loan"),
    Book.Status.ON_HOLD: pgettext_lazy("a book is", "on the hold shelf"),
    Book.Status.MISSING: pgettext_lazy("a book is", "missing"),
    Book.Status.WITHDRAWN: pgettext_lazy("a book is", "withdrawn"),
}


def state_of(book: Book) -> str:
    """What a book is, as a sentence goes on after “it is”."""
    return str(_STATES[Book.Status(book.status)])


class BookWithdrawn(Conflict):
    """The book is withdrawn."""

    code = "book_withdrawn"


def refuse_withdrawn(book: Book) -> None:
    """Raises BookWithdrawn for what a withdrawn book cannot be."""
    if book.status == Book.Status.WITHDRAWN:
        raise BookWithdrawn(
            _("“{title}” is withdrawn. Restore it first, if it is in use again.").format(title=book.title),
            remedy=Remedy("RestoreBook", {"book_id": book.pk}),
        )
