"""A book whose ISBN is corrected becomes a copy of another title; what that means for those who wait."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max, QuerySet

from catalog.models import Book
from library_site.cqrs import Conflict

from .models import Reservation
from .titles import Title, open_reservations


class BookInUse(Conflict):
    """The book is on loan or on hold: it stays a copy of its title until it is back."""

    code = "book_in_use"


class ReservationsClash(Conflict):
    """Somebody who waits for the book has, or waits for, a copy of what it would become."""

    code = "reservations_clash"


def leave_title(title: Title, isbn_before: str) -> None:
    """Prepare a book to become a copy of another title; its reservations stay with the copies that it leaves.

    Raises BookInUse, and ReservationsClash where the reservations have to come along and cannot.
    """
    book = title.book
    if book.status in {Book.Status.BORROWED, Book.Status.ON_HOLD}:
        raise BookInUse(
            f"“{book.title}” is {book.get_status_display().lower()}: correct its ISBN when it is back.",
            book_status=book.status,
        )
    here = Reservation.objects.filter(book=book, status=Reservation.Status.OPEN).order_by("rank", "id")
    in_use = [copy for copy in title.copies if copy is not book and copy.status != Book.Status.WITHDRAWN]
    if isbn_before and in_use:
        here.update(book=in_use[0])
    elif here.exists():
        _refuse_clash(book, here.values_list("user", flat=True))
        _queue_up(list(here), open_reservations(book).exclude(book=book))


def _queue_up(here: list[Reservation], there: "QuerySet[Reservation]") -> None:
    """Put those who come along behind those who wait there already."""
    last = there.aggregate(last=Max("rank"))["last"]
    if last is None:
        return
    for rank, reservation in enumerate(here, last + 1):
        Reservation.objects.filter(pk=reservation.pk).update(rank=rank)


def _refuse_clash(book: Book, waiting: Iterable[UUID]) -> None:
    """Nobody waits for a title of which they have a copy, or waits for it twice."""
    if not book.isbn:
        return
    has = Book.objects.filter(isbn=book.isbn, borrower__in=waiting)
    waits = open_reservations(book).exclude(book=book).filter(user__in=waiting)
    if has.exists() or waits.exists():
        raise ReservationsClash(
            f"Somebody who waits for “{book.title}” has, or waits for, a book with the ISBN {book.isbn}. "
            "Cancel one of the reservations first."
        )
