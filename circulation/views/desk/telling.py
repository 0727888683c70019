"""What a row of the desk says of a scan: what came of it, and what helps, by a key."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Book
from catalog.queries.search_books import FoundBook
from circulation.commands import BorrowBook, RenewLoan, ReportFoundBook, ReturnBook, VerifyUser
from circulation.commands.borrow_book import BookBorrowed
from circulation.commands.renew_loan import LoanRenewed
from circulation.commands.report_found_book import BookReportedFound
from circulation.commands.return_book import BookReturned
from circulation.models import LibraryUser
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Context, DomainError, InvalidInput, Remedy
from library_site.cqrs.links import Link, remedy_link, task_url
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_named
from library_site.cqrs.overrides import override_permission

State = Literal["done", "look", "refused", "choose", "person"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A button: `does` are its arguments, as a query string; with `asks_why`, a reason is to be typed beside it."""

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


def book_row(state: State, book: FoundBook, said: str, **more: Any) -> Row:
    """A row about a book."""
    return Row(state=state, title=book.title, author=book.author_name, barcode=book.barcode, said=said, **more)


def written(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def person_row(person: FoundUser) -> Row:
    """Somebody has come to the desk."""
    is_suspended = person.status == LibraryUser.Status.SUSPENDED
    said = _("Is suspended: see above.") if is_suspended else _("Now scan the books.")
    return Row(state="person", title=person.name, author=person.email, barcode=person.barcode, said=said)


def to_choose(typed: str, people: Iterable[FoundUser], books: Iterable[FoundBook]) -> Row:
    """Several may be meant."""
    choices = [choice(f"{person.name} · {person.email}", person=person.id) for person in people]
    choices += [choice(f"{book.title} · {book.author_name} · {book.barcode} · {_whereabouts(book)}", book=book.id) for book in books]
    return Row(state="choose", title=typed, said=_("More than one matches. Choose one, or type more letters."), choices=choices)


def _whereabouts(book: FoundBook) -> str:
    status = str(Book.Status(book.status).label)
    return f"{status}: {book.borrower_name}" if book.borrower_name else status


def without_a_person(book: FoundBook) -> Row:
    """A book at a desk that lends, before anybody's card."""
    choices = [choice(_("Lend it to the person whose card was scanned"), book=book.id)]
    if book.status == Book.Status.BORROWED:
        choices = [choice(_("Take it back"), task="ReturnBook", book_id=book.id), choice(_("Renew"), task="RenewLoan", book_id=book.id)]
    elif book.status == Book.Status.MISSING:
        choices = [choice(_("Report it found"), task="ReportFoundBook", book_id=book.id), *choices]
    said = _("{whereabouts}. To lend it, scan a library card first.").format(whereabouts=_whereabouts(book))
    return book_row("refused", book, said, choices=choices, links=[_file(book)])


def _file(book: FoundBook) -> Link:
    return Link(_("Everything about it"), task_url("get_book_file", book_id=book.id))


# What was carried out


def lent(command: BorrowBook, result: BookBorrowed, book: FoundBook) -> Row:
    day = written(result.due_on)
    if command.report_found and book.status == Book.Status.MISSING:
        return book_row("done", book, _("Found, and lent until {day}.").format(day=day))
    return book_row("done", book, _("Lent until {day}.").format(day=day))


def renewed(command: RenewLoan, result: LoanRenewed, book: FoundBook) -> Row:
    said = _("Renewed for {name}, until {day}.").format(name=book.borrower_name or "…", day=written(result.due_on))
    return book_row("done", book, said)


def returned(command: ReturnBook, result: BookReturned, book: FoundBook) -> Row:
    return book_row("done", book, f"{_came_back(result, book)}{_freed(result.reinstated_user_id)}")


def _came_back(result: BookReturned, book: FoundBook) -> str:
    if result.was_missing:
        return _("It was missing, and is found.")
    if result.user_id is None:
        return _("It was not on loan.")
    days = (timezone.localdate() - book.due_on).days if book.due_on else 0
    said = _("Back from {name}.").format(name=book.borrower_name or "…")
    if days <= 0:
        return said
    late = ngettext("It was {days} day overdue.", "It was {days} days overdue.", days)
    return f"{said} {late.format(days=days)}"


def found(command: ReportFoundBook, result: BookReportedFound, book: FoundBook) -> Row:
    return book_row("done", book, f"{_('Found.')}{_freed(result.reinstated_user_id)}")


def _freed(user_id: UUID | None) -> str:
    return " " + _("Whoever had lost it is no longer suspended.") if user_id else ""


# What was refused, and what helps

DIRECT = {"BorrowBook", "RenewLoan", "ReportFoundBook", "ReturnBook", "VerifyUser"}
"""What the desk does at once, by a button in the row."""


def refused(
    problem: DomainError, message: Message[Any], book: FoundBook | None, person: FoundUser | None, context: Context
) -> Row:
    """What the library refused of a book, to a person; all that stands in the way, and what helps."""
    said = " ".join(_words(each, message, context) for each in problem.problems)
    helps = [remedy for each in problem.problems for remedy in _remedies(each, message, person)]
    choices = [
        *(made for remedy in helps for made in _choices(remedy, message)),
        *_overriding(problem.problems, message),
    ]
    links = [remedy_link(remedy, context) for remedy in helps if remedy.operation not in DIRECT]
    known = dict.fromkeys(link for link in links if link)
    if book is None:
        return Row(state="refused", title=_("Not done"), said=said, choices=choices, links=list(known))
    return book_row("refused", book, said, choices=choices, links=list(known))


def _words(problem: DomainError, message: Message[Any], context: Context) -> str:
    if isinstance(problem, InvalidInput):
        return " ".join(error.detail for error in problem.errors)
    operation = operation_named(type(message).__name__)
    overridable = {refusal.code for refusal in operation.overridable} if operation else set()
    if problem.code in overridable and not context.actor.may(override_permission(problem.code)):
        return f"{problem.message} {_('A supervisor may override this.')}"
    return problem.message


def _overriding(problems: list[DomainError], message: Message[Any]) -> list[Choice]:
    """One button that overrides all that stands in the way, if that is possible."""
    codes = [code for each in problems for code in _override(each)]
    if not codes or not all(_override(each) or isinstance(each, InvalidInput) for each in problems):
        return []
    said = {name: getattr(message, name) for name in ("book_id", "user_id") if hasattr(message, name)}
    override = list(dict.fromkeys(codes))
    return [choice(_("Do it in spite of this"), asks_why=True, task=type(message).__name__, **said, override=override)]


def _override(problem: DomainError) -> list[str]:
    return list(problem.remedy.arguments.get("override", ())) if problem.remedy else []


def _remedies(problem: DomainError, message: Message[Any], person: FoundUser | None) -> list[Remedy]:
    """What helps, the best first, but for overriding."""
    helps = [problem.remedy] if problem.remedy and not _override(problem) else []
    if not isinstance(message, BorrowBook):
        return helps
    about = {"user_id": message.user_id}
    is_new = person is not None and person.status == LibraryUser.Status.NOT_VERIFIED
    also = {
        "user_suspended": [Remedy("ReinstateUser", about), Remedy("GetUserFile", about)],
        "loan_limit_reached": [*([Remedy("VerifyUser", about)] if is_new else []), Remedy("GetUserFile", about)],
        "overdue_limit_reached": [Remedy("GetUserFile", about)],
        "book_not_available": [Remedy("PlaceReservation", about | {"book_id": message.book_id})],
        "book_reserved": [Remedy("GetReservationQueue", {"book_id": message.book_id})],
    }
    return helps + also.get(problem.code, [])


def _choices(remedy: Remedy, message: Message[Any]) -> list[Choice]:
    """The buttons for a remedy; what only clears the way for lending has one that lends thereafter."""
    if remedy.operation not in DIRECT:
        return []
    label = _label(remedy)
    if not isinstance(message, BorrowBook) or remedy.operation in {"BorrowBook", "RenewLoan"}:
        return [choice(label, task=remedy.operation, **remedy.arguments)]
    then_lend = choice(
        _("{what}, and lend it").format(what=label),
        task=remedy.operation,
        **remedy.arguments,
        then_book=message.book_id,
        then_user=message.user_id,
    )
    if remedy.operation == "VerifyUser":
        return [then_lend]
    return [then_lend, choice(_("{what} only").format(what=label), task=remedy.operation, **remedy.arguments)]


def _label(remedy: Remedy) -> str:
    if remedy.operation == "BorrowBook":
        return _("Found: lend it") if remedy.arguments.get("report_found") else _("Try again")
    return {
        "RenewLoan": _("Renew"),
        "ReportFoundBook": _("Report it found"),
        "ReturnBook": _("Take it back"),
        "VerifyUser": _("Verify the person"),
    }[remedy.operation]
