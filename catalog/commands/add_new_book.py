from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.arrivals import Arrivals, Copy
from catalog.domain.barcodes import BarcodeTaken, label_of, refuse_taken
from catalog.domain.many_arrivals import many_arrivals
from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from catalog.text import collapse
from library_site.cqrs import (
    Command,
    Conflict,
    Context,
    Data,
    FieldError,
    InvalidInput,
    NotFound,
    Remedy,
    handles,
    personal,
)
from library_site.cqrs.validation import field_errors


class BookAdded(Data):
    """`book_status` is ON_HOLD when somebody waited for the title."""

    book_id: UUID
    author_id: UUID
    author_added: bool
    barcode: str = ""
    book_status: str = Book.Status.AVAILABLE


class AddNewBook(Command[BookAdded]):
    """The author is given by id or by name. `only_if_new` refuses a book that the library has a copy of.

    `barcode` is the one on its label; without it, the next number is given.
    """

    title: str
    isbn: str = ""
    author_id: UUID | None = None
    author_name: str | None = personal(default=None)
    only_if_new: bool = False
    barcode: str = personal(kept=label_of, default="")


class BookAlreadyInCatalogue(Conflict):
    """The library has a copy of this book already, and only a new one was to be added."""

    code = "book_already_in_catalogue"
    short = gettext_lazy("The library has the book already")


@handles(
    AddNewBook,
    title=gettext_lazy("Add new book"),
    refuses=(InvalidInput, NotFound, BookAlreadyInCatalogue, BarcodeTaken),
    ahead=many_arrivals,
)
def add_new_book(command: AddNewBook, context: Context) -> BookAdded:
    """Add a book to the catalogue, available to borrow.

    The author is found by id, or by name whatever its case and spacing, and added if there is none of that name.
    Copies of one book are added one by one and may share an ISBN.
    """
    book = Book(
        title=collapse(command.title),
        isbn=canonical_isbn(command.isbn) or command.isbn.strip(),
        barcode=command.barcode.strip(),
    )
    fields = {"title": "title", "isbn": "isbn", "barcode": "barcode"}
    if errors := [*_author_errors(command), *field_errors(book, fields)]:
        raise InvalidInput(*errors)
    arrivals: Arrivals = context.ahead or Arrivals()
    book.author, author_added = arrivals.author(command.author_id, command.author_name)
    if command.only_if_new and (copy := arrivals.copy_of(book)):
        raise _is_there(copy, typed=command.isbn.strip() or command.title.strip())
    refuse_taken(Book, book)
    arrivals.add(book, command, context)
    return BookAdded(
        book_id=book.id,
        author_id=book.author.id,
        author_added=author_added,
        barcode=book.barcode,
        book_status=book.status,
    )


def _author_errors(command: AddNewBook) -> list[FieldError]:
    if (command.author_id is None) == (command.author_name is None):
        return [FieldError("author", "required", _("Name the author, either by id or by name."))]
    if command.author_name is None:
        return []
    return field_errors(Author(name=collapse(command.author_name)), {"name": "author_name"})


def _is_there(copy: Copy, *, typed: str) -> BookAlreadyInCatalogue:
    message = _("The library has “{title}” already.")
    find = Remedy("SearchBooks", {"q": typed})
    return BookAlreadyInCatalogue(message.format(title=copy.title), see_also=[find], book_id=copy.id)
