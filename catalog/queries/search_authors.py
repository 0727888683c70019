from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models import Author
from catalog.models.search import SORT_KEY, by_id_or_words
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of


class FoundAuthor(Data):
    id: UUID
    name: str


class SearchAuthors(Query[Page[FoundAuthor]]):
    q: str


@handles(SearchAuthors, title=_("Search authors"), refuses=(InvalidInput,))
def search_authors(query: SearchAuthors, context: Context) -> Page[FoundAuthor]:
    """Authors by a few letters of each word of their name, or by their id."""
    authors = Author.objects.filter(by_id_or_words(query.q)).annotate(sort_key=SORT_KEY)
    return page_of(FoundAuthor, authors, query, order_by=("sort_key", "id"))
