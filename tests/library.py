"""How tests bring a library about: by commands, as its staff would."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone
from knox.models import AuthToken

from catalog.commands import AddNewBook
from circulation.commands import (
    BorrowBook,
    CancelReservation,
    PlaceReservation,
    RegisterUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    ReturnBook,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.models import LibraryPolicy
from library_site.cqrs import Actor, Context, dispatch

Handler = Callable[[Any, Context], Any]
"""Of a message."""

_numbers = count(1)


def new_token(user: User) -> str:
    """A new API token, as `manage.py create_api_token` prints it."""
    _, token = AuthToken.objects.create(user)
    return str(token)


def context(*, now: datetime | None = None, **values: Any) -> Context:
    """The system at the command line, now or at `now`."""
    return Context(actor=Actor.system("cli"), source="cli", now=now or timezone.now(), **values)


def add_book(
    title: str = "", *, isbn: str = "", author: str = "Jane Austen", barcode: str = "", now: datetime | None = None
) -> UUID:
    command = AddNewBook(title=title or f"Book {next(_numbers)}", isbn=isbn, author_name=author, barcode=barcode)
    return dispatch(command, context(now=now)).book_id


def register(name: str = "Ann Lee", email: str = "", *, verified: bool = False, barcode: str = "") -> UUID:
    """A new person, verified or not."""
    command = RegisterUser(name=name, email=email or f"person{next(_numbers)}@example.org", barcode=barcode)
    user_id = dispatch(command, context()).user_id
    if verified:
        dispatch(VerifyUser(user_id=user_id), context())
    return user_id


def borrow(book_id: UUID, user_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(BorrowBook(book_id=book_id, user_id=user_id), context(now=now))


def renew(book_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(RenewLoan(book_id=book_id), context(now=now))


def report_missing(book_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(ReportMissingBook(book_id=book_id), context(now=now))


def give_back(book_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(ReturnBook(book_id=book_id), context(now=now))


def report_found(book_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(ReportFoundBook(book_id=book_id), context(now=now))


def suspend_by_loss(user_id: UUID, title: str = "") -> UUID:
    """Lend a book and lose it: the user is suspended. Returns the book."""
    book_id = add_book(title)
    borrow(book_id, user_id)
    report_missing(book_id)
    return book_id


def lend(title: str = "", user_id: UUID | None = None, *, isbn: str = "", now: datetime | None = None) -> UUID:
    """Add a book and lend it, to this user or to somebody. Returns the book."""
    book_id = add_book(title, isbn=isbn)
    borrow(book_id, user_id or register(), now=now)
    return book_id


def reserve(book_id: UUID, user_id: UUID, *, now: datetime | None = None) -> UUID:
    """Returns the reservation; its copy is on the hold shelf, if one was available."""
    return dispatch(PlaceReservation(book_id=book_id, user_id=user_id), context(now=now)).reservation_id


def cancel(reservation_id: UUID, *, now: datetime | None = None) -> None:
    dispatch(CancelReservation(reservation_id=reservation_id), context(now=now))


def withdraw(book_id: UUID, reason: str = "Worn out.", *, now: datetime | None = None) -> None:
    dispatch(WithdrawBook(book_id=book_id, reason=reason), context(now=now))


def suspend(
    user_id: UUID, reason: str = "Unpaid fees.", *, until: date | None = None, now: datetime | None = None
) -> None:
    dispatch(SuspendUser(user_id=user_id, reason=reason, until=until), context(now=now))


def set_policy(**values: Any) -> None:
    """How the library lends from now on, as its administrators set it; the rest is as it is by default."""
    LibraryPolicy(**values).save()
