from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Book, author_name
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.cqrs.ids import first_of
from library_site.statements import Given

DAYS = 30
"""How long a book is new, if nothing else is said."""

EARLIEST, LATEST = date(1970, 1, 2), date(9999, 12, 30)
"""Days that have an id, by the clock of every time zone."""


class NewBook(Data):
    id: UUID
    title: str
    isbn: str
    barcode: str
    author_id: UUID | None
    author_name: str


class GetNewBooks(Query[Page[NewBook]]):
    """`since` is the first day; thirty days ago, where it is not given."""

    since: date | None = None


@handles(GetNewBooks, title=_("New books"), refuses=(InvalidInput,))
def get_new_books(query: GetNewBooks, context: Context) -> Page[NewBook]:
    """The books that came into the library since a day, the newest first."""
    since = query.since or context.today - timedelta(days=DAYS)
    begin = timezone.make_aware(datetime.combine(min(max(since, EARLIEST), LATEST), time.min))
    return page_of(NewBook, _books, query, order_by=("-id",), given={"first": first_of(begin)})


def _books() -> "QuerySet[Book]":
    """An id begins with the instant at which it was made: the primary key is the index that this needs."""
    return Book.objects.filter(pk__gte=Given("first", Book._meta.pk)).annotate(author_name=author_name())
