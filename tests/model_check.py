"""The library and the model of it, side by side: the same commands are sent to both, and what they say is compared."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from catalog.models import Book, Code, author_name
from circulation.commands import (
    BorrowBook,
    CancelReservation,
    EndSuspensions,
    ReinstateUser,
    ReportFoundBook,
    RestoreBook,
    ReturnBook,
)
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.queries import GetJournal, GetReservationQueue
from circulation.states import MACHINES, NEW, QUEUED, WAITING
from library_site.cqrs import Actor, Context, DomainError, dispatch
from library_site.cqrs.models import JournalEntry
from tests import model_commands, model_queries
from tests.invariants import broken
from tests.model import UNKNOWN, Library, Policy


class Both:
    """The library in the database, and the model. `clerk` may override nothing; the other actor is the system."""

    def __init__(self, policy: Policy, clerk: Actor) -> None:
        self.clerk = clerk
        self.library = Library(policy, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
        self.is_sound = True
        self.numbers = count(1)
        self.journal: list[tuple[dict[str, Any], set[UUID]]] = []
        self.states: dict[tuple[str, UUID], str] = {}
        self.done: list[tuple[Any, Context, Any]] = []

    def context(self, *, as_clerk: bool = False) -> Context:
        actor = self.clerk if as_clerk else Actor.system("cli")
        key = f"{next(self.numbers)}"
        return Context(actor=actor, source="cli", now=self.library.now, idempotency_key=key)

    def do(self, command: Any, *, as_clerk: bool = False) -> None:
        """Send a command to the library and to the model."""
        self.is_sound = False
        self.library.now += timedelta(minutes=1)
        self.library.actor, self.library.may_override = ("clerk" if as_clerk else "system:cli"), not as_clerk
        context = self.context(as_clerk=as_clerk)
        foretold, before = model_commands.refusals(self.library, command), rows_of(self.library)
        answer, refused = sent(command, context)
        assert refused == foretold, (command, refused, foretold)
        if answer:
            expected = model_commands.answer(self.library, command, answer)
            assert comparable(asdict(answer)) == expected, (command, answer, expected)
            self.done.append((command, context, answer))
        changed = {row for row, what in rows_of(self.library).items() if before.get(row) != what}
        self.keep_journal(command, context, foretold, {*ids_in(command), *ids_in(answer), *changed})
        self.check(command)
        self.is_sound = True

    def retry(self, which: int) -> None:
        """A command with the key of its first time gives the answer of its first time, and changes nothing."""
        command, context, answer = self.done[which % len(self.done)]
        assert dispatch(command, context) == answer
        self.compare(stored())

    def keep_journal(self, command: Any, context: Context, refused: list[str], about: set[UUID]) -> None:
        entry = {
            "operation": type(command).__name__,
            "at": context.now,
            "actor": context.actor.id,
            "actor_name": self.library.actor,
            "outcome": "REFUSED" if refused else "CARRIED_OUT",
            "code": refused[0] if refused else "",
        }
        self.journal.append((entry, about))

    def check(self, command: Any) -> None:
        """What holds after every command, carried out or not."""
        assert not (rows := broken()), (command, rows)
        assert JournalEntry.objects.count() == len(self.journal)
        self.check_tables(command)
        newest = JournalEntry.objects.values("operation", "at", "actor", "outcome", "code").first()
        assert newest == {name: value for name, value in self.journal[-1][0].items() if name != "actor_name"}
        self.check_queries(command)

    def check_tables(self, command: Any) -> None:
        """They say what the model says, and what changed has moved as the machines let the command move it."""
        tables = stored()
        before, self.states = self.states, states(tables)
        for row, state in self.states.items():
            assert may_become(row[0], type(command).__name__, before.get(row, NEW), state), (command, row, before)
        self.compare(tables)

    def compare(self, tables: dict[str, Any]) -> None:
        for name, expected in foreseen(self.library).items():
            assert tables[name] == expected, (name, tables[name], expected)

    def check_queries(self, command: Any) -> None:
        """One of all that there is to ask of what the command is about, and of the library; the next time another."""
        asked = list(self.questions(command))
        self.ask(*asked[len(self.journal) % len(asked)])

    def questions(self, command: Any) -> Iterator[tuple[Any, list[Any]]]:
        library = self.library
        for subject in ("book_id", "user_id"):
            if asked := getattr(command, subject, None):
                yield GetJournal(**{subject: asked}), self.journal_about(asked)
        if copy := library.copies.get(getattr(command, "book_id", UNKNOWN)):
            yield from model_queries.about_book(library, copy)
        if person := library.people.get(getattr(command, "user_id", UNKNOWN)):
            yield from model_queries.about_person(library, person)
        yield from model_queries.lists(library)

    def journal_about(self, subject: UUID) -> list[dict[str, Any]]:
        return [entry for entry, subjects in reversed(self.journal) if subject in subjects]

    def ask(self, query: Any, expected: list[dict[str, Any]]) -> None:
        """Read all pages of a query, and compare."""
        page = dispatch(query, self.context())
        rows = page.rows
        while page.next:
            page = dispatch(replace(query, cursor=page.next), self.context())
            rows += page.rows
        if isinstance(query, GetReservationQueue):
            rows = in_order_of_the_queue(rows)
        fields = [{name: value(row, name) for name in wanted} for row, wanted in zip(rows, expected, strict=True)]
        assert fields == expected, (query, fields, expected)

    def ask_everything(self) -> None:
        for copy in self.library.copies.values():
            for question in model_queries.about_book(self.library, copy):
                self.ask(*question)
        for person in self.library.people.values():
            for question in model_queries.about_person(self.library, person):
                self.ask(*question)
        for question in model_queries.lists(self.library):
            self.ask(*question)

    def put_everything_back(self) -> None:
        """From wherever the library is, commands lead back: every book on its shelf, nobody suspended."""
        for user in LibraryUser.objects.all():
            if user.is_suspended_on(self.library.today):
                self.do(ReinstateUser(user_id=user.pk, reason="Welcome back"))
        while book := Book.objects.exclude(status=Book.Status.AVAILABLE).first():
            self.do(self.way_back(book))
        self.do(EndSuspensions())
        assert not LibraryUser.objects.filter(status=LibraryUser.Status.SUSPENDED).exists()
        assert not Reservation.objects.filter(status=Reservation.Status.OPEN).exists()

    def way_back(self, book: Book) -> Any:
        """What brings a book nearer to its shelf."""
        if book.reservation is None:
            return {"BORROWED": ReturnBook, "MISSING": ReportFoundBook, "WITHDRAWN": RestoreBook}[book.status](
                book_id=book.pk
            )
        lend = BorrowBook(
            book_id=book.pk,
            user_id=book.reservation.user_id,
            override=("loan_limit_reached", "overdue_limit_reached"),
            override_reason="Closing",
        )
        if model_commands.refusals(self.library, lend):
            return CancelReservation(reservation_id=book.reservation.pk)
        return lend


def in_order_of_the_queue(rows: list[Any]) -> list[Any]:
    """Those whose copy is on the hold shelf come first, in no order that matters."""
    positions = [row.position for row in rows]
    assert positions == sorted(positions)
    return sorted(rows, key=lambda row: (row.position, row.id))


def value(row: Any, name: str) -> Any:
    """A field of a row; of a status comment, the lines in no order."""
    said = getattr(row, name)
    return sorted(said.splitlines()) if name == "status_comment" else said


def sent(command: Any, context: Context) -> tuple[Any, list[str]]:
    """The answer to a command, or the codes of all that stands in its way."""
    try:
        return dispatch(command, context), []
    except DomainError as refusal:
        return None, [each.code for each in refusal.problems]


def ids_in(said: Any) -> Iterator[UUID]:
    """What a journal entry is about: the ids in a command or its answer."""
    for value in asdict(said).values() if said else ():
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, UUID))


def rows_of(library: Library) -> dict[UUID, Any]:
    """What each book and person is: whatever an entry changes of these, it is about."""
    losses = [
        (loan.user, loan.id, loan.suspends, loan.resolved_at) for loan in library.loans if loan.ending == "MISSING"
    ]
    people = {
        each.id: (each.verified, each.staff, [loss for loss in losses if loss[0] == each.id])
        for each in library.people.values()
    }
    return {
        each.id: (each.status, each.loan, each.due_on, each.renewals, each.wait, each.held_until)
        for each in library.copies.values()
    } | people


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer, without the order of its ids."""
    return {name: set(value) if isinstance(value, tuple) else value for name, value in answer.items()}


def states(tables: dict[str, Any]) -> dict[tuple[str, UUID], str]:
    """What each book, person and reservation is, as the machines have it."""
    held = {row[-2] for row in tables["books"].values()}
    found = {("book", pk): row[6] for pk, row in tables["books"].items()}
    found |= {("person", pk): status for pk, status in tables["statuses"].items()}
    for pk, (_, _, status, *_) in tables["reservations"].items():
        found["reservation", pk] = (WAITING if pk in held else QUEUED) if status == "OPEN" else status
    return found


def may_become(kind: str, command: str, before: str, after: str) -> bool:
    """Whether the moves that a command may make lead from one state to another."""
    machine = next(each for each in MACHINES if each.name == kind)
    moves = [move for move, commands in machine.moves.items() if command in commands]
    reached = {before}
    while further := {end for start, end in moves if start in reached} - reached:
        reached |= further
    return after in reached


def stored() -> dict[str, Any]:
    """What the tables say."""
    books = Book.objects.values_list(
        *("pk", "title", "isbn", author_name(), "barcode", "shelf_mark", "status", "borrower", "borrowed_at", "due_on"),
        *("renewals", "loan_id", "reservation", "held_until"),
    )
    people = list(LibraryUser.objects.values_list("pk", "name", "email", "barcode", "birth_date", "status"))
    reservations = Reservation.objects.values_list("pk", "user", "status", "placed_at", "ended_at")
    loans = PastLoan.objects.order_by("ended_at").values_list(
        "pk", "book", "borrower", "borrowed_at", "due_on", "renewals", "ended_at", "ending", "resolved_at"
    )
    return {
        "books": {row[0]: row for row in books},
        "people": {row[0]: row[:-1] for row in people},
        "statuses": {row[0]: row[-1] for row in people},
        "reservations": {row[0]: row for row in reservations},
        "loans": list(loans),
        "codes": dict(Code.objects.values_list("pk", Coalesce("book_id", "user_id"))),
    }


def foreseen(library: Library) -> dict[str, Any]:
    """What the tables should say. (Of people not the status: what is over may stand there for a while.)"""
    return {
        "books": {
            each.id: (
                *(
                    each.id,
                    each.title,
                    each.isbn,
                    each.author,
                    each.barcode,
                    each.shelf_mark,
                    each.status,
                    each.borrower,
                ),
                *(each.borrowed_at, each.due_on, each.renewals, each.loan, each.wait, each.held_until),
            )
            for each in library.copies.values()
        },
        "people": {
            each.id: (each.id, each.name, each.email, each.barcode, each.birth_date) for each in library.people.values()
        },
        "codes": library.codes,
        "reservations": {
            each.id: (each.id, each.user, each.status, each.placed_at, each.ended_at) for each in library.waits.values()
        },
        "loans": [
            (
                *(each.id, each.copy, each.user, each.borrowed_at, each.due_on, each.renewals),
                *(each.ended_at, each.ending, each.resolved_at),
            )
            for each in library.loans
        ],
    }
