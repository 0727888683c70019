"""What a row of the desk says of a scan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    VerifyUser,
)
from circulation.commands.return_book import BookReturned
from circulation.models import LibraryUser
from circulation.queries import GetBookFile
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Context
from library_site.cqrs.barcodes import is_barcode_like
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_named, operation_of
from library_site.cqrs.texts import long_date, sentences
from library_site.html.links import Link, task_link

from .scans import Scan

State = Literal["done", "look", "refused", "known", "choose", "person", "person blocked"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: `does` are its arguments, as a query string; if it `asks_why`, a reason is to be typed beside it."""

    label: str
    does: str
    asks_why: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """What came of a scan. `looks` is what nobody may overlook."""

    key: str = ""
    state: State
    title: str
    author: str = ""
    barcode: str = ""
    said: str
    looks: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def choice(label: str, *, asks_why: bool = False, **does: Any) -> Choice:
    """A button that does a `task` with these arguments, or means a `person` or a `book`."""
    said = {name: ",".join(value) if isinstance(value, list | tuple) else str(value) for name, value in does.items()}
    return Choice(label=label, does=urlencode(said), asks_why=asks_why)


def task_choice(context: Context, label: str, task: str, **arguments: Any) -> list[Choice]:
    """A button for a task; none for who may not carry it out."""
    operation = operation_named(task)
    may = operation is not None and context.actor.may(operation.permission)
    return [choice(label, task=task, **arguments)] if may else []


def book_row(state: State, book: FoundBook, said: str, **more: Any) -> Row:
    """A row about a book."""
    return Row(state=state, title=book.title, author=book.author_name, barcode=book.barcode, said=said, **more)


def unread(typed: str, problem: str) -> Row:
    """Nobody and nothing can be made of it."""
    return Row(state="refused", title=typed or _("Not done"), said=problem)


def person_row(person: FoundUser, context: Context) -> Row:
    """Somebody has come to the desk."""
    choices: list[Choice] = []
    state: State = "person"
    said = _("Now scan the books.")
    if person.status == LibraryUser.Status.SUSPENDED:
        state = "person blocked"
        said = sentences(_("Suspended: may bring books back, but not borrow."), person.status_comment)
    elif person.status == LibraryUser.Status.NOT_VERIFIED:
        choices = task_choice(context, _("Verify: I have seen who it is"), "VerifyUser", user_id=person.id)
    row = Row(state=state, title=person.name, author=person.email, barcode=person.barcode, said=said)
    return replace(row, choices=choices)


def to_choose(scan: Scan, people: Sequence[FoundUser], books: Sequence[FoundBook]) -> Row:
    """Several may be meant, or one that is not certain."""
    is_alone = len(people) + len(books) == 1
    said = _("Is it this one?") if is_alone else _("More than one matches. Choose one, or type more letters.")
    return Row(state="choose", title=scan.typed, said=said, choices=choices_of(scan, people, books))


def choices_of(scan: Scan, people: Iterable[FoundUser], books: Iterable[FoundBook]) -> list[Choice]:
    """A button for each, with what tells one from the other. It lends or takes back as the desk did at the scan."""
    return [
        *(choice(f"{person.name} · {person.email} · {person.barcode}", person=person.id) for person in people),
        *(choice(_described(book), book=book.id, mode=scan.mode) for book in books),
    ]


def _described(book: FoundBook) -> str:
    return f"{book.title} · {book.author_name} · {book.barcode} · {whereabouts(book)}"


def whereabouts(book: FoundBook) -> str:
    """Its status, and who has it."""
    status = str(Book.Status(book.status).label)
    return f"{status}: {book.borrower_name}" if book.borrower_name else status


def without_a_person(book: FoundBook, scan: Scan, context: Context) -> Row:
    """A book at a desk that lends, before anybody's card. What was scanned is in somebody's hand, and not missing."""
    by_status = {
        Book.Status.BORROWED: [(_("Take it back"), "ReturnBook"), (_("Renew"), "RenewLoan")],
        Book.Status.MISSING: [(_("Report it found"), "ReportFoundBook")],
    }
    tasks = by_status.get(Book.Status(book.status), [])
    choices = [each for label, task in tasks for each in task_choice(context, label, task, book_id=book.id)]
    messages: list[type[Message[Any]]] = [GetBookFile]
    if book.status == Book.Status.WITHDRAWN:
        messages.append(RestoreBook)
    elif book.status != Book.Status.MISSING and not is_barcode_like(scan.typed):
        messages.append(ReportMissingBook)
    links = [task_link(operation_of(message), context, book_id=book.id) for message in messages]
    said = _("{whereabouts}. To lend it, scan a library card first.").format(whereabouts=whereabouts(book))
    return book_row("known", book, said, choices=choices, links=[link for link in links if link])


def done(message: Message[Any], result: Any, book: FoundBook | None, context: Context) -> Row:
    """What was carried out."""
    if isinstance(message, VerifyUser):
        return Row(state="done", title=_("Verified"), said=_("May borrow more books now."))
    if book is None:
        return Row(state="done", title=_("A book"), said=_("Done."))
    return book_row("done", book, sentences(*_done(message, result, book)))


def _done(message: Message[Any], result: Any, book: FoundBook) -> list[str]:
    match message:
        case BorrowBook():
            found = message.report_found and book.status == Book.Status.MISSING
            return [_("Found.") if found else "", _("Lent until {day}.").format(day=long_date(result.due_on))]
        case RenewLoan():
            return [_("Renewed until {day}.").format(day=long_date(result.due_on)), book.borrower_name or ""]
        case PlaceReservation():
            place = _("Reserved: place {position} in the queue.").format(position=result.position)
            return [_("Reserved.") if result.waiting_book_id else place]
        case ReportFoundBook():
            return [_("Found."), _freed(result.reinstated_user_id)]
        case ReturnBook():
            return [_came_back(result, book), _overdue(book), _freed(result.reinstated_user_id)]
    raise TypeError(f"The desk has no words for {type(message).__name__}.")


def _came_back(result: BookReturned, book: FoundBook) -> str:
    if result.was_missing:
        return _("It was missing, and is found.")
    if result.user_id is None:
        return _("It was not on loan.")
    return _("Back from {name}.").format(name=book.borrower_name or _("its borrower"))


def _overdue(book: FoundBook) -> str:
    days = (timezone.localdate() - book.due_on).days if book.due_on else 0
    said = ngettext("It was {days} day overdue.", "It was {days} days overdue.", days)
    return said.format(days=days) if days > 0 else ""


def _freed(user_id: UUID | None) -> str:
    return _("Its borrower is no longer suspended.") if user_id else ""
