from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Author
from catalog.models.found import page_of_words
from catalog.models.search import SORT_KEY, id_in, is_sought
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of


class FoundAuthor(Data):
    id: UUID
    name: str


class SearchAuthors(Query[Page[FoundAuthor]]):
    q: str


@handles(SearchAuthors, title=_("Search authors"), refuses=(InvalidInput,))
def search_authors(query: SearchAuthors, context: Context) -> Page[FoundAuthor]:
    """Authors by a few letters of each word of their name, or by their id."""
    if id := id_in(query.q):
        order = ("sort_key", "id")
        return page_of(FoundAuthor, _authors, query, order_by=order, shape=("id",), given={"sought": id})
    return page_of_words(FoundAuthor, _authors, query, query.q)


def _authors(column: str) -> "QuerySet[Author]":
    return Author.objects.filter(is_sought(column)).annotate(sort_key=SORT_KEY)
