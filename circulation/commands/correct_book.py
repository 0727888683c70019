from copy import copy
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.arrivals import lock_isbn
from catalog.domain.authors import find_or_add_author
from catalog.domain.barcodes import BarcodeTaken, label_of, refuse_taken
from catalog.models import Author, Book
from catalog.policies import BarcodeKind, canonical_isbn
from catalog.text import collapse
from circulation.domain.books import save
from circulation.domain.isbn_changes import BookInUse, ReservationsClash, come_along, isbn_problem, leave_title
from circulation.domain.reservations import serve_queue
from circulation.domain.titles import lock_title, lock_titles
from circulation.states import moves
from library_site.cqrs import Command, Context, FieldError, InvalidInput, NotFound, handles, personal, refuse_if_any
from library_site.cqrs.messages import Data
from library_site.cqrs.validation import field_errors, value_errors

TEXTS = ("title", "isbn", "statement_of_responsibility", "shelf_mark", "condition", "barcode")


class BookCorrected(Data):
    book_id: UUID
    author_id: UUID | None
    author_added: bool


class CorrectBook(Command[BookCorrected]):
    """What is not given stays. The author is given by id or by name; an empty text takes away what is there."""

    book_id: UUID
    title: str | None = None
    isbn: str | None = None
    author_id: UUID | None = None
    author_name: str | None = personal(default=None)
    statement_of_responsibility: str | None = personal(default=None)
    shelf_mark: str | None = None
    condition: str | None = personal(default=None)
    barcode: str | None = personal(kept=label_of, default=None)


@handles(
    CorrectBook,
    title=gettext_lazy("Correct book"),
    refuses=(NotFound, InvalidInput, BarcodeTaken, BookInUse, ReservationsClash),
)
@moves(by=(serve_queue,))
def correct_book(command: CorrectBook, context: Context) -> BookCorrected:
    """Correct what the catalogue says of a book, or give it a new barcode.

    The ISBN of a book that is on loan or on hold is corrected when it is back. People who wait for the title go on
    waiting for its other copies; if there is none, they wait for this book under its new ISBN.
    """
    _refuse_nonsense(command)
    # Authors are locked before books, as where books are added.
    author, author_added = find_or_add_author(command.author_id, command.author_name)
    changes = _changes(command, author)
    new_isbn = str(changes.get("isbn", ""))
    lock_isbn(new_isbn)
    title = lock_title(command.book_id, and_isbn=new_isbn)

    corrected = copy(title.book)
    for name, value in changes.items():
        setattr(corrected, name, value)
    if errors := field_errors(corrected, {name: name for name in changes if name != "author"}):
        raise InvalidInput(*errors)
    refuse_taken(BarcodeKind.BOOK, corrected)
    leaves_title = corrected.isbn != title.book.isbn
    along = come_along(title) if leaves_title else []
    refuse_if_any([isbn_problem(title, corrected, along) if leaves_title else None])

    if leaves_title:
        leave_title(title, corrected, along)
    save(corrected, changes)
    if leaves_title:
        for each in lock_titles(Book.objects.filter(pk__in=[book.pk for book in title.copies])):
            serve_queue(each, command, context)
    return BookCorrected(book_id=corrected.pk, author_id=corrected.author_id, author_added=author_added)


def _refuse_nonsense(command: CorrectBook) -> None:
    errors = []
    if command.author_id is not None and command.author_name is not None:
        errors.append(FieldError("author", "invalid", _("Name the author either by id or by name.")))
    if command.author_name:
        errors += value_errors(Author._meta.get_field("name"), collapse(command.author_name), "author_name")
    given = (command.author_id, command.author_name, *(getattr(command, name) for name in TEXTS))
    if all(each is None for each in given):
        message = _("Give what is to be corrected: title, ISBN, author, shelf mark, barcode.")
        errors.append(FieldError("", "required", message))
    if errors:
        raise InvalidInput(*errors)


def _changes(command: CorrectBook, author: Author | None) -> dict[str, Any]:
    given = {name: getattr(command, name) for name in TEXTS}
    changes: dict[str, Any] = {name: collapse(value) for name, value in given.items() if value is not None}
    if command.isbn:
        changes["isbn"] = canonical_isbn(command.isbn) or command.isbn.strip()
    return changes | ({"author": author} if author or command.author_name == "" else {})
