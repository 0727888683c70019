from dataclasses import dataclass

from django.core.exceptions import ValidationError

from library.cqrs import Command, Context, InvalidInput, NotFound, handles
from library.models import Book


@dataclass(frozen=True, kw_only=True)
class BookCorrected:
    book_id: int


@dataclass(frozen=True, kw_only=True)
class CorrectBook(Command):
    """What is not given stays as it is."""

    book_id: int
    title: str | None = None
    isbn: str | None = None
    author_id: int | None = None


@handles(CorrectBook, title="Correct book", part="catalog")
def correct_book(command: CorrectBook, context: Context) -> BookCorrected:
    """Mend what the catalogue says of a book; where it is stays as it is."""
    book = Book.objects.select_for_update().filter(pk=command.book_id).first()
    if book is None:
        raise NotFound("There is no such book.")
    for name in ("title", "isbn", "author_id"):
        if (value := getattr(command, name)) is not None:
            setattr(book, name, value)
    try:
        book.clean_fields()
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from error
    book.save()
    return BookCorrected(book_id=book.pk)
