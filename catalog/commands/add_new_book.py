from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.arrivals import Arrivals
from catalog.domain.barcodes import BarcodeTaken, label_of
from catalog.domain.known_books import BookAlreadyInCatalogue, refuse_known
from catalog.domain.many_arrivals import many_arrivals
from catalog.domain.source_records import source_record_of
from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from catalog.text import collapse
from library_site.cqrs import (
    Command,
    Context,
    Data,
    FieldError,
    InvalidInput,
    NotFound,
    handles,
    personal,
)
from library_site.cqrs.validation import field_errors, value_errors

DESCRIBED = ("statement_of_responsibility", "shelf_mark", "condition")
"""What a book may say of itself beside title, author and ISBN."""


class BookAdded(Data):
    """`book_status` is ON_HOLD when somebody waited for the title."""

    book_id: UUID
    author_id: UUID | None
    author_added: bool
    barcode: str = ""
    book_status: str = Book.Status.AVAILABLE


class AddNewBook(Command[BookAdded]):
    """The author is given by id or by name; a book may have none. `barcode` is the one on its label; without it, the
    next number is given.

    `only_if_new` refuses a book that the library has: by its barcode, else by title and author, whatever the ISBN, if
    there are `copy_number` of it already. So who has a list may add it twice.

    `source_record` is the record that another catalogue has of it, which an export gives back: MARC 21 in UTF-8
    (ISO 2709), as base64. It is kept once for all books that come with it.
    """

    title: str
    isbn: str = ""
    author_id: UUID | None = None
    author_name: str | None = personal(default=None)
    statement_of_responsibility: str = personal(default="")
    shelf_mark: str = ""
    condition: str = personal(default="")
    only_if_new: bool = False
    copy_number: int = 1
    barcode: str = personal(kept=label_of, default="")
    source_record: str = personal(default="")


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
        **{name: getattr(command, name).strip() for name in DESCRIBED},
    )
    fields = {name: name for name in ("title", "isbn", "barcode", *DESCRIBED)}
    if errors := [*_nonsense(command), *field_errors(book, fields)]:
        raise InvalidInput(*errors)
    arrivals: Arrivals = context.ahead or Arrivals()
    book.author, author_added = arrivals.author(command.author_id, command.author_name)
    refuse_known(book, arrivals, command.copy_number if command.only_if_new else None)
    book.source_record = source_record_of(command.source_record)
    arrivals.add(book, command, context)
    return BookAdded(
        book_id=book.id,
        author_id=book.author_id,
        author_added=author_added,
        barcode=book.barcode,
        book_status=book.status,
    )


def _nonsense(command: AddNewBook) -> list[FieldError]:
    if command.author_id is not None and command.author_name is not None:
        return [FieldError("author", "required", _("Name the author, either by id or by name."))]
    if command.copy_number < 1:
        return [FieldError("copy_number", "min_value", _("Copies are counted from 1 up."))]
    if command.author_name is None:
        return []
    return value_errors(Author._meta.get_field("name"), collapse(command.author_name), "author_name")
