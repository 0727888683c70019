from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.models.search import SORT_KEY, by_barcode_id_or_words
from circulation.models import LibraryUser
from circulation.reading.annotations import CURRENT_STATUS, status_as_of
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database


@dataclass(frozen=True, kw_only=True)
class FoundUser:
    """`status_comment` says why somebody is suspended; `suspended_until` is the last day of a suspension by staff."""

    id: UUID
    name: str
    email: str
    barcode: str
    status: str
    status_comment: str
    suspended_at: datetime | None
    suspended_by: str
    suspended_until: date | None


@dataclass(frozen=True, kw_only=True)
class SearchUsers(Query[Page[FoundUser]]):
    q: str


@handles(SearchUsers, title=_("Search people"), refuses=(InvalidInput,))
def search_users(query: SearchUsers, context: Context) -> Page[FoundUser]:
    """Users by their library card, by a few letters of each word of their name or e-mail address, or by their id."""
    users = LibraryUser.objects.using(read_database()).filter(by_barcode_id_or_words(query.q))
    users = users.annotate(sort_key=SORT_KEY, **status_as_of(context.today))
    return page_of(FoundUser, users, query, order_by=("sort_key", "id"), columns=CURRENT_STATUS)
