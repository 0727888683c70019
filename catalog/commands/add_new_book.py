from dataclasses import dataclass
from uuid import UUID

from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from catalog.text import collapse, name_key
from library_site.cqrs import Command, Conflict, Context, FieldError, InvalidInput, NotFound, handles, personal
from library_site.cqrs.validation import field_errors


@dataclass(frozen=True, kw_only=True)
class BookAdded:
    book_id: UUID
    author_id: UUID
    author_added: bool


@dataclass(frozen=True, kw_only=True)
class AddNewBook(Command[BookAdded]):
    """The author is given by id or by name. `only_if_new` refuses a book that the library has a copy of."""

    title: str
    isbn: str = ""
    author_id: UUID | None = None
    author_name: str | None = personal(default=None)
    only_if_new: bool = False


class BookAlreadyInCatalogue(Conflict):
    """The library has a copy of this book already, and only a new one was to be added."""

    code = "book_already_in_catalogue"


@handles(AddNewBook, refuses=(InvalidInput, NotFound, BookAlreadyInCatalogue))
def add_new_book(command: AddNewBook, context: Context) -> BookAdded:
    """Add a book to the catalogue, available to borrow.

    The author is found by id, or by name whatever its case and spacing, and added if there is none of that name.
    Copies of one book are added one by one and may share an ISBN.
    """
    book = Book(title=collapse(command.title), isbn=canonical_isbn(command.isbn) or command.isbn.strip())
    errors = [*_author_errors(command), *field_errors(book, {"title": "title", "isbn": "isbn"})]
    if errors:
        raise InvalidInput(*errors)
    book.author, author_added = _author(command)
    if command.only_if_new:
        _refuse_second_copy(book)
    book.save(force_insert=True)
    return BookAdded(book_id=book.id, author_id=book.author.id, author_added=author_added)


def _author_errors(command: AddNewBook) -> list[FieldError]:
    if (command.author_id is None) == (command.author_name is None):
        return [FieldError("author", "required", "Name the author, either by id or by name.")]
    if command.author_name is None:
        return []
    return field_errors(Author(name=collapse(command.author_name)), {"name": "author_name"})


def _author(command: AddNewBook) -> tuple[Author, bool]:
    """The author and whether it is a new one; locked, so that it stays until the book refers to it."""
    authors = Author.objects.select_for_update()
    if command.author_id is None:
        # Two clerks may add the same author at once: the unique key lets one in, and the other gets that one.
        name = collapse(command.author_name or "")
        return authors.get_or_create(name_key=name_key(name), defaults={"name": name})
    author = authors.filter(pk=command.author_id).first()
    if author is None:
        raise NotFound("The catalogue has no author with this id.", author_id=command.author_id)
    return author, False


def _refuse_second_copy(book: Book) -> None:
    same = {"isbn": book.isbn} if book.isbn else {"isbn": "", "title": book.title, "author": book.author}
    if copy := Book.objects.filter(**same).first():
        raise BookAlreadyInCatalogue(f"The library has “{copy.title}” already.", book_id=copy.id)
