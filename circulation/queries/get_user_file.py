from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, DateField, OuterRef, Q, QuerySet, UUIDField, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Book
from circulation.domain.books import overdue
from circulation.domain.policy_in_force import limit
from circulation.models import LibraryUser, Reservation
from circulation.reading.annotations import CURRENT_STATUS, counted, status_as_of
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of
from library_site.statements import Given


class UserFile(Data):
    """`status_comment` says why somebody is suspended; `suspended_until` is the last day of a suspension by staff.

    `loans` books are out, of at most `loan_limit`; `overdue` of them are late. `waiting` copies are on the hold
    shelf, and the user is in the queues of `queued` titles.
    """

    id: UUID
    name: str
    email: str
    barcode: str
    birth_date: date | None
    phone: str
    address: str
    language: str
    note: str
    status: str
    status_comment: str
    suspended_at: datetime | None
    suspended_by: str
    suspended_until: date | None
    loans: int
    loan_limit: int
    overdue: int
    waiting: int
    queued: int


class GetUserFile(Query[Page[UserFile]]):
    user_id: UUID


@handles(GetUserFile, title=_("Person"), refuses=(InvalidInput,))
def get_user_file(query: GetUserFile, context: Context) -> Page[UserFile]:
    """How a person stands: the block and why, books out and overdue, reservations. One row, or none."""
    return page_of(UserFile, _users, query, order_by=("id",), columns=CURRENT_STATUS, given={"today": context.today})


def _users() -> "QuerySet[LibraryUser]":
    today = Given("today", DateField())
    loans = Book.objects.filter(borrower=OuterRef("pk"))
    reservations = Reservation.objects.filter(user=OuterRef("pk"), status=Reservation.Status.OPEN)
    verified = Q(status=LibraryUser.Status.VERIFIED) | Q(status_before=LibraryUser.Status.VERIFIED)
    return LibraryUser.objects.filter(pk=Given("user_id", UUIDField())).annotate(
        **status_as_of(today),
        loans=counted(loans),
        overdue=counted(loans.filter(overdue(today))),
        loan_limit=Case(When(verified, then=limit("limit_verified")), default=limit("limit_not_verified")),
        waiting=counted(reservations.filter(waiting_book__isnull=False)),
        queued=counted(reservations.filter(waiting_book__isnull=True)),
    )
