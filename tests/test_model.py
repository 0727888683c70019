"""The library against a model of it (tests/model.py): commands at random, and the answers that the rules foretell."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from inspect import signature
from random import Random
from typing import Any, cast
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from catalog.commands import AddCopies, AddNewBook
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
from circulation.models import LibraryPolicy
from circulation.states import MACHINES, Machine
from library_site.cqrs import Actor
from library_site.cqrs.permissions import LIBRARIANS
from tests.model import Library, Policy, barcode
from tests.model_check import UNKNOWN, Both

pytestmark = pytest.mark.django_db

POLICIES = [
    Policy(limit_verified=3, overdue_limit=2, shelf_days=3, loan_days=7, renewals=1),
    Policy(loan_days=0, renewals=2, overdue_limit=0, closed="67"),
    Policy(loan_days=2, shelf_days=0, limit_not_verified=1, limit_verified=2),
    Policy(loan_days=1, shelf_days=2, closed="1234567"),
]

WHICH = range(20)
"""Of a book, a person or a reservation: mostly one that the command is for, sometimes any, and the last is none."""
OVERRIDABLE = (
    "book_reserved",
    "user_suspended",
    "loan_limit_reached",
    "overdue_limit_reached",
    "renewal_limit_reached",
)
NEVER = ("title_already_borrowed", "title_already_reserved", "renewal_moves_nothing", "book_not_available")

ARGUMENTS: dict[str, Sequence[Any]] = {
    "book": WHICH,
    "person": WHICH,
    "reservation": WHICH,
    "title": ["Emma", "Dune", None],
    "isbn": ["9780441013593", "9780141439587", "", "978"],
    "author": ["Jane Austen", "JANE  Austen", "Frank Herbert", "Ann Leckie", None],
    "label": [None, "", barcode("3", 4), barcode("3", 7), barcode("2", 7), "30001000000021"],
    "copies": [1, 2, 0],
    "name": ["Ann", "Ben", "", None],
    "email": ["ann@example.org", "ANN@example.org", "ben@example.org", "carol@example.org", None],
    "card": [None, "", barcode("2", 2), barcode("2", 5), barcode("3", 5), "20001000000021"],
    "position": range(5),
    "reason": ["Noise", "Lost the card", "Ink", " "],
    "why": ["Examination", "Disaster", " "],
    "override": [(), OVERRIDABLE, ("last_copy_reserved",), NEVER],
    "days": range(10),
    "soon": range(-2, 13),
    "until": [None, *range(-2, 13)],
    "here": [ReportFoundBook, ReturnBook, RestoreBook],
    "daily": [ExpireReservations(), EndSuspensions()],
    "yes": [False, True],
    "as_clerk": [False, True],
}
"""What the steps below are made of, by the names of their arguments."""

Step = Callable[..., None]
STEPS: list[Step] = []


def step(function: Step) -> Step:
    """Something that librarians do, with any of the arguments of its names."""
    STEPS.append(function)
    return cast(Step, rule(**{name: st.sampled_from(ARGUMENTS[name]) for name in arguments(function)})(function))


def arguments(function: Step) -> list[str]:
    return list(signature(function).parameters)[1:]


class Librarians(RuleBasedStateMachine):
    """Sends commands to the library, and to the model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.database = TestCase()
        self.database.setup_example()
        self.both: Both | None = None

    @initialize(policy=st.sampled_from(POLICIES))
    def open_library(self, policy: Policy) -> None:
        values = asdict(policy)
        LibraryPolicy(closed_weekdays=values.pop("closed"), **values).save()
        user = User.objects.create_user("clerk")
        user.groups.add(Group.objects.get(name=LIBRARIANS))
        self.both = Both(policy, Actor.of_user(user))
        for days in (0, 5, 20):
            self.do(SetCalendarException(day=self.day(days), is_open=True))
        for isbn in ("9780441013593", "9780441013593", ""):
            self.do(AddNewBook(title="Emma", isbn=isbn, author_name="Jane Austen"))
        for name in ("Ann", "Ben", "Carol"):
            self.do(RegisterUser(name=name, email=f"{name}@example.com"))

    def teardown(self) -> None:
        try:
            if self.both and self.both.is_sound:
                self.both.ask_everything()
                self.both.put_everything_back()
        finally:
            self.database.teardown_example(None)

    @property
    def library(self) -> Library:
        assert self.both
        return self.both.library

    def do(self, command: Any, *, as_clerk: bool = False) -> None:
        assert self.both
        self.both.do(command, as_clerk=as_clerk)

    def day(self, days: int) -> date:
        return self.library.today + timedelta(days=days)

    # Of whom and what the rules speak

    def book(self, which: int, *statuses: str) -> UUID:
        """A book, mostly one that is in one of these states."""
        return picked(which, self.library.copies, lambda copy: copy.status in statuses)

    def person(self, which: int, suits: Callable[[Any], object] = bool) -> UUID:
        return picked(which, self.library.people, suits)

    def reservation(self, which: int) -> UUID:
        return picked(which, self.library.waits, lambda wait: wait.status == "OPEN")

    def in_queue(self, which: int) -> UUID:
        queued = {each for queue in self.library.queues.values() for each in queue}
        return picked(which, self.library.waits, lambda wait: wait.id in queued)

    # Lending

    @step
    def lend(self, book: int, person: int) -> None:
        self.do(BorrowBook(book_id=self.book(book, "AVAILABLE"), user_id=self.person(person)))

    @step
    def lend_to_whom_it_waits_for(self, book: int) -> None:
        book_id = self.book(book, "ON_HOLD")
        copy = self.library.copies.get(book_id)
        self.do(BorrowBook(book_id=book_id, user_id=(copy and self.library.waiting_user(copy)) or self.person(book)))

    @step
    def lend_in_spite(self, book: int, person: int, yes: bool, override: Any, why: str, as_clerk: bool) -> None:
        command = BorrowBook(
            book_id=self.book(book, "MISSING" if yes else "ON_HOLD"),
            user_id=self.person(person),
            report_found=yes,
            override=override,
            override_reason=why,
        )
        self.do(command, as_clerk=as_clerk)

    @step
    def renew(self, book: int, override: Any, why: str, as_clerk: bool) -> None:
        command = RenewLoan(book_id=self.book(book, "BORROWED"), override=override, override_reason=why)
        self.do(command, as_clerk=as_clerk)

    @step
    def give_back(self, book: int) -> None:
        self.do(ReturnBook(book_id=self.book(book, "BORROWED")))

    @step
    def lose(self, book: int) -> None:
        self.do(ReportMissingBook(book_id=self.book(book, "BORROWED", "ON_HOLD")))

    @step
    def find(self, book: int, here: Callable[..., Any]) -> None:
        self.do(here(book_id=self.book(book, "MISSING")))

    @step
    def withdraw(self, book: int, reason: str, override: Any, why: str, as_clerk: bool) -> None:
        book_id = self.book(book, "ON_HOLD", "MISSING")
        command = WithdrawBook(book_id=book_id, reason=reason, override=override, override_reason=why)
        self.do(command, as_clerk=as_clerk)

    @step
    def restore(self, book: int, here: Callable[..., Any]) -> None:
        self.do(here(book_id=self.book(book, "WITHDRAWN")))

    # Reservations

    @step
    def reserve(self, book: int, person: int) -> None:
        self.do(PlaceReservation(book_id=self.book(book), user_id=self.person(person)))

    @step
    def reserve_what_is_out(self, book: int, person: int, override: Any, why: str, as_clerk: bool) -> None:
        book_id, user_id = self.book(book, "BORROWED", "MISSING", "WITHDRAWN"), self.person(person)
        command = PlaceReservation(book_id=book_id, user_id=user_id, override=override, override_reason=why)
        self.do(command, as_clerk=as_clerk)

    @step
    def cancel(self, reservation: int) -> None:
        self.do(CancelReservation(reservation_id=self.reservation(reservation)))

    @step
    def move(self, reservation: int, position: int, reason: str) -> None:
        self.do(MoveReservation(reservation_id=self.in_queue(reservation), position=position, reason=reason))

    # Time

    @step
    def wait(self, days: int) -> None:
        self.library.now += timedelta(days=days)

    @step
    def do_daily(self, days: int, daily: Any) -> None:
        self.library.now += timedelta(days=days)
        self.do(daily)

    @step
    def set_exception(self, soon: int, yes: bool) -> None:
        self.do(SetCalendarException(day=self.day(soon), is_open=yes))

    # People

    @step
    def suspend(self, person: int, reason: str, until: int | None) -> None:
        day = None if until is None else self.day(until)
        self.do(SuspendUser(user_id=self.person(person), reason=reason, until=day))

    @step
    def reinstate(self, person: int, reason: str) -> None:
        self.do(ReinstateUser(user_id=self.person(person, self.library.is_suspended), reason=reason))

    @step
    def verify(self, person: int) -> None:
        self.do(VerifyUser(user_id=self.person(person, lambda each: each.staff or not each.verified)))

    @step
    def register(self, name: str | None, email: str | None, card: str | None) -> None:
        if len(self.library.people) < 5:
            self.do(RegisterUser(name=name or "", email=email or "", barcode=card or ""))

    @step
    def change_contact(self, person: int, name: str | None, email: str | None, card: str | None) -> None:
        self.do(ChangeContact(user_id=self.person(person), name=name, email=email, barcode=card))

    # The catalogue

    @step
    def add(self, title: str | None, isbn: str, author: str | None, yes: bool, label: str | None) -> None:
        if len(self.library.copies) < 7:
            words = {"title": title or "", "author_name": author, "isbn": isbn, "barcode": label or ""}
            self.do(AddNewBook(**words, only_if_new=yes))

    @step
    def add_copies(self, book: int, copies: int) -> None:
        if len(self.library.copies) < 7:
            self.do(AddCopies(book_id=self.book(book, "BORROWED", "MISSING"), copies=copies))

    @step
    def correct(self, book: int, title: str | None, author: str | None, label: str | None) -> None:
        self.do(CorrectBook(book_id=self.book(book), title=title, author_name=author, barcode=label))

    @step
    def correct_isbn(self, book: int, isbn: str) -> None:
        self.do(CorrectBook(book_id=self.book(book, "AVAILABLE", "MISSING", "WITHDRAWN"), isbn=isbn))

    # What was sent before

    @step
    def retry(self, days: int) -> None:
        assert self.both
        self.both.retry(days)


def picked(which: int, among: dict[UUID, Any], suits: Callable[[Any], object]) -> UUID:
    """One of all, or of those that suit if there are such; or none at all."""
    suitable = [key for key, each in among.items() if suits(each)] if which < 16 else []
    candidates = suitable or list(among)
    return UNKNOWN if which == 19 or not among else candidates[which % len(candidates)]


QUICK = settings(
    max_examples=20,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_the_library_does_what_the_rules_say() -> None:
    run_state_machine_as_test(Librarians, settings=QUICK)


def wander(policy: Policy, random: Random) -> None:
    """The same steps, chosen evenly."""
    librarians = Librarians()
    try:
        librarians.open_library(policy)
        for _ in range(60):
            step = random.choice(STEPS)
            step(librarians, **{name: random.choice(ARGUMENTS[name]) for name in arguments(step)})
    finally:
        librarians.teardown()


def test_every_move_of_the_state_machines_is_made_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Counter[tuple[str, str, str, str]] = Counter()
    check = Machine.check

    def checked(machine: Machine, before: str, after: str, command: Any) -> None:
        check(machine, before, after, command)
        made[machine.name, before, after, type(command).__name__] += 1

    monkeypatch.setattr(Machine, "check", checked)

    listed = {
        (machine.name, *move, command)
        for machine in MACHINES
        for move, commands in machine.moves.items()
        for command in commands
    }
    random = Random(1)  # noqa: S311

    for number in range(40):
        wander(POLICIES[number % 4], random)
        print(number, len(listed - set(made)), sum(made.values()))
        if listed <= made.keys():
            break
    print(sorted(made.items(), key=lambda x: x[1])[:40])
    assert listed - made.keys() == set()
