from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, UUIDField
from django.utils.translation import gettext_lazy as _

from catalog.models import author_name
from circulation.reading.annotations import reservations_shown
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class ReservationOfUser(Data):
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


class GetReservationsByUser(Query[Page[ReservationOfUser]]):
    user_id: UUID


@handles(GetReservationsByUser, title=_("Reservations by person"), refuses=(InvalidInput,))
def get_reservations_by_user(query: GetReservationsByUser, context: Context) -> Page[ReservationOfUser]:
    """What a person waits for, oldest first."""
    return page_of(ReservationOfUser, _reservations, query, order_by=("id",))


def _reservations() -> "QuerySet[Any]":
    return (
        reservations_shown()
        .filter(user=Given("user_id", UUIDField()))
        .annotate(
            title=F("book__title"),
            isbn=F("book__isbn"),
            author_name=author_name("book__"),
            waiting_book_id=F("waiting_book__id"),
        )
    )
