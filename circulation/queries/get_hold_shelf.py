from datetime import date
from uuid import UUID

from django.db.models import DateField, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from catalog.models import Book, author_name
from circulation.models import LibraryUser
from circulation.reading.annotations import current_status
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class HeldBook(Data):
    """A book (`id`) on the hold shelf, for whom, and until when."""

    id: UUID
    title: str
    barcode: str
    author_name: str
    shelf_mark: str
    reservation_id: UUID
    user_id: UUID
    user_name: str
    user_birth_date: date | None
    user_barcode: str
    user_status: str
    held_until: date


class GetHoldShelf(Query[Page[HeldBook]]):
    pass


@handles(GetHoldShelf, title=_("Hold shelf"), refuses=(InvalidInput,))
def get_hold_shelf(query: GetHoldShelf, context: Context) -> Page[HeldBook]:
    """What waits on the hold shelf, and for whom; the copy that waits for the shortest time to come at the top."""
    return page_of(HeldBook, _books, query, order_by=("held_until", "id"), given={"today": context.today})


def _books() -> "QuerySet[Book]":
    users = LibraryUser.objects.filter(pk=OuterRef("reservation__user"))
    users = users.annotate(now=current_status(Given("today", DateField())))
    return Book.objects.filter(status=Book.Status.ON_HOLD).annotate(
        author_name=author_name(),
        user_id=F("reservation__user_id"),
        user_name=F("reservation__user__name"),
        user_birth_date=F("reservation__user__birth_date"),
        user_barcode=F("reservation__user__barcode"),
        user_status=Subquery(users.values("now")),
    )
