from dataclasses import dataclass

from django.db.models import F

from library.models import Book


@dataclass(frozen=True, kw_only=True)
class MissingBook:
    id: int
    title: str
    isbn: str
    author_name: str


def get_missing_books():
    """The books that cannot be found, by title."""
    books = Book.objects.filter(status=Book.Status.MISSING).order_by("title", "id")
    return [MissingBook(**row) for row in books.values("id", "title", "isbn", author_name=F("author__name"))]
