from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from catalog.models.search import SORT_KEY
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database


@dataclass(frozen=True, kw_only=True)
class BookOfAuthor:
    id: UUID
    title: str
    isbn: str
    status: str


@dataclass(frozen=True, kw_only=True)
class GetBooksByAuthor(Query[Page[BookOfAuthor]]):
    author_id: UUID


@handles(GetBooksByAuthor, title=_("Books by author"), refuses=(InvalidInput,))
def get_books_by_author(query: GetBooksByAuthor, context: Context) -> Page[BookOfAuthor]:
    """The books of an author, by title."""
    books = Book.objects.using(read_database()).filter(author=query.author_id).annotate(sort_key=SORT_KEY)
    return page_of(BookOfAuthor, books, query, order_by=("sort_key", "id"))
