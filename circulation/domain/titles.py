"""Titles and who waits for them: every copy with one ISBN, or a book without ISBN by itself.

No copy of a title is available while somebody is in its queue: whatever brings a copy back serves the queue.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from catalog.models import Book
from circulation.models import Reservation
from circulation.policies import NeverOpen
from circulation.states import QUEUED, RESERVATION, WAITING
from library_site.cqrs import Command, Conflict, Context, Overtaken
from library_site.cqrs.texts import long_date

from .library_policy import policy_from
from .loans import move, no_such_book


class BookReserved(Conflict):
    """Somebody else waits for the book."""

    code = "book_reserved"


@dataclass(frozen=True)
class Title:
    """A locked book, and all copies of its title, locked too. (By the locks, its queue is this transaction's.)"""

    book: Book
    copies: list[Book]

    @property
    def queue(self) -> "QuerySet[Reservation]":
        """Who waits for a copy, in order; whose copy is on the hold shelf is not in the queue."""
        return self.reservations.filter(waiting_book__isnull=True).order_by("rank", "id")

    @property
    def reservations(self) -> "QuerySet[Reservation]":
        """All open reservations of the title."""
        return open_reservations(self.book)

    def of_user(self, user_id: UUID) -> Reservation | None:
        """The open reservation that somebody has of the title."""
        return self.reservations.filter(user=user_id).first()


def same_title(isbn: str, book_id: UUID, prefix: str = "") -> Q:
    """The copies of the title of a book. `prefix` leads to the books."""
    return Q(**{f"{prefix}isbn": isbn}) if isbn else Q(**{f"{prefix}id": book_id})


def open_reservations(book: Book) -> "QuerySet[Reservation]":
    """All open reservations of the title of a book."""
    return Reservation.objects.filter(same_title(book.isbn, book.pk, "book__"), status=Reservation.Status.OPEN)


def lock_title(book_id: UUID, *, and_isbn: str = "") -> Title:
    """A book with all copies of its title, for this transaction alone; and those that have another ISBN.

    Raises NotFound, and Overtaken when the ISBN has just been corrected.
    """
    isbn = Book.objects.filter(pk=book_id).values_list("isbn", flat=True).first()
    if isbn is None:
        raise no_such_book(book_id)
    wanted = same_title(isbn, book_id)
    locked = _lock(wanted | Q(isbn=and_isbn) if and_isbn else wanted)
    book = next((copy for copy in locked if copy.pk == book_id), None)
    if book is None or book.isbn != isbn:
        raise Overtaken
    return Title(book, [copy for copy in locked if copy.isbn == isbn] if isbn else [book])


def lock_titles(books: "QuerySet[Book]") -> list[Title]:
    """The titles of these books, with all their copies, for this transaction alone."""
    named = list(books.values_list("pk", "isbn"))
    wanted = Q(pk__in=[pk for pk, isbn in named if not isbn]) | Q(isbn__in={isbn for _, isbn in named if isbn})
    titles: dict[object, Title] = {}
    for copy in _lock(wanted):
        titles.setdefault(copy.isbn or copy.pk, Title(copy, [])).copies.append(copy)
    return list(titles.values())


def _lock(wanted: Q) -> list[Book]:
    """The books, locked in the order of their ids; and those too that were added while this waited for the locks.

    Raises Overtaken where one came in between: who has locked a book never waits for one before it.
    """
    books = Book.objects.filter(wanted).order_by("pk")
    while True:
        locked = list(books.select_for_update())
        others = set(books.values_list("pk", flat=True)).difference(book.pk for book in locked)
        if not others:
            return locked
        if locked and min(others) < locked[-1].pk:
            raise Overtaken


def serve_queue(title: Title, command: Command[Any], context: Context) -> None:
    """Put the copies that are available on the hold shelf for those whose turn it is."""
    free = [copy for copy in title.copies if copy.status == Book.Status.AVAILABLE]
    if not free:
        return
    served = list(zip(free, title.queue[: len(free)], strict=False))
    held_until = _held_until(context) if served else None
    for copy, reservation in served:
        RESERVATION.check(QUEUED, WAITING, command)
        move(copy, Book.Status.ON_HOLD, command, reservation=reservation, held_until=held_until)


def _held_until(context: Context) -> date:
    policy = policy_from(context.today)
    try:
        return policy.held_until(context.today)
    except NeverOpen:  # a book comes back even so
        return context.today


def release(title: Title, copy: Book, command: Command[Any]) -> None:
    """Let a reservation no longer wait for this copy: it goes back to the head of the queue.

    The copy is then to be moved from the hold shelf.
    """
    RESERVATION.check(WAITING, QUEUED, command)
    first = title.reservations.aggregate(first=Min("rank"))["first"] or 0
    Reservation.objects.filter(waiting_book=copy).update(rank=first - 1)


def end(reservation: Reservation, status: Reservation.Status, command: Command[Any], context: Context) -> None:
    """End an open reservation; a copy that waits for it is to be moved from the hold shelf."""
    is_waiting = Book.objects.filter(reservation=reservation).exists()
    RESERVATION.check(WAITING if is_waiting else QUEUED, status, command)
    still_open = Reservation.objects.filter(pk=reservation.pk, status=Reservation.Status.OPEN)
    still_open.update(status=status, ended_at=context.now)


def reserved_for(copy: Book) -> UUID | None:
    """For whom a copy waits on the hold shelf; None when it is not there."""
    return copy.reservation.user_id if copy.reservation else None


def waits_for(book: Book) -> dict[str, str]:
    """For whom a copy waits (`name`), and until when (`day`), for a sentence."""
    if book.reservation is None or book.held_until is None:
        raise TypeError("The book is not on the hold shelf.")
    return {"name": book.reservation.user.name, "day": long_date(book.held_until)}
