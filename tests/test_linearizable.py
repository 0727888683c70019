"""Histories of clients at work at once, over real HTTP: each has an order in which the model says the same."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from random import Random
from secrets import randbits
from time import monotonic, sleep
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.signals import request_finished
from django.db import connection

from catalog.models import Book
from circulation.models import PastLoan, Reservation
from library_site.cqrs import Context
from library_site.cqrs.operations import operation_of
from library_site.cqrs.permissions import SUPERVISORS
from library_site.cqrs.records import version_of
from tests.library import new_token
from tests.linearizable import Asked, Client, Edit, Operation, Read, Search, State, Task, learned, matches, record
from tests.model import Library, Policy
from tests.model_commands import refusals
from tests.model_steps import NothingToDo, Step, choices, steps
from tests.test_desks import hesitant
from tests.test_model import opened

__all__ = ["hesitant"]  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)

logger = logging.getLogger(__name__)

POLICY = Policy(limit_verified=3, overdue_limit=2, shelf_days=1, loan_days=2, renewals=2)


class NoOrder(AssertionError):
    pass


@dataclass
class Room:
    url: str
    chance: Random
    states: list[State]
    clients: list[Client]
    finished: list[Any]
    kinds: tuple[type, ...] = ()
    asked: int = 0
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def library(self) -> Library:
        return self.states[0].library

    def history(self) -> None:
        clients = self.clients[: self.chance.randint(3, 5)]
        plans = self.plans(len(clients))
        with ThreadPoolExecutor(len(clients)) as pool:
            list(pool.map(follow, clients, plans))
        self.asked += sum(map(len, plans))
        while len(self.finished) < self.asked:
            sleep(0.001)
        history = [operation for client in clients for operation in client.history]
        for client in clients:
            client.history = []
        self.count(history)
        known = [each for each in map(learned, history) if each]
        search = Search(known)
        began = monotonic()
        ends = search.ends(self.states)
        took = monotonic() - began
        self.figures["histories"] += 1
        self.figures["tried"] += len(search.tried)
        self.figures["states"] += len(search.states)
        self.figures["longest ms"] = max(self.figures["longest ms"], int(took * 1000))
        self.figures["search ms"] += int(took * 1000)
        fitting = [end for end in ends if matches(end)]
        if not fitting:
            raise NoOrder(told(known, ends))
        self.figures["ambiguous"] += len(fitting) > 1
        self.states = [State(each.library) for each in fitting]
        self.go_on()

    def count(self, history: list[Operation]) -> None:
        for each in history:
            self.figures["operations"] += not each.after
            if each.said is None:
                self.figures["lost"] += 1
            elif each.is_replayed:
                self.figures["replayed"] += 1
            elif isinstance(each.said, list):
                self.figures["refused"] += 1
                self.figures[each.said[0]] += 1
            elif not each.after:
                self.figures["good"] += 1

    def go_on(self) -> None:
        """Forget what is over, and let a day pass now and then."""
        days = timedelta(days=self.chance.choice([0] * 9 + [1]))
        for state in self.states:
            library = state.library
            library.now += days
            library.loans = [each for each in library.loans if each.ending == "MISSING" and not each.resolved_at]
            library.waits = {key: each for key, each in library.waits.items() if each.status == "OPEN"}
            for person in library.people.values():
                person.remarks.clear()
        Reservation.objects.exclude(status="OPEN").delete()
        PastLoan.objects.exclude(pk__in=[each.id for each in self.library.loans]).delete()

    def plans(self, clients: int) -> list[list[Callable[[Client], None]]]:
        known: list[tuple[Asked, str]] = []
        plans = []
        for client in range(clients):
            plan = []
            for number in range(self.chance.randint(2, 4)):
                if known and self.chance.random() < 0.15:
                    asked, key = self.chance.choice(known)
                else:
                    asked = self.something()
                    key = f"{self.chance.random()}" if not isinstance(asked, Read) and (isinstance(asked, Edit) or self.chance.random() < 0.7) else ""
                    if key:
                        known.append((asked, key))
                lost = self.chance.random() < 0.1 and key
                plan.append((asked, key, self.chance.random() * 0.05 if lost else None))
                if lost and self.chance.random() < 0.5:
                    plan.append((asked, key, None))
            plans.append(plan)
        return plans

    def something(self) -> Asked:
        if not self.kinds and self.chance.random() < 0.3:
            return self.about_a_record()
        while True:
            step = self.chance.choice(self.pool)
            chosen = {name: self.chance.choice(values) for name, values in choices(step).items()}
            with suppress(NothingToDo):
                command = step.take(self.library, **chosen)
                if overrides := getattr(command, "override", ()):
                    codes = {each.code for each in operation_of(type(command)).overridable}
                    command = replace(command, override=tuple(code for code in overrides if code in codes))
                if "invalid" not in refusals(self.library, command):
                    return Task(command)

    @property
    def pool(self) -> list[Step]:
        return [step for step in steps() if isinstance(step.command, type) and step.command is not type(None) and (not self.kinds or step.command in self.kinds)]

    def about_a_record(self) -> Asked:
        chance, library = self.chance, self.library
        kind = chance.choice(["book", "book", "user"])
        id = chance.choice(list(library.copies if kind == "book" else library.people))
        if chance.random() < 0.4:
            return Read(kind, id)
        if kind == "user":
            return Edit(kind, id, "PATCH", {"status": chance.choice(["NOT_VERIFIED", "VERIFIED", "SUSPENDED"])})
        status = chance.choice(["AVAILABLE", "BORROWED", "MISSING", "WITHDRAWN", "ON_HOLD"])
        values: dict[str, Any] = {"status": status, "borrower": str(chance.choice(list(library.people))) if status == "BORROWED" else None}
        if chance.random() < 0.2:
            values = {"isbn": chance.choice(["9780441013593", "9780141439587", ""])}
        method = chance.choice(["PUT", "PATCH"])
        values = (record(library, "book", id) or {}) | values if method == "PUT" else values
        if chance.random() < 0.5:
            etag = version_of(Book.objects.get(pk=id))
            return Edit(kind, id, method, values, {"If-Match": etag}, library.copies[id])
        return Edit(kind, id, method, values)


def follow(client: Client, plan: list[Any]) -> None:
    for asked, key, patience in plan:
        client.ask(asked, key, patience)


def told(history: list[Operation], ends: list[State]) -> str:
    began = min(each.called for each in history)
    return "\n".join(f"{e.client} {1000*(e.called-began):.0f} {1000*(e.returned-began):.0f} {e.asked} {e.key} {e.said} {e.is_replayed} {e.after}" for e in sorted(history, key=lambda e: e.called)) + f"\n{len(ends)} ends"


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> Random:
    seed = randbits(32) if request.node.get_closest_marker("soak") else 7
    logger.warning("The seed is %s.", seed)
    return Random(seed)


@pytest.fixture
def room(live_server: Any, chance: Random, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    library = opened(POLICY).library
    user = User.objects.get(username="clerk")
    user.groups.add(Group.objects.get(name=SUPERVISORS))
    token = new_token(user)
    clients = [Client(number, live_server.url.removeprefix("http://"), token) for number in range(5)]
    room = Room(live_server.url, chance, [State(library)], clients, [])
    monkeypatch.setattr("library_site.rest.tasks.Context", lambda **given: Context(now=room.library.now, **given))
    finish = lambda **kwargs: room.finished.append(1)
    request_finished.connect(finish)
    yield room
    request_finished.disconnect(finish)
    for client in clients:
        client.connection.close()


@pytest.mark.usefixtures("hesitant")
@pytest.mark.parametrize("operations", [300, pytest.param(10_000, marks=pytest.mark.soak)])
def test_linearizable(room: Room, operations: int) -> None:
    began = monotonic()
    try:
        while room.figures["operations"] < operations:
            room.history()
    finally:
        logger.warning("%s in %.1f s: %s", connection.vendor, monotonic() - began, dict(room.figures))
