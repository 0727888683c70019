"""Books: how they are locked and put into another state.

Locks are taken in one order: authors, titles that have none, ISBNs (catalog/domain/arrivals.py), books by id, people by
id. (Who locks all books locks nothing before.) What is said of a book in words is in words.py.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.sql import UpdateQuery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Book
from circulation.states import BOOK
from library_site.cqrs import Command, Conflict, NotFound, Overtaken, Remedy, became
from library_site.statements import Given, compiled, updated


class BookWithdrawn(Conflict):
    """The book is withdrawn."""

    code = "book_withdrawn"
    short = gettext_lazy("The book is withdrawn")


def refuse_withdrawn(book: Book) -> None:
    """Raises BookWithdrawn for what a withdrawn book cannot be."""
    if book.status == Book.Status.WITHDRAWN:
        raise BookWithdrawn(
            _("“{title}” is withdrawn. Restore it first, if it is in use again.").format(title=book.title),
            remedy=Remedy("RestoreBook", {"book_id": book.pk}),
        )


Undo = dict[str, Any]
"""What is kept in the row of a book until the night, so that what was done last can be undone (loans.py)."""

IN_NO_HANDS: dict[str, Any] = {
    "borrower_id": None,
    "loan_id": None,
    "borrowed_at": None,
    "due_on": None,
    "renewals": 0,
    "reservation": None,
    "held_until": None,
    "undo": None,
}
"""What a book's row says of a loan or a reservation, where there is none, and of what could be undone."""


def no_such_book(book_id: UUID) -> NotFound:
    return NotFound(_("The library has no book with this id."), book_id=book_id)


def lock_books(wanted: Q, *, nowait: bool = False) -> dict[UUID, Book]:
    """The books, for this transaction alone: locked in the order of their ids, as by every command.

    With `nowait`, who has locked people already waits for nobody. Raises Overtaken, where somebody has locked one.
    """
    books = Book.objects.select_for_update(nowait=nowait).filter(wanted).order_by("pk")
    try:
        return {book.pk: book for book in books}
    except OperationalError as error:
        if nowait and getattr(error.__cause__, "sqlstate", None) == "55P03":
            raise Overtaken from error
        raise  # as it is: what it came from says whether it was a deadlock


def lock_book(book_id: UUID) -> Book:
    """The book, for this transaction alone. Raises NotFound."""
    book = lock_books(Q(pk=book_id)).get(book_id)
    if book is None:
        raise no_such_book(book_id)
    return book


def lock_all_books() -> None:
    """All books, for this transaction alone: before anything else is locked. (SQLite has one writer at a time.)

    Who would lock a book waits, and then sees what this transaction has changed.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Book._meta.db_table} IN EXCLUSIVE MODE")


def move(book: Book, status: Book.Status, command: Command[Any], **values: Any) -> None:
    """Put a locked book into another state, with the `values` that belong to it. Raises Overtaken."""
    BOOK.check(book.status, status, command)
    before, values = book.status, IN_NO_HANDS | values | {"status": status}
    for name, value in values.items():
        setattr(book, name, value)
    # Conditional, so that of any number of desks exactly one wins, though nothing were locked.
    if not compiled(_moved, tuple(values)).change(vars(book) | {"before": before}):
        raise Overtaken
    became(book)


def _moved(columns: tuple[str, ...]) -> UpdateQuery:
    before = Given("before", Book._meta.get_field("status"))
    return updated(Book.objects.filter(pk=Given("id", Book._meta.pk), status=before), *columns)


def save(book: Book, columns: Iterable[str]) -> None:
    """Save these columns of a locked book. What was done before is no longer the last thing, and can't be undone."""
    book.undo = None
    book.save(update_fields={*columns, "undo"})
    became(book)


def postpone(books: "QuerySet[Book]", column: str, later: Callable[[date], date]) -> list[Book]:
    """Of locked books, those whose day in a column has a later one, which is stored at once for all."""
    found = list(books.select_related("reservation"))
    days = {day: later(day) for day in {getattr(book, column) for book in found}}
    days = {day: moved for day, moved in days.items() if moved != day}
    postponed = [book for book in found if getattr(book, column) in days]
    if postponed:
        cases = (When(**{column: day}, then=Value(moved)) for day, moved in days.items())
        books.filter(**{f"{column}__in": days}).update(**{column: Case(*cases)})
    for book in postponed:
        setattr(book, column, days[getattr(book, column)])
    became(*postponed)
    return postponed


def overdue(today: "date | Given") -> Q:
    """Of books: whether they are overdue. What is due today is not."""
    return Q(due_on__lt=today)
