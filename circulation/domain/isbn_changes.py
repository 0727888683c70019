"""A book whose ISBN is corrected becomes a copy of another title; what that means for those who wait."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import Reservation
from library_site.cqrs import Conflict

from .books import state_of
from .titles import Title, open_reservations, same_title


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
            _("“{title}” is {state}: correct its ISBN when it is back.").format(title=book.title, state=state_of(book)),
            book_status=book.status,
        )
    same = same_title(isbn_before, book.pk, "book__")
    here = list(Reservation.objects.filter(same, status=Reservation.Status.OPEN).order_by("rank", "id"))
    in_use = [copy for copy in title.copies if copy is not book and copy.status != Book.Status.WITHDRAWN]
    if isbn_before and in_use:
        Reservation.objects.filter(pk__in=[each.pk for each in here], book=book).update(book=in_use[0])
    elif here:
        _refuse_clash(book, [each.user_id for each in here])
        _queue_up(book, here)


def _queue_up(book: Book, here: list[Reservation]) -> None:
    """Let those who come along wait for the book, behind those who wait for what it becomes already."""
    there = open_reservations(book).exclude(pk__in=[each.pk for each in here])
    first = (there.aggregate(last=Max("rank"))["last"] or 0) + 1
    for rank, each in enumerate(here, first):
        Reservation.objects.filter(pk=each.pk).update(rank=rank, book=book)


def _refuse_clash(book: Book, waiting: Iterable[UUID]) -> None:
    """Nobody waits for a title of which they have a copy, or waits for it twice."""
    if not book.isbn:
        return
    has = Book.objects.filter(isbn=book.isbn, borrower__in=waiting)
    waits = open_reservations(book).exclude(book=book).filter(user__in=waiting)
    if has.exists() or waits.exists():
        said = _(
            "Somebody who waits for “{title}” has, or waits for, a book with the ISBN {isbn}. "
            "Cancel one of the reservations first."
        )
        raise ReservationsClash(said.format(title=book.title, isbn=book.isbn))
