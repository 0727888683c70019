from uuid import UUID

from django.db.models import QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from catalog.models.search import SORT_KEY
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class BookOfAuthor(Data):
    id: UUID
    title: str
    isbn: str
    status: str


class GetBooksByAuthor(Query[Page[BookOfAuthor]]):
    author_id: UUID


@handles(GetBooksByAuthor, title=_("Books by author"), refuses=(InvalidInput,))
def get_books_by_author(query: GetBooksByAuthor, context: Context) -> Page[BookOfAuthor]:
    """The books of an author, by title."""
    return page_of(BookOfAuthor, _books, query, order_by=("sort_key", "id"))


def _books() -> "QuerySet[Book]":
    return Book.objects.filter(author=Given("author_id", UUIDField())).annotate(sort_key=SORT_KEY)
