"""Whether the library is linearizable: what clients at work at once were told, and a search for an order of it.

An operation takes effect at one moment between its call and its return, and is answered what the model (tests/model.py)
says of that moment. The search tries every order that keeps to this, by depth first: Wing and Gong (1993), with Lowe's
memo of what was tried. An operation whose answer was lost takes effect at any time after its call, or never.
"""

import json
import re
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from http.client import HTTPConnection
from math import inf
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec

from circulation import commands as tasks
from circulation.models import CalendarException, Closure, LibraryUser, Reservation
from library_site.cqrs.journal import arguments_of
from library_site.cqrs.models import IdempotencyKey
from library_site.cqrs.operations import operation_of
from tests.doors import Request, request_of
from tests.model import Copy, Library, Person
from tests.model_check import comparable, foreseen, stored
from tests.model_commands import NOT_FOUND, answer, author_id, refusals

Said = dict[str, Any] | list[str]
"""An answer, or the codes of all that stands in the way."""

CONFLICT: Said = ["conflict"]
"""Other changes came in between too often: nothing is done, and it may be said at any time."""

MOVES: dict[tuple[str, str], Any] = {
    (before, after): task
    for befores, after, task in (
        ("AVAILABLE ON_HOLD", "BORROWED", tasks.BorrowBook),
        ("AVAILABLE ON_HOLD BORROWED", "MISSING", tasks.ReportMissingBook),
        ("AVAILABLE ON_HOLD MISSING", "WITHDRAWN", tasks.WithdrawBook),
        ("BORROWED", "AVAILABLE", tasks.ReturnBook),
        ("MISSING", "AVAILABLE", tasks.ReportFoundBook),
        ("WITHDRAWN", "AVAILABLE", tasks.RestoreBook),
        ("NOT_VERIFIED", "VERIFIED", tasks.VerifyUser),
        ("NOT_VERIFIED VERIFIED", "SUSPENDED", tasks.SuspendUser),
    )
    for before in befores.split()
}
"""The task that an edit means which makes one status of another."""


# What clients ask, and what it means: `heard` is what an answer says, and the new ids that it gives; `means` carries it
# out on the model, with the ids that were `given`.


@dataclass(frozen=True)
class Task:
    command: Any

    @property
    def request(self) -> Request:
        return request_of(operation_of(type(self.command)), arguments_of(self.command))

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        given = msgspec.convert(body, operation_of(type(self.command)).result)
        return comparable(asdict(given)), given

    def means(self, library: Library, given: Any) -> Said:
        return refusals(library, self.command) or (answer(library, self.command, given) if given else {})


NOT_IN_MODEL = {
    *("id", "status_comment", "statement_of_responsibility", "condition"),
    *("phone", "address", "language", "note"),
}
"""What a record says that decides about nothing else."""


@dataclass(frozen=True)
class Read:
    """Of the record of a book or a person."""

    kind: str
    id: UUID

    @property
    def request(self) -> Request:
        return Request("GET", f"/api/{self.kind}/{self.id}", {}, 200)

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        return {name: value for name, value in body.items() if name not in NOT_IN_MODEL}, None

    def means(self, library: Library, given: Any) -> Said:
        return record(library, self.kind, self.id) or NOT_FOUND


@dataclass(frozen=True)
class Edit:
    """Of such a record, if it is what was `found` under this `etag`, where the client says so."""

    kind: str
    id: UUID
    method: str
    values: dict[str, Any]
    found: Copy | None = None
    etag: str = ""

    @property
    def request(self) -> Request:
        return Request(self.method, f"/api/{self.kind}/{self.id}", self.values, 200)

    def heard(self, body: dict[str, Any]) -> tuple[Said, Any]:
        """Nothing: the record is read once all is done, see Operation. The journal knows the loan that began."""
        return {}, SimpleNamespace(loan_id=UUID(body["loan_id"])) if "loan_id" in body else None

    def means(self, library: Library, given: Any) -> Said:
        before = record(library, self.kind, self.id)
        if before is None:
            return NOT_FOUND
        meant = book_tasks if self.kind == "book" else person_tasks
        for step in meant(library, self, before, before | self.values):
            if refused := [step] if isinstance(step, str) else refusals(library, step):
                return refused
            answer(library, step, given or SimpleNamespace(loan_id=self.id))
        return {}


Asked = Task | Read | Edit


def record(library: Library, kind: str, id: UUID) -> dict[str, Any] | None:
    """What is read of a book or a person; None where there is none."""
    if kind == "book" and (copy := library.copies.get(id)):
        author, borrower = (each and str(each) for each in (author_id(library, copy.author), copy.borrower))
        fields = {"title": copy.title, "isbn": copy.isbn, "author": author, "shelf_mark": copy.shelf_mark}
        return fields | {"barcode": copy.barcode, "status": copy.status, "borrower": borrower}
    if kind == "user" and (person := library.people.get(id)):
        born = person.birth_date.isoformat() if person.birth_date else None
        fields = {"name": person.name, "email": person.email, "card": person.barcode, "birth_date": born}
        return fields | {"status": status(library, person)}
    return None


def status(library: Library, person: Person) -> str:
    """As the record has it, where a suspension that is over may stand for a while."""
    return "SUSPENDED" if person.staff or library.losses(person) else former(person)


def former(person: Person) -> str:
    return "VERIFIED" if person.verified else "NOT_VERIFIED"


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
    fields = {"title": "title", "isbn": "isbn", "author": "author_id"}
    changes = {task: after[name] for name, task in fields.items() if after[name] != before[name]}
    about = {"book_id": edit.id, "user_id": after["borrower"], "reason": "Edited as a record"}
    correct = [msgspec.convert({"book_id": edit.id} | changes, tasks.CorrectBook)] if changes else []
    move = [msgspec.convert(about, task)] if moves else []
    return move + correct if before["status"] == "BORROWED" else correct + move


def person_tasks(library: Library, edit: Edit, before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The same of a person's status."""
    if after == before:
        return []
    reinstates = (before["status"], after["status"]) == ("SUSPENDED", former(library.people[edit.id]))
    task = tasks.ReinstateUser if reinstates else MOVES.get((before["status"], after["status"]))
    return [msgspec.convert({"user_id": edit.id, "reason": "Edited as a record"}, task) if task else "no_such_task"]


# What happened


@dataclass(frozen=True)
class Operation:
    """What was asked, when, and what was said: nothing, where the answer was lost.

    The record that an edit answers is read once all is done: that is an operation of its own, `after` the one of a key.
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
    def outcome(self) -> str:
        if self.said is None:
            return "lost"
        return "refused" if isinstance(self.said, list) else "replayed" if self.is_replayed else "good"

    @property
    def changes_nothing(self) -> bool:
        return isinstance(self.said, list) or isinstance(self.asked, Read)


class Client:
    """One who asks for one thing after the other, and keeps what was said."""

    def __init__(self, number: int, address: str, token: str) -> None:
        self.number, self.token = number, token
        self.connection = HTTPConnection(address, timeout=60)
        self.history: list[Operation] = []

    def ask(self, asked: Asked, key: str, patience: float | None) -> None:
        """Ask for something. With `patience`, hang up after so many seconds: the answer is lost."""
        operation = Operation(self.number, asked, key, monotonic())
        method, path, body, _ = asked.request
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"If-Match": asked.etag} if isinstance(asked, Edit) and asked.etag else {}
        self.connection.request(method, path, json.dumps(body), headers)
        if patience is None:
            self.history += self.heard(operation)
        else:
            sleep(patience)
            self.connection.close()
            self.history.append(operation)

    def heard(self, operation: Operation) -> list[Operation]:
        response = self.connection.getresponse()
        body, replayed = json.loads(response.read()), "Idempotency-Replayed" in response.headers
        heard = replace(operation, returned=monotonic(), is_replayed=replayed)
        assert response.status < 500, body
        if response.status >= 400:
            return [replace(heard, said=[each["code"] for each in body.get("problems", [body])])]
        said, given = operation.asked.heard(body)
        heard = replace(heard, said=said, given=given)
        if not isinstance(operation.asked, Edit):
            return [heard]
        read = Read(operation.asked.kind, operation.asked.id)
        return [heard, replace(heard, asked=read, key="", said=read.heard(body)[0], after=operation.key)]


def learned(history: Iterable[Operation]) -> list[Operation]:
    """Less what was lost and not carried out; with the new ids that only the journal tells."""
    known = []
    for each in history:
        if each.said not in (None, {}):
            known.append(each)
        elif key := IdempotencyKey.objects.filter(key=each.key).first():
            entries = [*key.entry.parts.all(), key.entry]
            result = {name: value for entry in entries for name, value in (entry.result or {}).items()}
            known.append(replace(each, given=each.asked.heard(result)[1]))
    return known


# The search


@dataclass(frozen=True)
class State:
    """The library, and what was answered to each key that was carried out."""

    library: Library
    done: dict[str, Said] = field(default_factory=dict)

    def after(self, operation: Operation) -> "State | None":
        """What it is after an operation; None where something else would have been answered."""
        said, key = operation.said, operation.key
        if key in self.done:
            return self if said is None or (operation.is_replayed and said == self.done[key]) else None
        if said == CONFLICT:
            return self
        if (key and operation.is_replayed) or (operation.after and operation.after not in self.done):
            return None
        library = deepcopy(self.library)
        means = operation.asked.means(library, operation.given)
        if said not in (None, means):
            return None
        if isinstance(means, list) or isinstance(operation.asked, Read):
            return self
        return State(library, self.done | ({key: means} if key else {}))

    def __str__(self) -> str:
        """All that there is to say of it, always in the same order."""
        it = self.library
        loans, queues = {each.id: each for each in it.loans}, {key: queue for key, queue in it.queues.items() if queue}
        opening = it.calendar | it.closures | {"closed": it.policy.closed, "name": (it.name, it.address)}
        tables = (it.copies, it.people, it.waits, loans, queues, it.authors, opening, it.numbers, it.codes, self.done)
        return repr([sorted(map(repr, each.items())) for each in tables])


class Search:
    """For the states to which a history may have led."""

    def __init__(self, history: Iterable[Operation]) -> None:
        self.history = sorted(history, key=lambda each: each.returned)
        self.states: dict[str, State] = {}
        self.steps: dict[tuple[str, int], str | None] = {}
        self.tried: set[tuple[int, str]] = set()

    def ends(self, starts: Iterable[State]) -> list[State]:
        """Where it may end that began in one of these states; nowhere, if it has no order."""
        ends: dict[str, State] = {}
        waiting = [(0, self.known(start)) for start in starts]
        while waiting:
            taken, state = node = waiting.pop()
            if node in self.tried:
                continue
            self.tried.add(node)
            left = [number for number in range(len(self.history)) if not taken >> number & 1]
            first = min((self.history[number].returned for number in left), default=inf)
            if first == inf:  # what is left may never have happened
                ends[state] = self.states[state]
            next_ = [number for number in left if self.history[number].called <= first]
            steps = ((number, self.step(state, number)) for number in reversed(next_))
            waiting += [(taken | 1 << number, after) for number, after in steps if after]
        return list(ends.values())

    def known(self, state: State) -> str:
        self.states.setdefault(text := str(state), state)
        return text

    def step(self, state: str, number: int) -> str | None:
        if (state, number) not in self.steps:
            after = self.states[state].after(self.history[number])
            self.steps[state, number] = self.known(after) if after else None
        return self.steps[state, number]


def differences(state: State) -> list[str]:
    """Where the tables do not say what the model says."""
    library, tables = state.library, stored()
    people = LibraryUser.objects.values_list("pk", "status", "suspension_reason", "suspended_until")
    today = library.today
    tables["statuses"] = {
        pk: (stored_status, reason if reason and (until or today) >= today else "")
        for pk, stored_status, reason, until in people
    }
    tables["calendar"] = dict(CalendarException.objects.values_list("day", "is_open"))
    tables["closures"] = {pk: (first, last) for pk, first, last in Closure.objects.values_list("pk", "first", "last")}
    tables["queues"] = {}
    waiting = Reservation.objects.filter(status="OPEN", waiting_book=None).order_by("rank", "id")
    for reservation, isbn, book in waiting.values_list("pk", "book__isbn", "book"):
        tables["queues"].setdefault(isbn or str(book), []).append(reservation)
    expected = foreseen(library) | {
        "statuses": {
            each.id: (status(library, each), each.staff[0] if each.staff and library.bars(each) else "")
            for each in library.people.values()
        },
        "calendar": library.calendar,
        "closures": library.closures,
        "queues": {key: queue for key, queue in library.queues.items() if queue},
    }
    for rows in (tables, expected):
        rows["loans"] = sorted(rows["loans"])
    return [f"{name}: {tables[name]}, not {expected[name]}" for name in expected if tables[name] != expected[name]]


def in_tables(state: State) -> bool:
    return not differences(state)


# What is said of a history without an order


class NoOrder(AssertionError):
    """Of the first part of a history that has none, less whatever changes nothing and is not needed to see it."""

    def __init__(self, history: Sequence[Operation], starts: Sequence[State]) -> None:
        def has_none(part: Sequence[Operation]) -> bool:
            ends = Search(part).ends(starts)
            return not any(map(in_tables, ends)) if part_is_all else not ends

        part_is_all = bool(Search(history).ends(starts))  # the answers have one, but the tables say something else
        parts = [] if part_is_all else [until(end, history) for end in sorted({each.returned for each in history})]
        part = next(filter(has_none, parts), history)
        for each in [each for each in part if each.changes_nothing]:
            if has_none(less := [other for other in part if other is not each]):
                part = less
        why = "that ends in what the tables say" if part_is_all else "in which this would have been answered"
        super().__init__(f"There is no order {why}:\n{told(part)}")


def until(end: float, history: Sequence[Operation]) -> Sequence[Operation]:
    """What was called until then; of what returned later, it is open whether it has taken effect."""
    called = [each for each in history if each.called <= end]
    return [each if each.returned <= end else replace(each, returned=inf) for each in called]


def told(history: Sequence[Operation]) -> str:
    """A history as a table: milliseconds since it began, and numbers in place of ids."""
    began = min(each.called for each in history)
    lines = ["client  called  returned  request: answer"]
    for each in sorted(history, key=lambda each: each.called):
        called, returned = (
            f"{1000 * (at - began):.0f}" if at < inf else "later" for at in (each.called, each.returned)
        )
        method, path, body, _ = each.asked.request
        request = f"{method} {path} {body or ''}{f' (key {each.key})' * bool(each.key)}"
        said = "lost" if each.said is None else each.said or "done"
        how = " (replayed)" * each.is_replayed + " (read afterwards)" * bool(each.after)
        lines.append(f"{each.client:6}{called:>8}{returned:>10}  {request}: {said}{how}")
    text = re.sub(r"UUID\('([^']+)'\)|datetime\.date(\([^)]+\))", r"\1\2", "\n".join(lines))
    for number, id in enumerate(dict.fromkeys(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text)), 1):
        text = text.replace(id, f"#{number}")
    return text
