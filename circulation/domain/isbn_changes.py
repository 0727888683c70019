"""A book whose ISBN is corrected becomes a copy of another title; what that means for those who wait."""

from collections.abc import Sequence

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.models import Reservation
from library_site.cqrs import Conflict, DomainError, Remedy, became

from .reservations import rank
from .titles import Title, open_reservations
from .words import state_of


class BookInUse(Conflict):
    """The book is on loan or on hold: it stays a copy of its title until it is back."""

    code = "book_in_use"
    short = gettext_lazy("The book is on loan or on hold")


class ReservationsClash(Conflict):
    """Somebody who waits for the book has, or waits for, a copy of what it would become."""

    code = "reservations_clash"
    short = gettext_lazy("Somebody who waits has, or waits for, the other title")


def come_along(title: Title) -> list[Reservation]:
    """The reservations that go with a book to another title: all, unless it leaves copies that are in use."""
    return [] if _left_in_use(title) else list(title.reservations.order_by("rank", "id"))


def isbn_problem(title: Title, corrected: Book, along: Sequence[Reservation]) -> DomainError | None:
    """Why a book cannot become a copy of another title, to which the reservations `along` would come."""
    book = title.book
    if book.status in {Book.Status.BORROWED, Book.Status.ON_HOLD}:
        message = _("“{title}” is {state}: correct its ISBN when it is back.")
        return BookInUse(
            message.format(title=corrected.title, state=state_of(book)),
            see_also=[Remedy("GetBookFile", {"book_id": book.pk})],
            book_status=book.status,
        )
    if along and corrected.isbn and _clash(corrected, along):
        message = _(
            "Somebody who waits for “{title}” has, or waits for, a book with the ISBN {isbn}. "
            "Cancel one of the reservations first."
        )
        return ReservationsClash(
            message.format(title=corrected.title, isbn=corrected.isbn),
            see_also=[Remedy("GetReservationQueue", {"book_id": book.pk})],
        )
    return None


def leave_title(title: Title, corrected: Book, along: Sequence[Reservation]) -> None:
    """Let a book become a copy of another title: its reservations stay with the copies in use, or come along.

    Those who come along wait behind those who wait for what it becomes already.
    """
    if left := _left_in_use(title):
        for each in title.reservations.filter(book=corrected):
            _name_by(left[0], each)
    if not along:
        return
    there = open_reservations(corrected).exclude(pk__in=[each.pk for each in along])
    first = (there.aggregate(last=Max("rank"))["last"] or 0) + 1
    for place, each in enumerate(along, first):
        rank(each, place)
        _name_by(corrected, each)


def _name_by(copy: Book, reservation: Reservation) -> None:
    reservation.book = copy
    reservation.save(update_fields=["book"])
    became(reservation)


def _left_in_use(title: Title) -> list[Book]:
    """The other copies of the title that are not withdrawn."""
    return [copy for copy in title.copies if copy is not title.book and copy.status != Book.Status.WITHDRAWN]


def _clash(corrected: Book, along: Sequence[Reservation]) -> bool:
    """Nobody waits for a title of which they have a copy, or waits for it twice."""
    waiting = [each.user_id for each in along]
    has = Book.objects.filter(isbn=corrected.isbn, borrower__in=waiting)
    waits = open_reservations(corrected).exclude(book=corrected).filter(user__in=waiting)
    return has.exists() or waits.exists()
