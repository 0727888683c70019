"""One scan at the desk, carried out."""

from dataclasses import replace
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from catalog.models import Book
from catalog.policies import looks_like_isbn
from catalog.queries.search_books import FoundBook
from circulation.commands import (
    BorrowBook,
    PlaceReservation,
    ReportFoundBook,
    RestoreBook,
    ReturnBook,
    UndoLoan,
    UndoReturn,
)
from circulation.commands.return_book import BookReturned
from circulation.models.users import begins_a_card
from circulation.queries import GetBookHistory, GetUserFile
from circulation.queries.search_users import FoundUser
from circulation.views.shelving import Shelving
from library_site.cqrs import Context, DomainError, Overtaken, Page, Query, dispatch
from library_site.cqrs.arguments import UnknownArgument, message_from
from library_site.cqrs.barcodes import looks_scanned
from library_site.cqrs.keys import command_of_key
from library_site.cqrs.messages import Message
from library_site.cqrs.operations import operation_named, operation_of
from library_site.cqrs.texts import sentences
from library_site.html.links import Link, task_url
from library_site.html.views import look_up

from .refusals import DIRECT, refused
from .rows import (
    Row,
    choose_row,
    done_row,
    known_book_row,
    nobody_row,
    person_row,
    problem_row,
    task_choice,
    with_old_label,
)
from .scans import MODES, RETURN, Reading, Scan, book_with, person_with, read_code, read_on

T = TypeVar("T")


class Outcome(NamedTuple):
    """The row of a scan, and to whom the desk lends from now on."""

    row: Row
    user_id: UUID | None


class ScanHandler(Shelving):
    """Carries out what a scan means. What the library refuses, and what nobody can make out, is said in the row.

    What may have been a card and cannot be read, or letters that may mean several people, leave nobody at the desk:
    the books that are scanned next are not lent to whoever was there before.
    """

    def __init__(self, scan: Scan, context: Context) -> None:
        self.scan, self.context = scan, context

    def look_up(self, query: Query[Page[T]]) -> list[T]:
        return look_up(query, self.context)

    def handle(self) -> Outcome:
        if self.scan.button:
            return self._press(dict(self.scan.button))
        code = read_code(self.scan, self.context)
        is_isbn = looks_like_isbn(self.scan.typed) and not code.is_found
        if is_isbn and (before := command_of_key(self.context)) is not None:
            return self._for_same_person(self._carry_out(before))
        return self._act_as_read(read_on(self.scan, self.context, code))

    def _act_as_read(self, meant: Reading) -> Outcome:
        if meant.problem:
            return self._problem(meant.problem, is_card=meant.is_card)
        if meant.only is not None and self._is_certain(meant):
            outcome = self._act_on(meant.only)
            return outcome._replace(row=with_old_label(outcome.row, self.scan.typed)) if meant.is_exact else outcome
        row = choose_row(self.scan, meant.people, meant.books)
        is_open = meant.people or (looks_scanned(self.scan.typed) and self._may_be_a_card())
        return Outcome(row, None if is_open else self.scan.user_id)

    def _is_certain(self, meant: Reading) -> bool:
        """Whether to act on it at once: not on a book that letters have found, which may have meant a person.

        Nor on anybody whom a number finds that is not on a card: it may be a part of an e-mail address.
        """
        if meant.is_exact or looks_scanned(self.scan.typed):
            return meant.is_exact
        acts = self.scan.mode == RETURN or self.scan.user_id is not None
        return isinstance(meant.only, FoundUser) or not acts

    def _for_same_person(self, row: Row) -> Outcome:
        """The desk goes on lending to whom it lent before, if to anybody."""
        return Outcome(row, self.scan.user_id)

    def _problem(self, problem: str, *, is_card: bool = False) -> Outcome:
        if self.scan.user_id is None or not (is_card or self._may_be_a_card()):
            return self._for_same_person(problem_row(self.scan.typed, problem))
        before = person_with(self.scan.user_id, self.context)
        return Outcome(nobody_row(self.scan.typed, problem, before), None)

    def _may_be_a_card(self) -> bool:
        """Whether what nothing has may have been a card. What a book has may be so too where cards begin like that."""
        begins = self.scan.begins_as_a_book
        return begins_a_card(begins) if begins else self.scan.may_be_a_card

    def _press(self, button: dict[str, str]) -> Outcome:
        """A button means a `person`, or a `book` to lend or take back (`mode`), or it is a `task`."""
        if "task" in button:
            return self._for_same_person(self._run_task(button))
        if button.get("mode") in MODES:
            self.scan = self.scan._replace(mode=button["mode"])
        try:
            if "person" in button:
                meant: FoundUser | FoundBook | None = person_with(UUID(button["person"]), self.context)
            else:
                meant = book_with(UUID(button.get("book", "")), self.context)
        except ValueError:
            meant = None
        return self._act_on(meant) if meant else self._problem(_("What was chosen is no longer there. Scan it again."))

    def _act_on(self, meant: FoundUser | FoundBook) -> Outcome:
        if isinstance(meant, FoundUser):
            return self._welcome(meant)
        if self.scan.mode == RETURN:
            return self._for_same_person(self._carry_out(ReturnBook(book_id=meant.id), meant))
        if self.scan.user_id is None:
            row = known_book_row(meant, self.scan, self.context)
            lost = self.loss_of(meant.id) if meant.status == Book.Status.WITHDRAWN else ""
            return self._for_same_person(replace(row, text=sentences(row.text, lost)))
        command = BorrowBook(book_id=meant.id, user_id=self.scan.user_id)
        return self._for_same_person(self._carry_out(command, meant))

    def _welcome(self, person: FoundUser) -> Outcome:
        if self.scan.mode != RETURN:
            return Outcome(person_row(person, self.context), person.id)
        lend = Link(_("Lend to {name}").format(name=person.name), task_url("desk", user_id=person.id))
        row = problem_row(person.name, _("This is a library card, and the desk is set to return books."))
        links = [lend] if self.context.actor.may(operation_of(BorrowBook).permission) else []
        return self._for_same_person(replace(row, barcode=person.barcode, links=links))

    def _run_task(self, button: dict[str, str]) -> Row:
        """The task, and lending thereafter, if the button says so: each is a command with a key of its own."""
        names = [name for name in ("then_book_id", "then_user_id") if name in button]
        then = {name.removeprefix("then_"): button.pop(name) for name in names}
        if button.get("override"):
            button["override_reason"] = "" if looks_scanned(self.scan.why) else self.scan.why
        try:
            first = self._message(button.pop("task"), button)
            lend = self._message("BorrowBook", then) if then else None
        except (UnknownArgument, DomainError):
            return problem_row("", _("This button is no longer good. Scan again."))
        row = self._carry_out(first)
        if lend is None or row.state == "refused":
            return row
        self.context = replace(self.context, idempotency_key=f"{self.context.idempotency_key}-then")
        return _in_one_row(row, self._carry_out(lend))

    def _message(self, name: str, arguments: dict[str, str]) -> Message[Any]:
        """Raises UnknownArgument or DomainError for what no button of ours says."""
        operation = operation_named(name)
        if operation is None or name not in DIRECT:
            raise UnknownArgument(name)
        return message_from(operation, arguments)

    def _carry_out(self, message: Message[Any], book: FoundBook | None = None) -> Row:
        """Dispatch the command, and say what came of it. Raises Overtaken, when nothing came of it yet."""
        book_id = getattr(message, "book_id", None)
        book = book or (book_with(book_id, self.context) if book_id else None)
        may_hit_others = getattr(message, "override", ()) or isinstance(message, UndoReturn)
        before = self.waiting_reservations(book_id) if may_hit_others and book_id else []
        try:
            result = dispatch(message, self.context)
        except Overtaken:
            raise
        except DomainError as problem:
            return refused(problem, message, book, self.context)
        row = done_row(message, result, self._with_former_borrower(message, book, result), self.context)
        if isinstance(result, BookReturned):
            row = self._with_queue_and_loss(row, result)
        warnings = [*self._warnings(message, result), *self.effects_on_waiting(before, book_id)] if book_id else []
        return replace(row, state="look", warnings=warnings, links=self._hold_slips(book_id)) if warnings else row

    def _with_queue_and_loss(self, row: Row, result: BookReturned) -> Row:
        """The row of a book that has come back, with who was passed over; and, of one withdrawn, whose loss it was."""
        is_late = result.book_status == Book.Status.WITHDRAWN
        lost = self.loss_of(result.book_id, result.lost_by_user_id) if is_late else ""
        restore = task_choice(self.context, _("Restore it"), "RestoreBook", book_id=result.book_id) if is_late else []
        return replace(
            row, text=sentences(row.text, lost, self.passed_over(result.passed_over_user_ids)), choices=restore
        )

    def _with_former_borrower(self, message: Message[Any], book: FoundBook | None, result: Any) -> FoundBook | None:
        """The book with who had it, and until when, which it no longer tells when an answer comes again."""
        user_id = getattr(result, "user_id", None)
        if book is None or isinstance(message, BorrowBook | UndoLoan) or user_id in {None, book.borrower_id}:
            return book
        if isinstance(message, UndoReturn):  # who has it again
            return replace(book, borrower_name=self.name_of(user_id))
        loans = (loan for loan in self.look_up(GetBookHistory(book_id=book.id)) if loan.user_id == user_id)
        name, due_on = next(((loan.user_name, loan.due_on) for loan in loans), (None, None))
        return replace(book, borrower_name=name, due_on=due_on)

    def _warnings(self, message: Message[Any], result: Any) -> list[str]:
        """What nobody may overlook about a book that is in somebody's hand."""
        if isinstance(message, ReportFoundBook | RestoreBook):
            return self.hold_shelf_now(message.book_id)
        if isinstance(message, PlaceReservation) and result.waiting_book_id:
            return self.fetch_from_shelf(result.waiting_book_id, self.name_of(result.user_id))
        if isinstance(message, UndoLoan):
            return self.hold_shelf(result.reserved_for_user_id, result.held_until)
        return self.put_returned(result) if isinstance(message, ReturnBook) else []

    def _hold_slips(self, book_id: UUID | None) -> list[Link]:
        if book_id is None or not self.context.actor.may(operation_of(GetUserFile).permission):
            return []
        on_hold = [book for book in self.file_of(book_id) if book.reservation_id]
        return [Link(_("Hold slip"), task_url("hold_slip", book_id=book.id) + "#print") for book in on_hold]


def _in_one_row(first: Row, then: Row) -> Row:
    """What came of two commands; where to put the book counts for as long as it is not lent."""
    row = replace(then, text=sentences(first.text, then.text))
    if then.state != "refused":
        return row
    return replace(row, warnings=first.warnings, links=list(dict.fromkeys([*first.links, *then.links])))
