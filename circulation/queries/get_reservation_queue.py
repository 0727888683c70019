from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateField, F, OuterRef, QuerySet, Subquery, UUIDField, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.models import LibraryUser
from circulation.reading.annotations import copies, current_status, reservations_shown
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class ReservationInQueue(Data):
    """`state` is QUEUED, at `position` in the queue, or WAITING on the hold shelf until `held_until`."""

    id: UUID
    user_id: UUID
    user_name: str
    user_birth_date: date | None
    user_barcode: str
    user_status: str
    state: str
    position: int
    placed_at: datetime
    waiting_book_id: UUID | None
    held_until: date | None


class GetReservationQueue(Query[Page[ReservationInQueue]]):
    """`book_id` is any copy of the title."""

    book_id: UUID


@handles(GetReservationQueue, title=_("Reservation queue"), refuses=(InvalidInput,))
def get_reservation_queue(query: GetReservationQueue, context: Context) -> Page[ReservationInQueue]:
    """Who waits for a title, in order; those whose copy is on the hold shelf first."""
    return page_of(
        ReservationInQueue, _reservations, query, order_by=("place", "rank", "id"), given={"today": context.today}
    )


def _reservations() -> "QuerySet[Any]":
    book_id = Given("book_id", UUIDField())
    isbn = Subquery(Book.objects.filter(pk=book_id).values("isbn"))
    users = LibraryUser.objects.filter(pk=OuterRef("user")).annotate(now=current_status(Given("today", DateField())))
    return (
        reservations_shown()
        .filter(book__in=copies(isbn, book_id))
        .annotate(
            user_name=F("user__name"),
            user_birth_date=F("user__birth_date"),
            user_barcode=F("user__barcode"),
            user_status=Subquery(users.values("now")),
            waiting_book_id=F("waiting_book__id"),
            place=Case(When(waiting_book__isnull=False, then=Value(0)), default=Value(1)),
        )
    )
