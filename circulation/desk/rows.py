"""What a row of the desk says of a scan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from catalog.models import Book
from catalog.queries.search_books import FoundBook
from circulation.commands import (
    BorrowBook,
    PlaceReservation,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    UndoLoan,
    UndoRenewal,
    UndoReturn,
    VerifyUser,
)
from circulation.commands.return_book import BookReturned
from circulation.domain.words import overdue_days, status_label, was_overdue
from circulation.models import LibraryUser
from circulation.queries import GetBookFile
from circulation.queries.search_users import FoundUser
from circulation.views.shelving import no_longer_suspended
from circulation.views.undoing import on_loan_again
from library_site.cqrs import Context
from library_site.cqrs.barcodes import barcode_key
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_named, operation_of
from library_site.cqrs.texts import long_date, sentences
from library_site.html.links import Link, task_link

from .scans import Scan

State = Literal["done", "look", "refused", "known", "choose", "person", "person blocked"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: its `arguments` are a query string; if it `asks_why`, a reason is to be typed beside it.

    One that `goes_on` brings back who was there before; the script then scans once more what was scanned since.
    """

    label: str
    arguments: str
    asks_why: bool = False
    goes_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of a scan, in a `text`. `warnings` are what nobody may overlook; `notes` what is known of the book.

    What `undoes` it has a key of its own: the digits stay with the row that needs help.
    """

    key: str = ""
    state: State
    title: str
    author: str = ""
    barcode: str = ""
    text: str
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    undoes: Choice | None = None


def choice(label: str, *, asks_why: bool = False, **arguments: Any) -> Choice:
    """A button that does a `task` with these arguments, or means a `person` or a `book`."""
    texts = {
        name: ",".join(value) if isinstance(value, list | tuple) else str(value) for name, value in arguments.items()
    }
    return Choice(label=label, arguments=urlencode(texts), asks_why=asks_why)


def task_choice(context: Context, label: str, task: str, **arguments: Any) -> list[Choice]:
    """A button for a task; none for who may not carry it out."""
    operation = operation_named(task)
    may = operation is not None and context.actor.may(operation.permission)
    return [choice(label, task=task, **arguments)] if may else []


def book_row(state: State, book: FoundBook, text: str, **more: Any) -> Row:
    """A row about a book, with its condition: what is in it, or torn, is seen to while it is in somebody's hand."""
    notes = [book.condition] if book.condition else []
    by = book.author_name
    return Row(state=state, title=book.title, author=by, barcode=book.barcode, text=text, notes=notes, **more)


def with_old_label(row: Row, typed: str) -> Row:
    """The row, which says so if the barcode that was scanned is no longer the book's."""
    if not row.barcode or not barcode_key(typed) or barcode_key(row.barcode) == barcode_key(typed):
        return row
    note = _("The label {old} was replaced by {barcode}: take it off.").format(old=typed, barcode=row.barcode)
    return replace(row, notes=[*row.notes, note])


def said_once(text: str, title: str, instead: str) -> str:
    """A sentence without the title that its row has already: `instead` stands in its place."""
    quoted = _("“{title}”").format(title=title)
    said = text.replace(quoted, instead)
    return said[:1].upper() + said[1:] if text.startswith(quoted) else said


def problem_row(typed: str, problem: str) -> Row:
    """Nothing came of what was typed, if anything was."""
    text = said_once(problem, typed, pgettext("what was scanned", "this"))
    return Row(state="refused", title=typed or _("Not done"), text=text)


def nobody_row(typed: str, problem: str, before: FoundUser | None) -> Row:
    """What may have been a card could not be read: who was there before is there no more, until a key says so."""
    left = _("Nobody is at the desk now. What is scanned is looked up, and not lent.")
    on = (
        [replace(choice(_("Go on with {name}").format(name=before.name), person=before.id), goes_on=True)]
        if before
        else []
    )
    return replace(problem_row(typed, sentences(problem, left)), choices=on)


def person_row(person: FoundUser, context: Context) -> Row:
    """Somebody has come to the desk."""
    choices: list[Choice] = []
    state: State = "person"
    text = _("Now scan the books.")
    if person.status == LibraryUser.Status.SUSPENDED:
        state = "person blocked"
        text = sentences(_("Suspended: may bring books back, but not borrow."), person.status_comment)
    elif person.status == LibraryUser.Status.NOT_VERIFIED:
        choices = task_choice(context, _("Verify: I have seen who it is"), "VerifyUser", user_id=person.id)
    row = Row(state=state, title=person.name, author=told_apart(person), barcode=person.barcode, text=text)
    return replace(row, choices=choices)


def choose_row(scan: Scan, people: Sequence[FoundUser], books: Sequence[FoundBook]) -> Row:
    """Several may be meant, or one that is not certain."""
    is_alone = len(people) + len(books) == 1
    text = _("Is it this one?") if is_alone else _("More than one matches. Choose one, or type more letters.")
    return Row(state="choose", title=scan.typed, text=text, choices=choices_of(scan, people, books))


def choices_of(scan: Scan, people: Iterable[FoundUser], books: Iterable[FoundBook]) -> list[Choice]:
    """A button for each, with what tells one from the other. It lends or takes back as the desk did at the scan."""
    return [
        *(choice(_listed(person.name, told_apart(person), person.barcode), person=person.id) for person in people),
        *(choice(_description(book), book=book.id, mode=scan.mode) for book in books),
    ]


def _description(book: FoundBook) -> str:
    return _listed(book.title, book.author_name, book.barcode, _whereabouts(book))


def _listed(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def told_apart(person: FoundUser) -> str:
    """What tells somebody from others of the same name, beside the card: the day of birth, the e-mail address."""
    born = _("born {day}").format(day=long_date(person.birth_date)) if person.birth_date else ""
    return _listed(born, person.email)


def _whereabouts(book: FoundBook) -> str:
    """Its status, or that it is overdue, and who has it."""
    overdue = overdue_days(book.due_on, timezone.localdate())
    status = _("Overdue") if overdue else status_label(book.status)
    return f"{status}: {book.borrower_name}" if book.borrower_name else status


def known_book_row(book: FoundBook, scan: Scan, context: Context) -> Row:
    """A book at a desk that lends, before anybody's card. What was scanned is in somebody's hand, and not missing."""
    by_status = {
        Book.Status.BORROWED: [(_("Return it"), "ReturnBook"), (_("Renew"), "RenewLoan")],
        Book.Status.MISSING: [(_("Report it found"), "ReportFoundBook")],
        Book.Status.WITHDRAWN: [(_("Restore it"), "RestoreBook")],
    }
    tasks = by_status.get(Book.Status(book.status), [])
    choices = [each for label, task in tasks for each in task_choice(context, label, task, book_id=book.id)]
    messages: list[type[Message[Any]]] = [GetBookFile]
    if book.status not in {Book.Status.MISSING, Book.Status.WITHDRAWN} and barcode_key(scan.typed) != barcode_key(
        book.barcode
    ):
        messages.append(ReportMissingBook)
    links = [task_link(operation_of(message), context, book_id=book.id) for message in messages]
    text = _("{whereabouts}. To lend it, scan a library card first.").format(whereabouts=_whereabouts(book))
    return book_row("known", book, text, choices=choices, links=[link for link in links if link])


UNDONE_BY: dict[type[Message[Any]], str] = {
    BorrowBook: "UndoLoan",
    RenewLoan: "UndoRenewal",
    ReturnBook: "UndoReturn",
}


def _undoes(message: Message[Any], result: Any, context: Context) -> Choice | None:
    """The button that undoes what was just carried out."""
    task = UNDONE_BY.get(type(message))
    is_nothing = isinstance(message, ReturnBook) and (result.user_id is None or result.was_missing)
    choices = task_choice(context, _("Undo"), task, book_id=result.book_id) if task and not is_nothing else []
    return choices[0] if choices else None


def done_row(message: Message[Any], result: Any, book: FoundBook | None, context: Context) -> Row:
    """What was carried out."""
    if isinstance(message, VerifyUser):
        return Row(state="done", title=_("Verified"), text=_("May borrow more books now."))
    if book is None:
        return Row(state="done", title=_("A book"), text=_("Done."))
    undoes = _undoes(message, result, context)
    return book_row("done", book, sentences(*_outcome(message, result, book)), undoes=undoes)


def _outcome(message: Message[Any], result: Any, book: FoundBook) -> list[str]:
    match message:
        case BorrowBook():
            found = message.report_found and book.status == Book.Status.MISSING
            return [_("Found.") if found else "", _("Lent until {day}.").format(day=long_date(result.due_on))]
        case RenewLoan():
            return [_("Renewed until {day}.").format(day=long_date(result.due_on)), book.borrower_name or ""]
        case PlaceReservation():
            place = _("Reserved: place {position} in the queue.").format(position=result.position)
            return [_("Reserved.") if result.waiting_book_id else place]
        case ReportFoundBook() | RestoreBook():
            is_found = isinstance(message, ReportFoundBook)
            return [_("Found.") if is_found else _("In use again."), no_longer_suspended(result.reinstated_user_id)]
        case ReturnBook():
            overdue = was_overdue(book.due_on, timezone.localdate())
            return [_came_back(result, book), overdue, no_longer_suspended(result.reinstated_user_id)]
    return _undone(message, result, book)


def _undone(message: Message[Any], result: Any, book: FoundBook) -> list[str]:
    match message:
        case UndoLoan():
            return [_("The loan is undone."), "" if result.reservation_id else _("It is available.")]
        case UndoRenewal():
            return [_("The renewal is undone."), on_loan_again(book.borrower_name, result.due_on)]
        case UndoReturn():
            return [_("The return is undone."), on_loan_again(book.borrower_name, result.due_on)]
    raise TypeError(f"The desk has no words for {type(message).__name__}.")


def _came_back(result: BookReturned, book: FoundBook) -> str:
    if result.was_missing:
        return _("It was missing, and is found.")
    if result.user_id is None:
        return _("It was not on loan.")
    return _("Back from {name}.").format(name=book.borrower_name or _("its borrower"))
