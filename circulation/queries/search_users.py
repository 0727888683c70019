from datetime import date, datetime
from uuid import UUID

from django.db.models import DateField, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models.found import page_of_sought, page_of_words
from catalog.models.search import SORT_KEY, is_sought, readings
from circulation.models import LibraryUser
from circulation.reading.annotations import CURRENT_STATUS, status_as_of
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class FoundUser(Data):
    """`status_comment` says why somebody is suspended; `suspended_until` is the last day of a suspension by staff."""

    id: UUID
    name: str
    email: str
    barcode: str
    birth_date: date | None
    status: str
    status_comment: str
    suspended_at: datetime | None
    suspended_by: str
    suspended_until: date | None


class SearchUsers(Query[Page[FoundUser]]):
    """`recent` is of all, where `q` is empty. Whether `q` is on a card is tried first, unless `is_barcode` says it."""

    q: str
    recent: bool = False
    is_barcode: bool | None = None


@handles(SearchUsers, title=_("Search people"), refuses=(InvalidInput,))
def search_users(query: SearchUsers, context: Context) -> Page[FoundUser]:
    """Users by their library card, by a few letters of each word of their name or e-mail address, or by their id.

    Where nothing is searched for there is nobody, or on request those first who registered last.
    """
    columns, given = CURRENT_STATUS, {"today": context.today}
    if query.recent and not query.q.strip():
        return page_of(FoundUser, _users, query, order_by=("-id",), columns=columns, shape=("",), given=given)
    tried = [] if query.is_barcode is False else readings(query.q)
    found = page_of_sought(FoundUser, _users, query, tried, columns=columns, given=given)
    if found or query.is_barcode:
        return found or Page([], None, None)
    return page_of_words(FoundUser, _users, query, query.q, columns=columns, given=given)


def _users(column: str) -> "QuerySet[LibraryUser]":
    users = LibraryUser.objects.filter(is_sought(column))
    return users.annotate(sort_key=SORT_KEY, **status_as_of(Given("today", DateField())))
