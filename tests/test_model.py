"""The library against a model of it (tests/model.py): commands at random, and the answers that the rules foretell."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from catalog.commands import AddCopies, AddNewBook
from catalog.models import Book
from circulation.commands import (
    BorrowBook,
    CancelReservation,
    ChangeContact,
    CorrectBook,
    EndSuspensions,
    ExpireReservations,
    MoveReservation,
    PlaceReservation,
    RegisterUser,
    ReinstateUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    SetCalendarException,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.models import LibraryPolicy, LibraryUser, PastLoan, Reservation
from circulation.queries import GetJournal, GetReservationQueue
from circulation.states import MACHINES, NEW, QUEUED, WAITING, Machine
from library_site.cqrs import Actor, Context, DomainError, dispatch
from library_site.cqrs.models import JournalEntry
from library_site.cqrs.permissions import LIBRARIANS
from tests import model_commands, model_queries
from tests.invariants import broken
from tests.model import Library, Policy, barcode

pytestmark = pytest.mark.django_db

UNKNOWN = UUID("01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10")

POLICIES = [
    Policy(limit_verified=3, overdue_limit=2, shelf_days=3, loan_days=7, renewals=1),
    Policy(loan_days=0, renewals=2, overdue_limit=0, closed="67"),
    Policy(loan_days=2, shelf_days=0, limit_not_verified=1, limit_verified=2),
    Policy(loan_days=1, shelf_days=2, closed="1234567"),
]

ISBNS = st.sampled_from(["", "9780441013593", "9780141439587"])
TITLES = st.sampled_from(["Emma", "Dune"])
AUTHORS = st.sampled_from(["Jane Austen", "JANE  Austen", "Frank Herbert", "Ann Leckie"])
EMAILS = st.sampled_from(["ann@example.org", "ANN@example.org", "ben@example.org", "carol@example.org"])
NAMES = st.sampled_from(["Ann", "Ben"])
CARDS = st.sampled_from(["", barcode("2", 2), barcode("2", 5), barcode("3", 5), "20001000000021"])
LABELS = st.sampled_from(["", barcode("3", 4), barcode("3", 7), barcode("2", 7), "30001000000021"])
MOST = 9
"""The tests' libraries have at most so many books, people and reservations (less one) that a rule can name."""
ANY = st.integers(0, MOST)
"""Which book, person or reservation: modulo how many there are; MOST is none of them."""
MAYBE = st.none()
REASONS = st.sampled_from(["Lost the card", "Noise", " "])
OVERRIDES = st.sampled_from(
    [
        (),
        ("book_reserved",),
        ("user_suspended", "book_reserved"),
        ("user_suspended", "book_reserved", "loan_limit_reached", "overdue_limit_reached", "renewal_limit_reached"),
        ("last_copy_reserved", "title_already_borrowed", "title_already_reserved", "renewal_moves_nothing"),
    ]
)
SOON = st.integers(-2, 12)


class Librarians(RuleBasedStateMachine):
    """Sends commands to the library, and to the model of it, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.database = TestCase()
        self.database.setup_example()
        self.is_sound = True
        self.numbers = count(1)
        self.journal: list[tuple[dict[str, Any], set[UUID]]] = []
        self.states: dict[tuple[str, UUID], str] = {}
        self.done: list[tuple[Any, Context, Any]] = []

    @initialize(policy=st.sampled_from(POLICIES))
    def open_library(self, policy: Policy) -> None:
        values = asdict(policy)
        values["closed_weekdays"] = values.pop("closed")
        LibraryPolicy(**values).save()
        user = User.objects.create_user("clerk")
        user.groups.add(Group.objects.get(name=LIBRARIANS))
        self.clerk = Actor.of_user(user)
        self.library = Library(policy, datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
        if len(policy.closed) == 7:
            for days in (0, 5, 20):
                self.do(SetCalendarException(day=self.day(days), is_open=True))
        for isbn in ("9780441013593", "9780441013593", "9780141439587", ""):
            self.do(AddNewBook(title="Emma", isbn=isbn, author_name="Jane Austen"))
        for name in ("Ann", "Ben", "Carol"):
            self.do(RegisterUser(name=name, email=f"{name}@example.com"))

    # What the rules are made of

    def day(self, days: int) -> date:
        return self.library.today + timedelta(days=days)

    def pick(self, which: int, among: dict[UUID, Any]) -> UUID:
        return UNKNOWN if which == MOST or not among else list(among)[which % len(among)]

    def book(self, which: int) -> UUID:
        return self.pick(which, self.library.copies)

    def person(self, which: int) -> UUID:
        return self.pick(which, self.library.people)

    def reservation(self, which: int) -> UUID:
        """The newest first: the open ones are among them."""
        return self.pick(which, dict(reversed(self.library.waits.items())))

    def queue_of(self, command: CorrectBook) -> list[UUID]:
        queue = dispatch(GetReservationQueue(book_id=command.book_id), self.context())
        return [row.id for row in queue.rows if row.state == QUEUED]

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
        foretold = model_commands.refusals(self.library, command)
        answer, refused = sent(command, context)
        assert refused == foretold, (command, answer)
        if answer:
            self.library.merged = self.queue_of(command) if isinstance(command, CorrectBook) else []
            assert comparable(asdict(answer)) == model_commands.answer(self.library, command, answer)
            self.done.append((command, context, answer))
        self.keep_journal(command, context, answer, foretold)
        self.check(command)
        self.is_sound = True

    def keep_journal(self, command: Any, context: Context, answer: Any, refused: list[str]) -> None:
        entry = {
            "operation": type(command).__name__,
            "at": context.now,
            "actor": context.actor.id,
            "actor_name": self.library.actor,
            "outcome": "REFUSED" if refused else "CARRIED_OUT",
            "code": refused[0] if refused else "",
        }
        self.journal.append((entry, {*ids_in(command), *ids_in(answer)}))

    def check(self, command: Any) -> None:
        """What holds after every command, carried out or not."""
        assert broken() == []
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
        assert without_statuses(tables) == foreseen(self.library)

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
        rows: list[Any] = []
        cursor = None
        while cursor or not rows:
            page = dispatch(type(query)(**asdict(query) | {"cursor": cursor}), self.context())
            rows += page.rows
            cursor = page.next
            if cursor is None:
                break
        if isinstance(query, GetReservationQueue):
            rows = in_order_of_the_queue(rows)
        fields = [{name: value(row, name) for name in wanted} for row, wanted in zip(rows, expected, strict=True)]
        assert fields == expected, query

    # Lending

    @rule(book=ANY, person=ANY, report_found=st.booleans(), override=OVERRIDES, reason=REASONS, as_clerk=st.booleans())
    def borrow(self, book: int, person: int, report_found: bool, override: Any, reason: str, as_clerk: bool) -> None:
        command = BorrowBook(
            book_id=self.book(book),
            user_id=self.person(person),
            report_found=report_found,
            override=override,
            override_reason=reason,
        )
        self.do(command, as_clerk=as_clerk)

    @rule(book=ANY, person=ANY)
    def simply_borrow(self, book: int, person: int) -> None:
        self.do(BorrowBook(book_id=self.book(book), user_id=self.person(person)))

    @rule(book=ANY, override=OVERRIDES, reason=REASONS, as_clerk=st.booleans())
    def renew(self, book: int, override: Any, reason: str, as_clerk: bool) -> None:
        command = RenewLoan(book_id=self.book(book), override=override, override_reason=reason)
        self.do(command, as_clerk=as_clerk)

    @rule(book=ANY, command=st.sampled_from([ReturnBook, ReportMissingBook, ReportFoundBook, RestoreBook]))
    def say_of_a_book(self, book: int, command: Callable[..., Any]) -> None:
        self.do(command(book_id=self.book(book)))

    @rule(book=ANY)
    def lose(self, book: int) -> None:
        self.do(ReportMissingBook(book_id=self.book(book)))

    @rule(book=ANY, reason=REASONS, override=OVERRIDES, override_reason=REASONS)
    def withdraw(self, book: int, reason: str, override: Any, override_reason: str) -> None:
        self.do(
            WithdrawBook(book_id=self.book(book), reason=reason, override=override, override_reason=override_reason)
        )

    # Reservations

    @rule(book=ANY, person=ANY, override=OVERRIDES, reason=REASONS)
    def reserve(self, book: int, person: int, override: Any, reason: str) -> None:
        command = PlaceReservation(
            book_id=self.book(book), user_id=self.person(person), override=override, override_reason=reason
        )
        self.do(command)

    @precondition(lambda self: self.library.waits)
    @rule(reservation=ANY)
    def cancel(self, reservation: int) -> None:
        self.do(CancelReservation(reservation_id=self.reservation(reservation)))

    @precondition(lambda self: self.library.waits)
    @rule(reservation=ANY, position=st.integers(0, 4), reason=REASONS)
    def move(self, reservation: int, position: int, reason: str) -> None:
        command = MoveReservation(reservation_id=self.reservation(reservation), position=position, reason=reason)
        self.do(command)

    # Time

    @rule(days=st.integers(0, 9))
    def wait(self, days: int) -> None:
        self.library.now += timedelta(days=days)

    @rule(days=st.integers(0, 9), command=st.sampled_from([ExpireReservations(), EndSuspensions()]))
    def do_daily(self, days: int, command: Any) -> None:
        self.library.now += timedelta(days=days)
        self.do(command)

    @rule(days=SOON, is_open=st.booleans())
    def set_exception(self, days: int, is_open: bool) -> None:
        self.do(SetCalendarException(day=self.day(days), is_open=is_open))

    # People

    @rule(person=ANY, reason=REASONS, until=st.none() | SOON)
    def suspend(self, person: int, reason: str, until: int | None) -> None:
        day = None if until is None else self.day(until)
        self.do(SuspendUser(user_id=self.person(person), reason=reason, until=day))

    @rule(person=ANY, reason=REASONS)
    def reinstate(self, person: int, reason: str) -> None:
        self.do(ReinstateUser(user_id=self.person(person), reason=reason))

    @rule(person=ANY)
    def verify(self, person: int) -> None:
        self.do(VerifyUser(user_id=self.person(person)))

    @precondition(lambda self: len(self.library.people) < 5)
    @rule(name=NAMES | st.just(""), email=EMAILS, card=CARDS)
    def register(self, name: str, email: str, card: str) -> None:
        self.do(RegisterUser(name=name, email=email, barcode=card))

    @rule(person=ANY, name=st.none() | NAMES, email=st.none() | EMAILS, card=st.none() | CARDS)
    def change_contact(self, person: int, name: str | None, email: str | None, card: str | None) -> None:
        self.do(ChangeContact(user_id=self.person(person), name=name, email=email, barcode=card))

    # The catalogue

    @precondition(lambda self: len(self.library.copies) < MOST)
    @rule(title=TITLES, isbn=ISBNS | st.just("978"), author=AUTHORS, only_if_new=st.booleans(), label=LABELS)
    def add(self, title: str, isbn: str, author: str, only_if_new: bool, label: str) -> None:
        command = AddNewBook(title=title, isbn=isbn, author_name=author, only_if_new=only_if_new, barcode=label)
        self.do(command)

    @precondition(lambda self: len(self.library.copies) < MOST)
    @rule(book=ANY, copies=st.integers(0, 2))
    def add_copies(self, book: int, copies: int) -> None:
        self.do(AddCopies(book_id=self.book(book), copies=copies))

    @rule(book=ANY, title=st.none() | TITLES, author=st.none() | AUTHORS, label=st.none() | LABELS)
    def correct(self, book: int, title: str | None, author: str | None, label: str | None) -> None:
        self.do(CorrectBook(book_id=self.book(book), title=title, author_name=author, barcode=label))

    @rule(book=ANY, isbn=ISBNS)
    def correct_isbn(self, book: int, isbn: str) -> None:
        self.do(CorrectBook(book_id=self.book(book), isbn=isbn))

    # What was sent before

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 50))
    def retry(self, which: int) -> None:
        """A command with the key of its first time gives the answer of its first time, and changes nothing."""
        command, context, answer = self.done[which % len(self.done)]
        assert dispatch(command, context) == answer
        assert without_statuses(stored()) == foreseen(self.library)

    # The end

    def teardown(self) -> None:
        try:
            if self.is_sound:
                self.ask_everything()
                self.put_everything_back()
        finally:
            self.database.teardown_example(None)

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


def comparable(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer, without the order of its ids."""
    return {name: set(value) if isinstance(value, tuple) else value for name, value in answer.items()}


def states(tables: dict[str, Any]) -> dict[tuple[str, UUID], str]:
    """What each book, person and reservation is, as the machines have it."""
    held = {row[-2] for row in tables["books"].values()}
    found = {("book", pk): row[5] for pk, row in tables["books"].items()}
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
        *("pk", "title", "isbn", "author__name", "barcode", "status", "borrower", "borrowed_at", "due_on"),
        *("renewals", "reservation", "held_until"),
    )
    people = list(LibraryUser.objects.values_list("pk", "name", "email", "barcode", "status"))
    reservations = Reservation.objects.values_list("pk", "user", "status", "placed_at", "ended_at")
    loans = PastLoan.objects.order_by("pk").values_list(
        "book", "borrower", "borrowed_at", "due_on", "renewals", "ended_at", "ending", "resolved_at"
    )
    return {
        "books": {row[0]: row for row in books},
        "people": {row[0]: row[:-1] for row in people},
        "statuses": {row[0]: row[-1] for row in people},
        "reservations": {row[0]: row for row in reservations},
        "loans": list(loans),
    }


def without_statuses(tables: dict[str, Any]) -> dict[str, Any]:
    """The tables less the statuses of people: a suspension that is over may stand in them for a while."""
    return {name: rows for name, rows in tables.items() if name != "statuses"}


def foreseen(library: Library) -> dict[str, Any]:
    """What the tables should say."""
    return {
        "books": {
            each.id: (
                *(each.id, each.title, each.isbn, each.author, each.barcode, each.status, each.borrower),
                *(each.borrowed_at, each.due_on, each.renewals, each.wait, each.held_until),
            )
            for each in library.copies.values()
        },
        "people": {each.id: (each.id, each.name, each.email, each.barcode) for each in library.people.values()},
        "reservations": {
            each.id: (each.id, each.user, each.status, each.placed_at, each.ended_at) for each in library.waits.values()
        },
        "loans": [
            (
                *(each.copy, each.user, each.borrowed_at, each.due_on, each.renewals),
                *(each.ended_at, each.ending, each.resolved_at),
            )
            for each in library.loans
        ],
    }


QUICK = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_library_does_what_the_rules_say() -> None:
    run_state_machine_as_test(Librarians, settings=QUICK)


def test_every_move_of_the_state_machines_is_made_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[tuple[str, str, str, str]] = Counter()
    check = Machine.check

    def checked(machine: Machine, before: str, after: str, command: Any) -> None:
        check(machine, before, after, command)
        made[machine.name, before, after, type(command).__name__] += 1

    monkeypatch.setattr(Machine, "check", checked)

    run_state_machine_as_test(Librarians, settings=settings(QUICK, derandomize=True, database=None))

    listed = {
        (machine.name, *move, command)
        for machine in MACHINES
        for move, commands in machine.moves.items()
        for command in commands
    }
    assert listed - set(made) == set()
