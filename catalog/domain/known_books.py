"""Books that the library has already, where only a new one is to be added."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from library_site.cqrs import Conflict, Remedy

from .arrivals import Arrivals
from .barcodes import barcode_taken


class BookAlreadyInCatalogue(Conflict):
    """The library has this book already, and only a new one was to be added."""

    code = "book_already_in_catalogue"
    short = gettext_lazy("The library has the book already")


def refuse_known(book: Book, arrivals: Arrivals, copy_number: int | None) -> None:
    """Raises BarcodeTaken; and, of the copy of its title with this number, BookAlreadyInCatalogue.

    A book is known by its barcode, else by title and author, whatever its ISBN, if there are so many of it.
    """
    labelled = arrivals.labelled(book.barcode)
    if labelled and (copy_number is None or labelled.title != book.title):
        raise barcode_taken(book.barcode, labelled)
    if labelled:
        raise _is_there(book, labelled.book_id)
    if copy_number is not None and not book.barcode and len(found := arrivals.copies_of(book)) >= copy_number:
        raise _is_there(book, found[0])


def _is_there(book: Book, book_id: UUID | None) -> BookAlreadyInCatalogue:
    message = _("The library has “{title}” already.")
    find = Remedy("SearchBooks", {"q": book.barcode or book.isbn or book.title})
    return BookAlreadyInCatalogue(message.format(title=book.title), see_also=[find], book_id=book_id)
