"""How a book is lent: at once when it is available, by its queue when somebody waits for it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from catalog.models import Book
from circulation.models import Reservation
from library_site.cqrs import Command, Context, DomainError, Overtaken

from .borrowing_rules import book_problem
from .loans import move, resolve_losses
from .titles import BookReserved, Title, end, lock_title, release, serve_queue, waits_for


class Lending:
    """One book to one user. `report_found`: if it is missing, it is found first."""

    def __init__(self, command: Command[Any], context: Context, *, book_id: UUID, user_id: UUID, due_on: date) -> None:
        self.command, self.context = command, context
        self.book_id, self.user_id = book_id, user_id
        self.loan = {"borrower_id": user_id, "borrowed_at": context.now, "due_on": due_on}

    def carry_out(self, *, report_found: bool) -> DomainError | None:
        """Lend the book; the problem, if it was not lent, or waited for somebody else."""
        if self._concerns_a_queue(report_found=report_found):
            return self._lend_by_queue(report_found=report_found)
        # One conditional UPDATE: of any number of desks exactly one wins, and the row is locked from here on.
        available = Book.objects.filter(pk=self.book_id, status=Book.Status.AVAILABLE)
        lent = available.update(status=Book.Status.BORROWED, renewals=0, **self.loan)
        if self._concerns_a_queue(report_found=report_found):  # by now
            raise Overtaken
        return None if lent else book_problem(self.book_id, self.user_id)

    def _concerns_a_queue(self, *, report_found: bool) -> bool:
        """Whether a reservation may have to do with it: the book is on hold, or the user waits for its title."""
        same = Q(book__isbn=OuterRef("isbn")) & ~Q(book__isbn="") | Q(book=OuterRef("pk"))
        reserved = Reservation.objects.filter(same, user=self.user_id, status=Reservation.Status.OPEN)
        special = Q(status=Book.Status.ON_HOLD) | Q(reserved=True)
        if report_found:
            special |= Q(status=Book.Status.MISSING)
        return Book.objects.alias(reserved=Exists(reserved)).filter(special, pk=self.book_id).exists()

    def _lend_by_queue(self, *, report_found: bool) -> DomainError | None:
        title = lock_title(self.book_id)
        book = title.book
        if book.status == Book.Status.MISSING and report_found:
            move(book, Book.Status.AVAILABLE, self.command)
            resolve_losses(book, self.command, self.context, and_lock=(self.user_id,))
            serve_queue(title, self.command, self.context)
        if book.status not in {Book.Status.AVAILABLE, Book.Status.ON_HOLD}:
            return book_problem(self.book_id, self.user_id)
        problem = self._reserved_for_another(book)
        if problem:
            release(title, book, self.command)
        self._fulfil(title)
        move(book, Book.Status.BORROWED, self.command, **self.loan)
        serve_queue(title, self.command, self.context)
        return problem

    def _reserved_for_another(self, book: Book) -> BookReserved | None:
        """The refusal of a copy that waits for somebody else; overridden, that person is the next to get a copy."""
        if book.reservation is None or book.reservation.user_id == self.user_id:
            return None
        said = _("“{title}” waits on the hold shelf for {name}, until {day}.")
        message = said.format(title=book.title, **waits_for(book))
        return BookReserved(message, reserved_for_user_id=book.reservation.user_id)

    def _fulfil(self, title: Title) -> None:
        """End the user's reservation; if another copy waits for it, that one may go to the next person."""
        reservation = title.of_user(self.user_id)
        if reservation is None:
            return
        end(reservation, Reservation.Status.FULFILLED, self.command, self.context)
        for copy in title.copies:
            if copy.reservation_id == reservation.pk and copy is not title.book:
                move(copy, Book.Status.AVAILABLE, self.command)
