"""The tasks to which the admin's pages lead, where a task is the better way."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.commands import AddCopies, AddNewBook
from catalog.queries import SearchBooks
from circulation.commands import (
    BorrowBook,
    CancelReservation,
    ChangeContact,
    CorrectBook,
    MoveReservation,
    PlaceReservation,
    RegisterUser,
    ReturnBook,
    SetCalendarException,
    SuspendUser,
    WithdrawBook,
)
from circulation.queries import (
    GetBookFile,
    GetBookHistory,
    GetHoldShelf,
    GetOverdueLoans,
    GetReservationQueue,
    GetUserFile,
    SearchUsers,
)
from library_site.admin import TaskLink


def _the_user(user: Any) -> dict[str, Any]:
    return {"user_id": user.pk}


def _the_book(book: Any) -> dict[str, Any]:
    return {"book_id": book.pk}


def _its_book(row: Any) -> dict[str, Any]:
    return {"book_id": row.book_id}


def _its_borrower(loan: Any) -> dict[str, Any]:
    return {"user_id": loan.borrower_id}


def _who_waits(reservation: Any) -> dict[str, Any]:
    return {"user_id": reservation.user_id}


def _the_reservation(reservation: Any) -> dict[str, Any]:
    """As links name it: with the person."""
    return {"reservation_id": f"{reservation.pk}:{reservation.user_id}"}


OF_PEOPLE = (
    TaskLink(_("Find a person"), SearchUsers),
    TaskLink(_("Register a person"), RegisterUser),
    TaskLink(_("The person’s page"), GetUserFile, _the_user),
    TaskLink(_("Lend"), BorrowBook, _the_user),
    TaskLink(_("Reserve"), PlaceReservation, _the_user),
    TaskLink(_("Change contact"), ChangeContact, _the_user),
    TaskLink(_("Suspend"), SuspendUser, _the_user),
)
OF_BOOKS = (
    TaskLink(_("Find a book"), SearchBooks),
    TaskLink(_("Add new book"), AddNewBook),
    TaskLink(_("The book’s page"), GetBookFile, _the_book),
    TaskLink(_("Lend"), BorrowBook, _the_book),
    TaskLink(pgettext_lazy("do it", "Return"), ReturnBook, _the_book),
    TaskLink(_("Correct"), CorrectBook, _the_book),
    TaskLink(_("Add copies"), AddCopies, _the_book),
    TaskLink(_("Withdraw"), WithdrawBook, _the_book),
)
OF_PAST_LOANS = (
    TaskLink(_("Overdue books"), GetOverdueLoans),
    TaskLink(_("The person’s page"), GetUserFile, _its_borrower),
    TaskLink(_("The book’s page"), GetBookFile, _its_book),
    TaskLink(_("Who has had the book"), GetBookHistory, _its_book),
)
OF_RESERVATIONS = (
    TaskLink(_("Reserve"), PlaceReservation),
    TaskLink(_("Hold shelf"), GetHoldShelf),
    TaskLink(_("Cancel"), CancelReservation, _the_reservation),
    TaskLink(_("Move in the queue"), MoveReservation, _the_reservation),
    TaskLink(_("The queue"), GetReservationQueue, _its_book),
    TaskLink(_("The person’s page"), GetUserFile, _who_waits),
)
OF_POLICY = (
    TaskLink(_("Closed days"), SetCalendarException),
    TaskLink(_("Closed days"), SetCalendarException, lambda policy: {}),
)
OF_CALENDAR = (
    TaskLink(_("Closed days"), SetCalendarException),
    TaskLink(_("Closed days"), SetCalendarException, lambda exception: {"day": exception.day.isoformat()}),
)
