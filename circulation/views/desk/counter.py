"""One scan at the desk, carried out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Book
from catalog.queries.search_books import FoundBook
from circulation.commands import BorrowBook, RenewLoan, ReportFoundBook, ReturnBook, VerifyUser
from circulation.models import LibraryUser
from circulation.queries import GetBookFile, GetUserFile
from circulation.queries.search_users import FoundUser
from library_site.cqrs import Context, DomainError, NotAllowed, dispatch
from library_site.cqrs.arguments import UnknownArgument, message_from
from library_site.cqrs.identifiers import is_barcode_like
from library_site.cqrs.journal import command_carried_out
from library_site.cqrs.links import Link, task_url
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_named

from .reading import RETURN, Scan, book_with, person_with, read
from .telling import (
    DIRECT,
    Row,
    book_row,
    choice,
    found,
    lent,
    person_row,
    refused,
    renewed,
    returned,
    to_choose,
    without_a_person,
    written,
)

TELL: dict[type[Message[Any]], Callable[[Any, Any, FoundBook], Row]] = {
    BorrowBook: lent,
    RenewLoan: renewed,
    ReportFoundBook: found,
    ReturnBook: returned,
}


class Outcome(NamedTuple):
    """The row of a scan, and to whom the desk lends from now on."""

    row: Row
    user_id: UUID | None


def carry_out(scan: Scan, context: Context) -> Outcome:
    """Do what a scan means. What the library refuses, and what nobody can make out, is said in the row.

    A card that cannot be read, or letters that may mean several people, leave nobody at the desk: the books that are
    scanned next are not lent to whoever was there before.
    """
    try:
        return _Counter(scan, context).outcome()
    except NotAllowed as refusal:
        return Outcome(Row(state="refused", title=scan.typed or _("Not done"), said=refusal.message), None)


class _Counter:
    def __init__(self, scan: Scan, context: Context) -> None:
        self.scan, self.context = scan, context

    def outcome(self) -> Outcome:
        if self.scan.chosen is not None:
            return self._chosen(dict(self.scan.chosen))
        if not is_barcode_like(self.scan.typed) and (before := command_carried_out(self.context)) is not None:
            return self._stay(self._do(before))
        meant = read(self.scan, self.context)
        if meant.problem:
            return self._unread(meant.problem)
        if meant.only is None:
            row = to_choose(self.scan.typed, meant.people, meant.books)
            return Outcome(row, None if meant.people else self.scan.user_id)
        return self._meant(meant.only)

    def _stay(self, row: Row) -> Outcome:
        return Outcome(row, self.scan.user_id)

    def _unread(self, problem: str) -> Outcome:
        row = Row(state="refused", title=self.scan.typed, said=problem)
        return Outcome(row, None if self.scan.is_for_a_card else self.scan.user_id)

    def _chosen(self, does: dict[str, str]) -> Outcome:
        """What the button does. Raises DomainError for arguments that are none of ours."""
        if "person" in does:
            person = person_with(_id(does["person"]), self.context)
            return self._meant(person) if person else self._unread(_("The library does not know this person any more."))
        if "book" in does:
            book = book_with(_id(does["book"]), self.context)
            return self._meant(book) if book else self._unread(_("The library does not have this book any more."))
        return self._stay(self._task(does))

    def _meant(self, meant: FoundUser | FoundBook) -> Outcome:
        if isinstance(meant, FoundUser):
            return self._person(meant)
        if self.scan.mode == RETURN:
            return self._stay(self._do(ReturnBook(book_id=meant.id), meant))
        if self.scan.user_id is None:
            return self._stay(without_a_person(meant))
        return self._stay(self._do(BorrowBook(book_id=meant.id, user_id=self.scan.user_id), meant))

    def _person(self, person: FoundUser) -> Outcome:
        if self.scan.mode != RETURN:
            return Outcome(person_row(person), person.id)
        lend = Link(_("Lend to {name}").format(name=person.name), f"{task_url('desk')}?user_id={person.id}")
        said = _("This is a library card, and the desk takes books back.")
        row = Row(state="refused", title=person.name, author=person.email, barcode=person.barcode, said=said, links=[lend])
        return self._stay(row)

    def _task(self, does: dict[str, str]) -> Row:
        operation = operation_named(does.pop("task", ""))
        then = {name: does.pop(name, "") for name in ("then_book", "then_user")}
        if operation is None or operation.name not in DIRECT:
            return Row(state="refused", title=_("Not done"), said=_("This button is none of ours. Scan again."))
        if does.get("override"):
            does["override_reason"] = self.scan.why
        row = self._do(_message(operation, does))
        if not then["then_book"] or row.state == "refused":
            return row
        lend = BorrowBook(book_id=_id(then["then_book"]), user_id=_id(then["then_user"]))
        key = self.context.idempotency_key
        after = self._do(lend, context=replace(self.context, idempotency_key=key and f"{key}-then"))
        return replace(after, said=f"{row.said} {after.said}", looks=[] if after.state == "done" else row.looks)

    def _do(self, message: Message[Any], book: FoundBook | None = None, context: Context | None = None) -> Row:
        """Dispatch the command, and say what came of it."""
        context = context or self.context
        book_id, user_id = getattr(message, "book_id", None), getattr(message, "user_id", None)
        book = book or (book_with(book_id, context) if book_id else None)
        try:
            result = dispatch(message, context)
        except DomainError as problem:
            person = person_with(user_id, context) if user_id else None
            return refused(problem, message, book, person, context)
        if isinstance(message, VerifyUser):
            person = person_with(message.user_id, context)
            return Row(state="done", title=person.name if person else "", said=_("Verified."))
        if book is None:
            raise TypeError("A book that was found is there.")
        return self._with_looks(TELL[type(message)](message, result, book), message, result, book)

    def _with_looks(self, row: Row, message: Message[Any], result: Any, book: FoundBook) -> Row:
        """What nobody may overlook about a book that is in somebody's hand, and what may be done with it."""
        if isinstance(message, BorrowBook | RenewLoan):
            return row
        for held in dispatch(GetBookFile(book_id=book.id), self.context).rows:
            if held.status == Book.Status.WITHDRAWN:
                return replace(row, state="look", looks=[_("Withdrawn: not to its shelf.")])
            if held.status == Book.Status.ON_HOLD and held.reserved_for_user_id and held.held_until:
                slip = Link(_("Hold slip"), f"{task_url('hold_slip')}?book_id={book.id}")
                return replace(row, state="look", looks=[self._hold(held.reserved_for_user_id, held.held_until)], links=[slip])
        return row

    def _hold(self, user_id: UUID, until: Any) -> str:
        names = {"name": _("somebody"), "day": written(until)}
        for person in dispatch(GetUserFile(user_id=user_id), self.context).rows:
            names["name"] = person.name
            if person.status == LibraryUser.Status.SUSPENDED:
                return _("Hold shelf: for {name} (suspended), until {day}").format(**names)
        return _("Hold shelf: for {name}, until {day}").format(**names)
