"""Titles: every copy with one ISBN, or a book without ISBN by itself. Who waits, waits for a title."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import Book
from circulation.models import Reservation
from library_site.cqrs import Conflict, Overtaken, Remedy
from library_site.statements import Given, compiled

from .books import lock_books, no_such_book


class LastCopyReserved(Conflict):
    """It is the last copy of a title that people wait for."""

    code = "last_copy_reserved"
    short = gettext_lazy("People wait for the last copy")


@dataclass(frozen=True)
class Title:
    """A book, and what was locked with it: the copies of its title. By these locks, the queue is this transaction's."""

    book: Book
    locked: dict[UUID, Book]
    may_have_grown: bool = True

    @cached_property
    def copies(self) -> list[Book]:
        """All copies, those too that came while this waited for the locks.

        Raises Overtaken where one came in between: who has locked a book never waits for one before it.
        """
        isbn = self.book.isbn
        if not isbn:
            return [self.book]
        while self.may_have_grown:
            added = set(Book.objects.filter(isbn=isbn).values_list("pk", flat=True)).difference(self.locked)
            if not added:
                break
            if min(added) < max(self.locked):
                raise Overtaken
            self.locked.update(lock_books(Q(pk__in=added, isbn=isbn)))
        return [copy for copy in self.locked.values() if copy.isbn == isbn]

    @property
    def queue(self) -> "QuerySet[Reservation]":
        """Who waits for a copy, in order; whose copy is on the hold shelf is not in the queue."""
        return self.reservations.filter(waiting_book__isnull=True).order_by("rank", "id")

    @property
    def reservations(self) -> "QuerySet[Reservation]":
        """All open reservations of the title."""
        return open_reservations(self.book)

    def reservation_of(self, user_id: UUID) -> Reservation | None:
        """The open reservation that somebody has of the title."""
        return open_reservations(self.book).filter(user=user_id).first()

    def copy_for(self, reservation: Reservation) -> Book | None:
        """The copy that waits on the hold shelf for a reservation."""
        return next((copy for copy in self.copies if copy.reservation_id == reservation.pk), None)


def open_reservations(book: Book) -> "QuerySet[Reservation]":
    """All open reservations of the title of a book."""
    same_title = Q(book__isbn=book.isbn) if book.isbn else Q(book=book)
    return Reservation.objects.filter(same_title, status=Reservation.Status.OPEN)


def find_and_lock_title(book_id: UUID, *, and_isbn: str = "") -> Title | None:
    """A book, if there is one, with all copies of its title (and of `and_isbn`), for this transaction alone."""
    copies = compiled(_copies, bool(and_isbn)).rows({"book_id": book_id, "isbn": and_isbn})
    books = {copy.pk: copy for copy in copies}
    return Title(books[book_id], books) if book_id in books else None


def _copies(has_more: bool) -> "QuerySet[Book]":
    """The copies of a book's title, and of another, locked in the order of their ids, as by every command."""
    book_id = Given("book_id", Book._meta.pk)
    isbn = Subquery(Book.objects.filter(pk=book_id).exclude(isbn="").values("isbn"))
    others = Q(isbn=Given("isbn", Book._meta.get_field("isbn"))) if has_more else Q()
    return Book.objects.select_for_update().filter(Q(pk=book_id) | Q(isbn=isbn) | others).order_by("pk")


def lock_title(book_id: UUID, *, and_isbn: str = "") -> Title:
    """The same, with those copies too that have come meanwhile. Raises NotFound when there is no such book."""
    title = find_and_lock_title(book_id, and_isbn=and_isbn)
    if title is None:
        raise no_such_book(book_id)
    _ = title.copies  # every book is locked before any person
    return title


def lock_titles(books: "QuerySet[Book]", *, nowait: bool = False) -> list[Title]:
    """The titles of these books, with all their copies, for this transaction alone (`nowait`: see lock_books)."""
    named = list(books.values_list("pk", "isbn"))
    wanted = Q(pk__in=[pk for pk, isbn in named if not isbn]) | Q(isbn__in={isbn for _, isbn in named if isbn})
    locked = lock_books(wanted, nowait=nowait)
    titles: dict[object, Title] = {}
    for copy in locked.values():
        titles.setdefault(copy.isbn or copy.pk, Title(copy, locked))
    return list(titles.values())


def last_copy_reserved(title: Title) -> LastCopyReserved | None:
    """The refusal to take away the last copy of a title that people wait for."""
    gone = {Book.Status.MISSING, Book.Status.WITHDRAWN}
    others = [copy for copy in title.copies if copy is not title.book and copy.status not in gone]
    waiting = title.reservations.count()
    if others or waiting == 0:
        return None
    message = ngettext(
        "“{title}” is the last copy, and one person waits for it. Cancel the reservations first.",
        "“{title}” is the last copy, and {number} people wait for it. Cancel the reservations first.",
        waiting,
    )
    queue = Remedy("GetReservationQueue", {"book_id": title.book.pk})
    return LastCopyReserved(message.format(title=title.book.title, number=waiting), see_also=[queue], waiting=waiting)
