"""Edits of a book's record, as tasks."""

from copy import copy
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.commands import AddNewBook
from catalog.domain.arrivals import lock_isbn
from catalog.models import Author, Book
from catalog.policies import canonical_isbn
from circulation.commands import (
    BorrowBook,
    CorrectBook,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    WithdrawBook,
)
from circulation.domain.titles import Title, last_copy_reserved, lock_title
from library_site.cqrs import Command, Context, InvalidInput, Remedy, carry_out
from library_site.cqrs.errors import StillReferenced
from library_site.cqrs.records import EditRecord, check_version, delete, differences, edited, edits

from .moves import Tasks, message_of, no_such_task, pairs, reason, refuse_blind

TASKS: Tasks = dict(
    [
        *pairs("AVAILABLE, ON_HOLD", "BORROWED", BorrowBook),
        *pairs("BORROWED", "AVAILABLE", ReturnBook),
        *pairs("AVAILABLE, ON_HOLD, BORROWED", "MISSING", ReportMissingBook),
        *pairs("MISSING", "AVAILABLE", ReportFoundBook),
        *pairs("AVAILABLE, ON_HOLD, MISSING", "WITHDRAWN", WithdrawBook),
        *pairs("WITHDRAWN", "AVAILABLE", RestoreBook),
    ]
)
"""The task that an edit means which makes another status of one."""

INSTEAD = {
    "AVAILABLE": "PlaceReservation",
    "ON_HOLD": "GetReservationQueue",
    "BORROWED": "ReturnBook",
    "MISSING": "ReportFoundBook",
    "WITHDRAWN": "RestoreBook",
}
"""Where there is none: what to do first with a book of this status, or in its place."""

IN_USE = {Book.Status.BORROWED, Book.Status.ON_HOLD}

DESCRIPTION = ("title", "isbn", "author_id", "statement_of_responsibility", "shelf_mark", "condition", "barcode")
"""What CorrectBook corrects."""


@edits("catalog.book", by=(AddNewBook, CorrectBook, *dict.fromkeys(TASKS.values())))
def edit_book(command: EditRecord, context: Context) -> UUID:
    """Carry the edit of a book out as tasks; its id. Raises what they refuse, NoSuchTask, InvalidInput."""
    if command.method == "POST":
        return _add(command, context)
    title = _locked(command)
    book = title.book
    check_version(book, context)
    if command.method == "DELETE":
        return _delete(title)
    wanted = _edited(copy(book), command)
    moved = (wanted.status, wanted.borrower_id) != (book.status, book.borrower_id)
    refuse_blind(command, context, moves=moved)
    # A loan ends before its book is corrected, and begins when it is.
    steps = [_correction(book, wanted), _message(_task(book, wanted), book.pk, wanted) if moved else None]
    for step in reversed(steps) if book.status == Book.Status.BORROWED else steps:
        if step:
            carry_out(step, context)
    return book.pk


def _add(command: EditRecord, context: Context) -> UUID:
    new = Book()
    new.pk = None
    wanted = _edited(Book(), command)
    moved = (wanted.status, wanted.borrower_id) != (new.status, None)
    task = _task(new, wanted) if moved else None  # known before anything is done
    added = carry_out(AddNewBook(**{name: getattr(wanted, name) for name in DESCRIPTION}), context)
    if task:
        carry_out(_message(task, added.book_id, wanted), context)
    return added.book_id


def _locked(command: EditRecord) -> Title:
    """The book's title, and all that the tasks will lock before any person, in their order. Raises NotFound."""
    if author_id := command.values.get("author_id"):
        Author.objects.select_for_update(no_key=True).filter(pk=author_id).first()
    isbn = canonical_isbn(command.values.get("isbn", "")) or ""
    lock_isbn(isbn)
    return lock_title(command.record_id, and_isbn=isbn)


def _edited(book: Book, command: EditRecord) -> Book:
    """The book as the edit would have it. Raises InvalidInput for what does not fit."""
    edited(book, command.values)
    if (book.status == Book.Status.BORROWED) != (book.borrower_id is not None):
        message = _(
            "A book has a borrower exactly when its status is BORROWED: change both together, "
            "or use the tasks Borrow and Return."
        )
        raise InvalidInput.of("borrower", message)
    return book


def _correction(book: Book, wanted: Book) -> CorrectBook | None:
    changes = differences(book, wanted, DESCRIPTION)
    if changes.get("author_id", ...) is None:
        changes = {name: value for name, value in changes.items() if name != "author_id"} | {"author_name": ""}
    return CorrectBook(book_id=book.pk, **changes) if changes else None


def _task(book: Book, wanted: Book) -> type[Command[Any]]:
    """The task that makes of a book's status another. Raises NoSuchTask."""
    if task := TASKS.get((book.status, wanted.status)):
        return task
    raise no_such_task(book.get_status_display(), wanted.get_status_display(), INSTEAD[book.status], book_id=book.pk)


def _message(task: type[Command[Any]], book_id: UUID, wanted: Book) -> Command[Any]:
    return message_of(task, {"book_id": book_id, "user_id": wanted.borrower_id, "reason": reason()})


def _delete(title: Title) -> UUID:
    """Delete a book that was never lent. Raises StillReferenced, which says what to do in its place."""
    book_id: UUID = title.book.pk
    if last := last_copy_reserved(title) if title.book.status not in IN_USE else None:
        raise _not_deleted(book_id, last.message)  # deleted, it would be withdrawn past that rule
    try:
        _refuse_in_use(title.book)
        delete(title.book)
    except StillReferenced as refusal:
        instead = _("A book that was lent is not deleted: withdraw it, once it is here.")
        raise _not_deleted(book_id, f"{refusal.message} {instead}") from refusal
    return book_id


def _not_deleted(book_id: UUID, why: str) -> StillReferenced:
    withdraw = Remedy("WithdrawBook", {"book_id": book_id})
    return StillReferenced(why, see_also=[withdraw], book_id=book_id, task=withdraw.operation)


def _refuse_in_use(book: Book) -> None:
    if book.status == Book.Status.BORROWED:
        message = _("“{title}” is on loan, and nobody would know who has it. Return it first.")
        raise StillReferenced(message.format(title=book))
    if book.status == Book.Status.ON_HOLD:
        message = _("“{title}” waits on the hold shelf for somebody. Lend it, or cancel that reservation first.")
        raise StillReferenced(message.format(title=book))
