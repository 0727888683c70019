"""Whether the library is linearizable: what clients at work at once were told, and a search for an order of it.

An operation takes effect at one moment between its call and its return, and the model (tests/model.py) says what it is
then answered. The search tries every order that keeps to this, by depth first: Wing and Gong (1993), with Lowe's memo
of what was tried. Of an operation whose answer was lost, nobody knows: it takes effect at any time later, or never.
"""

import json
import pickle
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from http.client import HTTPConnection
from math import inf
from threading import Barrier
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any, Protocol
from uuid import UUID

import msgspec

from circulation.commands import (
    BorrowBook,
    CorrectBook,
    ReinstateUser,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.models import Reservation
from library_site.cqrs.journal import arguments_of
from library_site.cqrs.models import IdempotencyKey
from library_site.cqrs.operations import operation_of
from tests.doors import Request, request_of
from tests.model import Copy, Library, Person
from tests.model_check import comparable, foreseen, stored
from tests.model_commands import INVALID, NOT_FOUND, answer, refusals

Said = dict[str, Any] | list[str]
"""An answer, or the codes of all that stands in the way."""

CONFLICT: Said = ["conflict"]
"""That other changes came in between too often: nothing was done, whatever the library was like."""

REASON = "Edited as a record"


# What clients ask


class Asked(Protocol):
    """A request, and what it means for the model, which it changes; `given` are the new ids, if any is known."""

    @property
    def request(self) -> Request: ...

    @property
    def headers(self) -> dict[str, str]: ...

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        """What an answer says, and the new ids that it gives."""

    def means(self, library: Library, given: Any) -> Said: ...


@dataclass(frozen=True)
class Task:
    command: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def request(self) -> Request:
        return request_of(operation_of(type(self.command)), arguments_of(self.command))

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        given = msgspec.convert(body, operation_of(type(self.command)).result)
        return comparable(asdict(given)), given

    def means(self, library: Library, given: Any) -> Said:
        return refusals(library, self.command) or (answer(library, self.command, given) if given else {})


@dataclass(frozen=True)
class Read:
    """Of the record of a book or a person, by CRUD."""

    kind: str
    id: UUID
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def request(self) -> Request:
        return Request("GET", f"/api/{self.kind}/{self.id}", {}, 200)

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        names = ("title", "isbn", "author", "status", "borrower") if self.kind == "book" else ("name", "email", "status")
        return {name: body[name] for name in names}, None

    def means(self, library: Library, given: Any) -> Said:
        return record(library, self.kind, self.id) or NOT_FOUND


@dataclass(frozen=True)
class Edit:
    """Of such a record: carried out as the tasks that it means. `found` is what a book was when the client saw it."""

    kind: str
    id: UUID
    method: str
    values: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    found: Copy | None = None

    @property
    def request(self) -> Request:
        return Request(self.method, f"/api/{self.kind}/{self.id}", self.values, 200)

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        """The record is read when all is done: see `Operation.after`."""
        return {}, SimpleNamespace(loan_id=body.get("loan_id") and UUID(body["loan_id"]))

    def means(self, library: Library, given: Any) -> Said:
        before = record(library, self.kind, self.id)
        if before is None:
            return NOT_FOUND
        tasks = book_tasks if self.kind == "book" else person_tasks
        for step in tasks(library, self, before, before | self.values):
            if refused := [step] if isinstance(step, str) else refusals(library, step):
                return refused
            answer(library, step, given or SimpleNamespace(loan_id=self.id))
        return {}


def record(library: Library, kind: str, id: UUID) -> dict[str, Any] | None:
    """What CRUD says of a book or a person; None where there is none."""
    if kind == "book" and (copy := library.copies.get(id)):
        author, borrower = library.authors[copy.author.casefold()][0], copy.borrower and str(copy.borrower)
        fields = {"title": copy.title, "isbn": copy.isbn, "author": str(author)}
        return fields | {"status": copy.status, "borrower": borrower}
    if kind == "user" and (person := library.people.get(id)):
        return {"name": person.name, "email": person.email, "status": status(library, person)}
    return None


def status(library: Library, person: Person) -> str:
    """As the record has it, where a suspension that is over may stand for a while."""
    former = "VERIFIED" if person.verified else "NOT_VERIFIED"
    return "SUSPENDED" if person.staff or library.losses(person) else former


def book_tasks(library: Library, edit: Edit, before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The tasks that the edit of a book means, or the code that it is refused with."""
    moves = (before["status"], before["borrower"]) != (after["status"], after["borrower"])
    task = MOVES.get((before["status"], after["status"]))
    problems = {
        "precondition_failed": edit.found not in (None, library.copies[edit.id]),
        "invalid": (after["status"] == "BORROWED") != (after["borrower"] is not None),
        "precondition_required": moves and edit.method == "PUT" and edit.found is None,
        "no_such_task": moves and task is None,
    }
    if found := [code for code, stands in problems.items() if stands]:
        return found[:1]
    changes = {name: after[name] for name in ("title", "isbn", "author") if after[name] != before[name]}
    known = {"book_id": str(edit.id), "user_id": after["borrower"], "reason": REASON, "author_id": after["author"]}
    correct = {name if name != "author" else "author_id": value for name, value in changes.items()}
    steps = [msgspec.convert({"book_id": str(edit.id)} | correct, CorrectBook)] if changes else []
    move = [msgspec.convert(known, task)] if moves else []
    return move + steps if before["status"] == "BORROWED" else steps + move


def person_tasks(library: Library, edit: Edit, before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The task that the edit of a person's status means."""
    if after == before:
        return []
    former = "VERIFIED" if library.people[edit.id].verified else "NOT_VERIFIED"
    reinstates = (before["status"], after["status"]) == ("SUSPENDED", former)
    task = ReinstateUser if reinstates else MOVES.get((before["status"], after["status"]))
    return [msgspec.convert({"user_id": str(edit.id), "reason": REASON}, task) if task else "no_such_task"]


MOVES: dict[tuple[str, str], Any] = {
    ("AVAILABLE", "BORROWED"): BorrowBook,
    ("ON_HOLD", "BORROWED"): BorrowBook,
    ("BORROWED", "AVAILABLE"): ReturnBook,
    ("AVAILABLE", "MISSING"): ReportMissingBook,
    ("ON_HOLD", "MISSING"): ReportMissingBook,
    ("BORROWED", "MISSING"): ReportMissingBook,
    ("MISSING", "AVAILABLE"): ReportFoundBook,
    ("AVAILABLE", "WITHDRAWN"): WithdrawBook,
    ("ON_HOLD", "WITHDRAWN"): WithdrawBook,
    ("MISSING", "WITHDRAWN"): WithdrawBook,
    ("WITHDRAWN", "AVAILABLE"): RestoreBook,
    ("NOT_VERIFIED", "VERIFIED"): VerifyUser,
    ("NOT_VERIFIED", "SUSPENDED"): SuspendUser,
    ("VERIFIED", "SUSPENDED"): SuspendUser,
}
"""The task that makes of one status another."""


# What happened


@dataclass(frozen=True)
class Operation:
    """What was asked, when, and what was said; nothing, where the answer was lost.

    The record that an edit answers is read once all is done: that is an operation of its own, `after` this key.
    """

    client: int
    asked: Asked
    key: str
    called: float
    returned: float = inf
    said: Said | None = None
    given: Any = None
    is_replayed: bool = False
    after: str = ""

    @property
    def changes_nothing(self) -> bool:
        return isinstance(self.said, list) or isinstance(self.asked, Read)


class Client:
    """One who asks, waits for the answer or does not, and keeps what was said."""

    def __init__(self, number: int, address: str, token: str) -> None:
        self.number, self.token = number, token
        self.connection = HTTPConnection(address, timeout=60)
        self.history: list[Operation] = []

    def ask(self, asked: Asked, key: str = "", patience: float | None = None) -> None:
        """Ask for something; with `patience`, hang up after so many seconds, unheard."""
        method, path, body, _ = asked.request
        headers = asked.headers | {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        operation = Operation(self.number, asked, key, monotonic())
        headers |= {"Idempotency-Key": key} if key else {}
        self.connection.request(method, path, json.dumps(body) if body or method != "GET" else None, headers)
        if patience is None:
            self.hear(operation)
        else:
            sleep(patience)
            self.connection.close()
            self.history.append(operation)

    def hear(self, asked: Operation) -> None:
        response = self.connection.getresponse()
        body = json.loads(response.read())
        heard = replace(asked, returned=monotonic(), is_replayed="Idempotency-Replayed" in response.headers)
        if response.status >= 400:
            assert response.status < 500, body
            self.history.append(replace(heard, said=[each["code"] for each in body.get("problems", [body])]))
            return
        said, given = asked.asked.heard(body)
        self.history.append(replace(heard, said=said, given=given))
        if isinstance(asked.asked, Edit):
            read = Read(asked.asked.kind, asked.asked.id)
            self.history.append(replace(heard, asked=read, key="", said=read.heard(body)[0], after=asked.key))


def learned(operation: Operation) -> Operation | None:
    """With the ids that only the journal tells, of an edit's loan or a lost answer; None for one without effect."""
    if operation.said is not None and not (isinstance(operation.asked, Edit) and operation.said == {}):
        return operation
    key = IdempotencyKey.objects.filter(key=operation.key).first()
    if key is None:
        return None
    parts = [*key.entry.parts.all(), key.entry]
    result = {name: value for entry in parts for name, value in entry.result.items()}
    return replace(operation, given=operation.asked.heard(result)[1])


# The search


@dataclass(frozen=True)
class State:
    """The library, and what was answered to each key that was carried out."""

    library: Library
    done: dict[str, Said] = field(default_factory=dict)

    def after(self, operation: Operation) -> "State | None":
        """What it is after an operation; None where that would have been answered something else."""
        if operation.said == CONFLICT:
            return self
        if operation.key in self.done:
            first = self.done[operation.key]
            return self if operation.said is None or (operation.is_replayed and operation.said == first) else None
        if (operation.is_replayed and operation.key) or (operation.after and operation.after not in self.done):
            return None
        library: Library = pickle.loads(pickle.dumps(self.library))
        said = operation.asked.means(library, operation.given)
        if operation.said not in (None, said):
            return None
        if isinstance(said, list) or isinstance(operation.asked, Read):
            return self
        return State(library, self.done | ({operation.key: said} if operation.key else {}))

    def __str__(self) -> str:
        """All that there is to say of it, in one order."""
        library = self.library
        rows = (library.copies, library.people, library.waits, library.authors, library.calendar)
        kinds = [sorted(map(repr, each.items())) for each in rows]
        queues = sorted((key, queue) for key, queue in library.queues.items() if queue)
        return repr((kinds, queues, sorted(map(repr, library.loans)), library.numbers, sorted(self.done)))


class Search:
    """For the states that a history may have led to, from some in which it may have begun."""

    def __init__(self, history: Iterable[Operation]) -> None:
        self.history = sorted(history, key=lambda each: each.returned)
        self.states: dict[str, State] = {}
        self.steps: dict[tuple[str, int], str | None] = {}
        self.tried: set[tuple[int, str]] = set()

    def ends(self, starts: Iterable[State]) -> list[State]:
        ends: dict[str, State] = {}
        waiting = [(0, self.known(start)) for start in starts]
        while waiting:
            taken, state = node = waiting.pop()
            if node in self.tried:
                continue
            self.tried.add(node)
            left = [number for number in range(len(self.history)) if not taken >> number & 1]
            first = min((self.history[number].returned for number in left), default=inf)
            if first == inf:
                ends[state] = self.states[state]
            for number in reversed(left):
                if self.history[number].called <= first and (step := self.step(state, number)):
                    waiting.append((taken | 1 << number, step))
        return list(ends.values())

    def known(self, state: State) -> str:
        self.states[text] = self.states.get(text := str(state), state)
        return text

    def step(self, state: str, number: int) -> str | None:
        if (state, number) not in self.steps:
            after = self.states[state].after(self.history[number])
            self.steps[state, number] = after and self.known(after)
        return self.steps[state, number]


def matches(state: State) -> bool:
    """Whether the tables say what the model says, the order of the queues included."""
    tables, library = stored(), state.library
    expected = foreseen(library) | {"statuses": {each.id: status(library, each) for each in library.people.values()}}
    for rows in (tables, expected):
        rows["loans"] = sorted(rows["loans"])
    return tables == expected and queues() == {key: queue for key, queue in library.queues.items() if queue}


def queues() -> dict[str, list[UUID]]:
    """Who waits for each title, in order."""
    found: dict[str, list[UUID]] = {}
    waiting = Reservation.objects.filter(status="OPEN", waiting_book=None).order_by("rank", "id")
    for reservation, isbn, book in waiting.values_list("pk", "book__isbn", "book"):
        found.setdefault(isbn or str(book), []).append(reservation)
    return found
