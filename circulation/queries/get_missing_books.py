from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Book, author_name
from catalog.models.search import SORT_KEY
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of


class MissingBook(Data):
    id: UUID
    title: str
    isbn: str
    author_id: UUID | None
    author_name: str
    barcode: str
    shelf_mark: str


class GetMissingBooks(Query[Page[MissingBook]]):
    pass


@handles(GetMissingBooks, title=_("Missing books"), refuses=(InvalidInput,))
def get_missing_books(query: GetMissingBooks, context: Context) -> Page[MissingBook]:
    """The books that cannot be found, by title."""
    return page_of(MissingBook, _books, query, order_by=("sort_key", "id"))


def _books() -> "QuerySet[Book]":
    return Book.objects.filter(status=Book.Status.MISSING).annotate(author_name=author_name(), sort_key=SORT_KEY)
