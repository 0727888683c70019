"""Histories of clients at work at once, over real HTTP: of each there is an order in which the model says the same.

And with a guard taken away, a history is found that has none.
"""

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from secrets import randbits
from threading import Semaphore
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery

from catalog.commands import AddCopies
from catalog.models import Book
from circulation.commands import (
    AddClosure,
    BorrowBook,
    CancelReservation,
    CorrectBook,
    PlaceReservation,
    ReinstateUser,
    ReturnBook,
    SetCalendarException,
    SuspendUser,
    VerifyUser,
)
from circulation.domain import borrowing_rules, titles
from circulation.models import LibraryUser, PastLoan, Reservation
from library_site import statements
from library_site.cqrs import Context, keys
from library_site.cqrs.models import IdempotencyKey
from library_site.cqrs.operations import operation_of
from library_site.cqrs.permissions import SUPERVISORS
from library_site.cqrs.records import version_of
from library_site.statements import inserted, row_given
from tests.library import new_token
from tests.linearizable import (
    Asked,
    Client,
    Edit,
    NoOrder,
    Operation,
    Read,
    Search,
    State,
    Task,
    in_tables,
    learned,
    record,
)
from tests.model import UNKNOWN, Library, Policy
from tests.model_commands import refusals
from tests.model_steps import WHICH, NothingToDo, choices, steps
from tests.test_desks import ISBNS, hesitant
from tests.test_model import opened

__all__ = ["hesitant"]  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("hesitant")]

logger = logging.getLogger(__name__)

POLICY = Policy(limit_verified=3, overdue_limit=2, shelf_days=1, loan_days=2, renewals=2)
MOST = 5000
"""Operations in which something is to be found; as a rule, a hundred do."""
NONSENSE = {WHICH[-1], " "}
"""Arguments of steps that are refused whatever the library is like."""

Plan = list[tuple[Asked, str, float | None]]
"""What to ask one thing after the other, with which keys, and after how many seconds to hang up."""


@dataclass
class Hall:
    """Clients, and the states in which the library may be; there is one, unless the tables do not tell two apart."""

    chance: Random
    clients: Sequence[Client]
    states: Sequence[State]
    kinds: Sequence[type] = ()
    repeats: float = 0.15
    finished: Semaphore = field(default_factory=partial(Semaphore, 0))
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def library(self) -> Library:
        return self.states[0].library

    def make_histories(self, operations: int) -> None:
        """Of so many operations in all."""
        while self.figures["operations"] < operations:
            self.make_history()

    def make_history(self, plans: Sequence[Plan] = ()) -> None:
        """Let some clients work at once, and search for an order. Raises NoOrder."""
        plans = plans or self.plans()
        for client in self.clients:
            client.history = []
        with ThreadPoolExecutor(len(plans)) as pool:
            list(pool.map(follow, self.clients, plans))
        for _ in range(sum(map(len, plans))):  # the requests, those too of which nobody waits for the answer
            assert self.finished.acquire(timeout=60)
        heard = [operation for client in self.clients for operation in client.history]
        history = learned(heard)
        began, search = monotonic(), Search(history)
        ends = [State(end.library) for end in search.ends(self.states) if in_tables(end)]
        self.count(heard, search, monotonic() - began)
        if not ends:
            raise NoOrder(history, self.states)
        self.states = list({str(end): end for end in ends}.values())
        self.forget()

    def count(self, history: Sequence[Operation], search: Search, seconds: float) -> None:
        self.figures["histories"] += 1
        self.figures["states searched"] += len(search.tried)
        self.figures["ms of search"] += round(1000 * seconds)
        self.figures["ms of the longest"] = max(self.figures["ms of the longest"], round(1000 * seconds))
        for each in history:
            self.figures["operations"] += not each.after
            self.figures[each.outcome] += 1

    def forget(self) -> None:
        """What is over, or this would be slower and slower. Now and then a day passes."""
        days = timedelta(days=self.chance.choice([0, 0, 0, 1]))
        libraries = [state.library for state in self.states]
        undo = [copy.undo for library in libraries for copy in library.copies.values()]
        kept = {each[what].id for each in undo for what in ("loan", "wait") if each.get(what)}
        kept |= {id for each in undo for id in each.get("queue", ())}
        for library in libraries:
            library.now += days
            library.loans = [each for each in library.loans if library.stands(each) or each.id in kept]
            library.waits = {id: each for id, each in library.waits.items() if each.status == "OPEN" or id in kept}
            for person in library.people.values():
                person.remarks.clear()
        Reservation.objects.exclude(pk__in=self.library.waits).delete()
        PastLoan.objects.exclude(pk__in=[each.id for each in self.library.loans]).delete()

    def plans(self) -> list[Plan]:
        """What each client asks, one thing after the other. Some is asked again, with the same key; some lost."""
        plans: list[Plan] = [[] for _ in range(self.chance.randint(3, 5))]
        keyed: list[tuple[Asked, str]] = []
        for number in range(self.chance.randint(2, 4) * len(plans)):
            if keyed and self.chance.random() < self.repeats:
                asked, key = self.chance.choice(keyed[-3:])
            else:
                asked = self.something()
                has_key = isinstance(asked, Edit) or (isinstance(asked, Task) and self.chance.random() < 0.7)
                key = f"{self.figures['histories']}.{number}" if has_key else ""
                keyed += [(asked, key)] * has_key
            is_lost = bool(key) and self.chance.random() < 0.1
            again: Plan = [(asked, key, None)] * (not is_lost or self.chance.random() < 0.5)
            plans[number % len(plans)] += [(asked, key, self.chance.random() * 0.05)] * is_lost + again
        return plans

    def something(self) -> Asked:
        return self.about_a_record() if not self.kinds and self.chance.random() < 0.3 else self.task()

    def task(self) -> Task:
        """A step of the model's (tests/model_steps.py) that makes sense."""
        among = [step for step in steps() if is_dataclass(step.command)]  # the other one lets time pass
        among = [step for step in among if step.command in self.kinds or not self.kinds]
        while True:
            step = self.chance.choice(among)
            values = {name: [each for each in values if each not in NONSENSE] for name, values in choices(step).items()}
            with suppress(NothingToDo):
                command = step.take(self.library, **{name: self.chance.choice(each) for name, each in values.items()})
                if overridden := getattr(command, "override", ()):
                    codes = {each.code for each in operation_of(type(command)).overridable}
                    command = replace(command, override=tuple(each for each in overridden if each in codes))
                if "invalid" not in refusals(self.library, command):
                    return Task(command)

    def about_a_record(self) -> Read | Edit:
        chance, library = self.chance, self.library
        kind = chance.choice(["book", "book", "user"])
        id = chance.choice([UNKNOWN, *(library.copies if kind == "book" else library.people)])
        now = record(library, kind, id)
        if now is None or chance.random() < 0.4:
            return Read(kind, id)
        if kind == "user":
            return Edit(kind, id, "PATCH", {"status": chance.choice(["NOT_VERIFIED", "VERIFIED", "SUSPENDED"])})
        status = chance.choice(["AVAILABLE", "BORROWED", "MISSING", "WITHDRAWN", "ON_HOLD"])
        borrower = str(chance.choice(list(library.people))) if status == "BORROWED" else None
        values = chance.choice([{"status": status, "borrower": borrower}] * 4 + [{"isbn": chance.choice(ISBNS)}])
        method = chance.choice(["PATCH", "PUT"])
        values = now | values if method == "PUT" else values
        if chance.random() < 0.5:
            return Edit(kind, id, method, values)
        return Edit(kind, id, method, values, library.copies[id], version_of(Book.objects.get(pk=id)))


def follow(client: Client, plan: Plan) -> None:
    for asked in plan:
        client.ask(*asked)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    """Always the same where there is little time. (When which desk comes to its turn, is chance all the same.)"""
    seed = randbits(32) if request.node.get_closest_marker("soak") else 7
    logger.warning("The seed is %s.", seed)
    return Random(seed)


@pytest.fixture
def hall(live_server: Any, chance: Random, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """Its clients are one supervisor, so that they share keys; what is the time, the model says."""
    library = opened(POLICY).library
    supervisor = User.objects.get(username="clerk")
    supervisor.groups.add(Group.objects.get(name=SUPERVISORS))
    token, address = new_token(supervisor), live_server.url.removeprefix("http://")
    hall = Hall(chance, [Client(number, address, token) for number in range(5)], [State(library)])

    def finish(**signal: Any) -> None:
        hall.finished.release()

    monkeypatch.setattr("library_site.rest.tasks.Context", lambda **given: Context(now=hall.library.now, **given))
    request_finished.connect(finish)
    yield hall
    request_finished.disconnect(finish)
    for client in hall.clients:
        client.connection.close()


@pytest.mark.long
@pytest.mark.parametrize(
    "operations", [150 if connection.vendor == "postgresql" else 50, pytest.param(10_000, marks=pytest.mark.soak)]
)
def test_whatever_clients_do_at_once_has_an_order(hall: Hall, operations: int) -> None:
    began = monotonic()
    hall.make_histories(operations)
    logger.warning("%s, %.0f s: %s", connection.vendor, monotonic() - began, dict(hall.figures))


def test_a_loan_is_due_by_the_calendar_of_when_it_is_made(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by that of before it waited for its book, which was returned once the calendar had changed."""
    book_id, (first, second, *_) = next(iter(hall.library.copies)), hall.library.people
    due, lock = hall.library.today + timedelta(days=POLICY.loan_days), titles.find_and_lock_title

    def lend(user_id: UUID) -> Plan:
        return [(Task(BorrowBook(book_id=book_id, user_id=user_id)), f"{user_id}", None)]

    def lock_late(*which: Any) -> Any:
        sleep(0.5)  # on SQLite the others wait, for as long
        return lock(*which)

    hall.make_history([lend(first)])
    monkeypatch.setattr("circulation.commands.borrow_book.find_and_lock_title", lock_late)
    asked = (SetCalendarException(day=due), ReturnBook(book_id=book_id))
    hall.make_history([lend(second), [(Task(each), each.__class__.__name__, None) for each in asked]])


def test_rule_25_no_loan_that_is_being_made_escapes_a_closure(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it was decided by the calendar of before when its day is due."""
    book_id, (user_id, *_) = next(iter(hall.library.copies)), hall.library.people
    due, stand = hall.library.today + timedelta(days=POLICY.loan_days), borrowing_rules.standing_of

    def stand_long(*which: Any) -> Any:
        standing = stand(*which)
        sleep(0.5)
        return standing

    monkeypatch.setattr("circulation.commands.borrow_book.standing_of", stand_long)
    lend, close = BorrowBook(book_id=book_id, user_id=user_id), AddClosure(first=due, last=due)
    hall.make_history([[(Task(each), each.__class__.__name__, None)] for each in (lend, close)])


@dataclass(frozen=True)
class Guard:
    """What takes it away, and of what a history shows that it is gone."""

    take_away: Callable[[pytest.MonkeyPatch], None]
    kinds: Sequence[type] = ()
    repeats: float = 0.15


def lock_of(model: type[Model]) -> Callable[[pytest.MonkeyPatch], None]:
    lock = QuerySet.select_for_update

    def take_away(patch: pytest.MonkeyPatch) -> None:
        def unlocked(rows: Any, **how: Any) -> Any:
            return rows if rows.model is model else lock(rows, **how)

        patch.setattr(QuerySet, "select_for_update", unlocked)
        patch.setattr(statements, "_statement", statements._statement.__wrapped__)

    return take_away


def transaction(patch: pytest.MonkeyPatch) -> None:
    none = SimpleNamespace(atomic=lambda **how: nullcontext())
    patch.setattr("library_site.cqrs.dispatcher.transaction", none)


def second_look(patch: pytest.MonkeyPatch) -> None:
    replay = keys.replay
    patch.setattr(keys, "replay", lambda *request: None if sys.exc_info()[0] else replay(*request))


def look_for_late_copies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("circulation.domain.titles.Title", partial(titles.Title, may_have_grown=False))


def uniqueness(patch: pytest.MonkeyPatch) -> None:
    def or_nothing() -> InsertQuery:
        query: Any = inserted(row_given(IdempotencyKey))
        query.on_conflict = OnConflict.IGNORE
        return cast(InsertQuery, query)

    patch.setattr(keys, "_new", or_nothing)


GUARDS = {
    "second look at a key": Guard(second_look, [BorrowBook, ReturnBook], repeats=0.5),
    "uniqueness of keys": Guard(uniqueness, [BorrowBook, ReturnBook], repeats=0.5),
}
if connection.vendor == "postgresql":
    copies = Guard(look_for_late_copies, [AddCopies, CorrectBook, PlaceReservation, CancelReservation], repeats=0)
    GUARDS["lock of books"] = Guard(lock_of(Book), [BorrowBook, ReturnBook, PlaceReservation])
    GUARDS["lock of people"] = Guard(lock_of(LibraryUser), [VerifyUser, SuspendUser, ReinstateUser])
    GUARDS["look for late copies"] = copies
else:  # which has one writer at a time, and no locks of rows
    GUARDS["transaction"] = Guard(transaction, [BorrowBook, ReturnBook, PlaceReservation])
LONG = {"look for late copies"}
"""What takes many histories to be found."""
ALIKE = {"second look at a key", "uniqueness of keys"}


def marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.soak] * (name in LONG) + [pytest.mark.alike] * (name in ALIKE)


@pytest.mark.parametrize("name", [pytest.param(each, marks=marks(each)) for each in GUARDS])
def test_without_a_guard_a_history_is_found_that_has_no_order(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    guard, began = GUARDS[name], monotonic()
    guard.take_away(monkeypatch)
    hall.kinds, hall.repeats = guard.kinds, guard.repeats

    with pytest.raises(NoOrder) as found:
        hall.make_histories(MOST)

    logger.warning("%s: after %s histories, %.1f s", name, hall.figures["histories"], monotonic() - began)
    logger.warning("%s", found.value)
