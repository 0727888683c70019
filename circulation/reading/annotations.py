"""What several queries say of people, books and reservations."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from catalog.models import Book
from circulation.models import LibraryUser, Reservation
from circulation.states import QUEUED, WAITING
from library_site.statements import Given

CURRENT_STATUS = {
    "status": "current_status",
    "suspended_at": "current_suspended_at",
    "suspended_by": "current_suspended_by",
    "suspended_until": "current_suspended_until",
}
"""What is shown of a user instead of the columns of these names."""


def _is_over(today: Given) -> Q:
    """Whether a suspension has ended by itself."""
    is_over = Q(status=LibraryUser.Status.SUSPENDED, suspended_for_loss=False, suspended_until__lt=today)
    return is_over & ~Q(status_before="")


def current_status(today: Given) -> Case:
    """The status of a user, where a suspension that is over has ended."""
    return Case(When(_is_over(today), then=F("status_before")), default=F("status"))


def status_as_of(today: Given) -> dict[str, Case]:
    """The columns of CURRENT_STATUS: nothing is shown of a suspension that is over."""
    is_over = _is_over(today)
    return {
        "current_status": current_status(today),
        "current_suspended_at": Case(When(is_over, then=None), default=F("suspended_at")),
        "current_suspended_by": Case(When(is_over, then=Value("")), default=actor_name("suspended_by")),
        "current_suspended_until": Case(When(is_over, then=None), default=F("suspended_until")),
    }


def actor_name(column: str) -> Coalesce:
    """Who the actor in this column is: a member of staff by name, or the system."""
    actor = Concat(Value("user:"), Cast("pk", CharField()))
    names = User.objects.alias(actor=actor).filter(actor=OuterRef(column)).values("username")
    return Coalesce(Subquery(names, output_field=CharField()), F(column))


def copies(isbn: Combinable, book_id: Any) -> "QuerySet[Book]":
    """The copies of a title, in a subquery: those with its ISBN, or the book itself if it has none.

    An empty ISBN is made NULL, which is no book's: so both sides are found by their index.
    """
    return Book.objects.filter(Q(isbn=NullIf(isbn, Value(""))) | Q(pk=book_id))


def reservations_shown() -> "QuerySet[Reservation]":
    """Open reservations, each with its `state` (WAITING on the hold shelf, or QUEUED) and its copy's last day."""
    reservations = Reservation.objects.filter(status=Reservation.Status.OPEN)
    return reservations.annotate(
        state=Case(When(waiting_book__isnull=False, then=Value(WAITING)), default=Value(QUEUED)),
        held_until=F("waiting_book__held_until"),
        position=position(),
    )


def position() -> Combinable:
    """The place of a reservation in the queue of its title, from 1; 0 for one whose copy is on the hold shelf."""
    before = Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), id__lte=OuterRef("id"))
    queue = queued(copies(OuterRef(OuterRef("book__isbn")), OuterRef(OuterRef("book")))).filter(before)
    return Case(When(waiting_book__isnull=False, then=Value(0)), default=counted(queue))


def queued(books: "QuerySet[Book]") -> "QuerySet[Reservation]":
    """Who is in the queue for one of these books, in a subquery."""
    reservations = Reservation.objects.filter(status=Reservation.Status.OPEN, waiting_book__isnull=True)
    return reservations.filter(book__in=books)


def counted(rows: "QuerySet[Any]") -> Coalesce:
    """How many rows a subquery finds."""
    count = rows.order_by().values(one=Value(1)).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count), Value(0))
