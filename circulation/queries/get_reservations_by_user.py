from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from circulation.reading.annotations import reservations_shown
from library_site.cqrs import Context, InvalidInput, Page, Query, handles, page_of, read_database


@dataclass(frozen=True, kw_only=True)
class ReservationOfUser:
    """`state` is QUEUED, at `position` in the queue, or WAITING on the hold shelf until `held_until`.

    `book_id` is the copy by which the title was named, `waiting_book_id` the one on the hold shelf.
    """

    id: UUID
    book_id: UUID
    title: str
    isbn: str
    author_name: str
    state: str
    position: int
    placed_at: datetime
    waiting_book_id: UUID | None
    held_until: date | None


@dataclass(frozen=True, kw_only=True)
class GetReservationsByUser(Query[Page[ReservationOfUser]]):
    user_id: UUID


@handles(GetReservationsByUser, title=_("Reservations by person"), refuses=(InvalidInput,))
def get_reservations_by_user(query: GetReservationsByUser, context: Context) -> Page[ReservationOfUser]:
    """What a person waits for, oldest first."""
    reservations = reservations_shown(read_database()).filter(user=query.user_id)
    reservations = reservations.annotate(
        title=F("book__title"),
        isbn=F("book__isbn"),
        author_name=F("book__author__name"),
        waiting_book_id=F("waiting_book__id"),
    )
    return page_of(ReservationOfUser, reservations, query, order_by=("id",))
