"""A second library, of plain dicts, written from the rules: what the real one is compared with.

It knows no database, no barcode series table and no state machines. `tests/model_commands.py` says what each command
does to it, `tests/model_queries.py` what each query answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

FAR = 3650
"""How many days ahead the library looks for one on which it is open."""

UNKNOWN = UUID("01931f3e-7c00-7b3c-8a52-1f0d6a3f5b10")
"""The id of nothing."""

GONE = {"MISSING", "WITHDRAWN"}


@dataclass(frozen=True)
class Policy:
    """What the library has set for itself. `closed` are ISO weekdays."""

    loan_days: int = 28
    renewals: int = 3
    limit_not_verified: int = 2
    limit_verified: int = 10
    overdue_limit: int = 3
    shelf_days: int = 7
    closed: str = ""


@dataclass
class Copy:
    """A book. `wait` is the reservation for which it is on the hold shelf, `undo` what undoes what was done last."""

    id: UUID
    title: str
    isbn: str
    author: str
    barcode: str
    shelf_mark: str = ""
    status: str = "AVAILABLE"
    borrower: UUID | None = None
    loan: UUID | None = None
    borrowed_at: datetime | None = None
    due_on: date | None = None
    renewals: int = 0
    wait: UUID | None = None
    held_until: date | None = None
    undo: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """What makes copies one title."""
        return self.isbn or str(self.id)

    def become(self, status: str) -> None:
        """Move, away from whoever had it or waited for it."""
        self.status, self.renewals = status, 0
        self.borrower = self.loan = self.borrowed_at = self.due_on = self.wait = self.held_until = None
        self.undo = {}


@dataclass
class Wait:
    """A reservation of a title, named by `key`."""

    id: UUID
    user: UUID
    key: str
    placed_at: datetime
    status: str = "OPEN"
    ended_at: datetime | None = None


@dataclass
class Loan:
    """One that has ended. `suspends`: a loss that nobody has pardoned."""

    id: UUID | None
    copy: UUID
    user: UUID
    borrowed_at: datetime | None
    due_on: date | None
    renewals: int
    ended_at: datetime
    ending: str
    line: str = ""
    suspends: bool = False
    resolved_at: datetime | None = None


@dataclass
class Person:
    """`staff` is a suspension by staff: why, and the last day; `since` is since when and by whom one is suspended."""

    id: UUID
    name: str
    email: str
    barcode: str
    birth_date: date | None = None
    verified: bool = False
    staff: tuple[str, date | None] | None = None
    since: tuple[datetime, str] | None = None
    remarks: list[str] = field(default_factory=list)


@dataclass
class Library:
    """Everything, and what it is now. `actor` acts; `may_override` says whether with an override's permission."""

    policy: Policy
    now: datetime
    actor: str = ""
    may_override: bool = True
    copies: dict[UUID, Copy] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    waits: dict[UUID, Wait] = field(default_factory=dict)
    queues: dict[str, list[UUID]] = field(default_factory=dict)
    loans: list[Loan] = field(default_factory=list)
    authors: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    name: str = ""
    address: str = ""
    calendar: dict[date, bool] = field(default_factory=dict)
    closures: dict[UUID, tuple[date, date]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=lambda: {"2": 1, "3": 1})
    codes: dict[str, UUID] = field(default_factory=dict)
    """Of books and people, whatever they have or had."""

    @property
    def today(self) -> date:
        return self.now.date()

    # The calendar

    def is_open(self, day: date) -> bool:
        closed = any(first <= day <= last for first, last in self.closures.values())
        return self.calendar.get(day, not closed and str(day.isoweekday()) not in self.policy.closed)

    def kept_until(self, start: date, days: int) -> date | None:
        """The last of so many open days from one on; of fewer, if there are no more. None when there is none."""
        until = self.open_from(start)
        for _ in range(days - 1):
            following = until and self.open_from(until + timedelta(days=1))
            until = following or until
        return until

    def shelf_end(self) -> date | None:
        """The last day of a copy that is put on the hold shelf today, of which so many open days follow."""
        days = self.policy.shelf_days
        return self.kept_until(self.today + timedelta(days=min(days, 1)), days)

    def close(self, first: date, last: date, closure: UUID) -> tuple[list[Copy], list[Copy]]:
        """Close on some days; the copies on loan that are due later now, and those that are kept for longer."""
        held = {copy.id: self.open_days_left(copy) for copy in self.copies.values() if copy.held_until}
        self.closures[closure] = first, last
        loans = [each for each in self.copies.values() if each.due_on and first <= each.due_on <= last]
        loans = [each for each in loans if not self.is_open(each.due_on or last)]
        for copy in loans:
            copy.due_on = self.open_from(copy.due_on or last)
        kept = [self.copies[each] for each in held]
        return loans, [copy for copy in kept if self.keep(copy, first, held[copy.id])]

    def open_days_left(self, copy: Copy) -> int:
        days = ((copy.held_until or self.today) - self.today).days + 1
        return sum(self.is_open(self.today + timedelta(days=each)) for each in range(days))

    def keep(self, copy: Copy, first: date, left: int) -> bool:
        """Keep a copy on the hold shelf for so many open days still; whether that is longer than before."""
        before, until = copy.held_until, self.kept_until(self.today, left)
        if before is None or until is None or before < first:
            return False
        copy.held_until = self.open_from(max(before, until)) or before
        return copy.held_until != before

    def open_from(self, day: date) -> date | None:
        """The first day from this one on which the library is open; None when it never is."""
        if len(self.policy.closed) == 7:
            opened = [each for each, is_open in self.calendar.items() if is_open and each >= max(day, self.today)]
            return min(opened, default=None)
        days = (day + timedelta(days=each) for each in range(FAR + 1))
        return next((each for each in days if self.is_open(each)), None)

    def lent_until(self, start: date) -> date | None:
        return self.open_from(start + timedelta(days=self.policy.loan_days))

    # Titles and their queues

    def title(self, key: str) -> list[Copy]:
        return sorted((copy for copy in self.copies.values() if copy.key == key), key=lambda copy: copy.id)

    def queue(self, key: str) -> list[UUID]:
        return self.queues.setdefault(key, [])

    def open_waits(self, key: str) -> list[Wait]:
        return [wait for wait in self.waits.values() if wait.key == key and wait.status == "OPEN"]

    def wait_of(self, user_id: UUID, key: str) -> Wait | None:
        return next((wait for wait in self.open_waits(key) if wait.user == user_id), None)

    def copy_for(self, wait: Wait) -> Copy | None:
        """The copy that is on the hold shelf for a reservation."""
        return next((copy for copy in self.copies.values() if copy.wait == wait.id), None)

    def state(self, wait: Wait) -> str:
        """How it ended; of one that is open, whether a copy waits on the hold shelf."""
        return wait.status if wait.status != "OPEN" else "WAITING" if self.copy_for(wait) else "QUEUED"

    def waiting_user(self, copy: Copy) -> UUID | None:
        return self.waits[copy.wait].user if copy.wait else None

    def next_in_turn(self, key: str) -> UUID | None:
        """The first in a queue who is not suspended."""
        return next(
            (each for each in self.queue(key) if not self.is_suspended(self.people[self.waits[each].user])), None
        )

    def serve(self, copies: Iterable[Copy]) -> set[UUID]:
        """Whichever of these are available go to the hold shelf, each for the next in the queue who is not suspended.

        Returns who was passed over.
        """
        passed_over = set()
        for copy in copies:
            if copy.status != "AVAILABLE":
                continue
            queue = self.queue(copy.key)
            turn = self.next_in_turn(copy.key)
            passed_over |= {self.waits[each].user for each in queue[: queue.index(turn) if turn else None]}
            if turn:
                queue.remove(turn)
                copy.become("ON_HOLD")
                copy.wait, copy.held_until = turn, self.shelf_end() or self.today
        return passed_over

    def serve_freed(self, user_ids: Iterable[UUID], but: str = "") -> set[UUID]:
        """Where one of these is in the queue, and suspended no longer, a copy may have been available: which were.

        But for that queue which is served anyway.
        """
        freed = {each for each in user_ids if not self.is_suspended(self.people[each])}
        keys = [key for key, queue in self.queues.items() if any(self.waits[each].user in freed for each in queue)]
        available = [copy for key in keys if key != but for copy in self.title(key) if copy.status == "AVAILABLE"]
        self.serve(available)
        return {copy.id for copy in available if copy.status == "ON_HOLD"}

    def release(self, copy: Copy) -> None:
        """Whoever a copy waits for is first in the queue again."""
        if copy.wait:
            self.queue(copy.key).insert(0, copy.wait)
            copy.wait = None

    def end_wait(self, wait: Wait, status: str) -> Copy | None:
        """End a reservation; the copy that waited for it is available again."""
        wait.status, wait.ended_at = status, self.now
        copy = self.copy_for(wait)
        if copy:
            copy.become("AVAILABLE")
        else:
            self.queue(wait.key).remove(wait.id)
        return copy

    # People

    def losses(self, person: Person) -> list[Loan]:
        """The standing losses that suspend a person."""
        return [loan for loan in self.loans if loan.user == person.id and loan.suspends and not loan.resolved_at]

    def bars(self, person: Person) -> bool:
        """Whether a suspension by staff holds: it does until its last day is over."""
        return person.staff is not None and (person.staff[1] is None or person.staff[1] >= self.today)

    def is_suspended(self, person: Person) -> bool:
        return bool(self.losses(person)) or self.bars(person)

    def status(self, person: Person) -> str:
        if self.is_suspended(person):
            return "SUSPENDED"
        return "VERIFIED" if person.verified else "NOT_VERIFIED"

    def borrowed(self, person: Person) -> list[Copy]:
        return [copy for copy in self.copies.values() if copy.borrower == person.id]

    def overdue(self, person: Person) -> list[Copy]:
        return [copy for copy in self.borrowed(person) if copy.due_on and copy.due_on < self.today]

    def limit(self, person: Person) -> int:
        return self.policy.limit_verified if person.verified else self.policy.limit_not_verified

    def comment(self, person: Person) -> list[str]:
        """The lines of the status comment, in no order: why somebody is suspended, and was reinstated."""
        reason = [person.staff[0]] if person.staff else []
        return sorted(reason + [loan.line for loan in self.losses(person)] + person.remarks)

    def suspending(self, person: Person) -> None:
        """To be said before a reason to suspend is added."""
        if not self.is_suspended(person):
            person.since, person.staff = (self.now, self.actor), None

    # Loans

    def end_loan(self, copy: Copy, ending: str) -> Loan | None:
        if copy.borrower is None:
            return None
        dates = copy.borrowed_at, copy.due_on, copy.renewals
        self.loans.append(Loan(copy.loan, copy.id, copy.borrower, *dates, ended_at=self.now, ending=ending))
        return self.loans[-1]

    def resolve(self, copy: Copy) -> UUID | None:
        """A lost book is here: whom that lets borrow again."""
        loss = next((each for each in self.loans if each.copy == copy.id and self.stands(each)), None)
        if loss is None:
            return None
        person = self.people[loss.user]
        was_suspended = self.is_suspended(person)
        loss.resolved_at = self.now
        self.serve_freed([loss.user], but=copy.key)
        if not was_suspended or self.is_suspended(person):
            return None
        person.staff = None
        return person.id

    @staticmethod
    def stands(loan: Loan) -> bool:
        return loan.ending == "MISSING" and loan.resolved_at is None

    # Barcodes

    def next_barcode(self, kind: str) -> str:
        """The next number of the library that is, and was, on nothing."""
        while (text := barcode(kind, self.numbers[kind])) in self.codes:
            self.numbers[kind] += 1
        self.numbers[kind] += 1
        return text

    def label(self, kind: str, given: str, owner: UUID) -> str:
        """The barcode that a book or person has from now on: what is given, or the next number."""
        text = given or self.next_barcode(kind)
        self.codes[text.upper()] = owner
        return text


def barcode(kind: str, number: int) -> str:
    """The barcode with this number: "2" for a card, "3" for a book; the library's number; Luhn's check digit."""
    body = f"{kind}0001{number:08}"
    doubled = (int(digit) * (1 + (place % 2 == 0)) for place, digit in enumerate(reversed(body)))
    total = sum(each - 9 * (each > 9) for each in doubled)
    return f"{body}{-total % 10}"


def other_days(weekdays: str) -> str:
    return "".join(day for day in "1234567" if day not in weekdays)
