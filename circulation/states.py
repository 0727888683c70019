"""What can become of a book, a loan, a reservation and a person.

Each command declares the moves that it makes (`@moves`), and can make no other; docs/states.md draws them all. The
states in words are in domain/words.py, and with the models.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeVar

from library_site.cqrs import Command

NEW = "NEW"
"""Where everything begins."""

AVAILABLE, BORROWED, ON_HOLD, MISSING, WITHDRAWN = "AVAILABLE", "BORROWED", "ON_HOLD", "MISSING", "WITHDRAWN"
ON_LOAN, RETURNED, LOST, RESOLVED = "ON_LOAN", "RETURNED", "MISSING", "RESOLVED"
QUEUED, WAITING, FULFILLED, CANCELLED, EXPIRED = "QUEUED", "WAITING", "FULFILLED", "CANCELLED", "EXPIRED"
NOT_VERIFIED, VERIFIED, SUSPENDED = "NOT_VERIFIED", "VERIFIED", "SUSPENDED"


class ForbiddenMove(RuntimeError):
    """A command moved something in a way that it does not declare: the fault is the code's."""


@dataclass(frozen=True, eq=False)
class Machine:
    """One kind of thing, its states in the order of its life, and of each move the commands that declare it."""

    name: str
    states: tuple[str, ...]
    declared: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def moves(self) -> dict[tuple[str, str], frozenset[str]]:
        """Of each move, from one state to another, the commands that make it; in the order of the states."""
        order = (NEW, *self.states)
        moves = sorted(self.declared, key=lambda move: (order.index(move[0]), order.index(move[1])))
        return {move: frozenset(self.declared[move]) for move in moves}

    def check(self, before: str, after: str, command: Command[Any]) -> None:
        """Raises ForbiddenMove unless the command declares that it moves something from `before` to `after`."""
        if type(command).__name__ not in self.declared.get((before, after), ()):
            raise ForbiddenMove(self._advice(before, after, type(command)))

    def _advice(self, before: str, after: str, command: type[Command[Any]]) -> str:
        kind = next(name for name, machine in _KINDS.items() if machine is self)
        return (
            f"{command.__name__} does not declare: a {self.name} from {before} to {after}. If it may be, add "
            f'{kind}="{before} > {after}" to @moves in {command.__module__}, and `make states`.'
        )


BOOK = Machine("book", (AVAILABLE, BORROWED, ON_HOLD, MISSING, WITHDRAWN))
LOAN = Machine("loan", (ON_LOAN, RETURNED, LOST, RESOLVED))
RESERVATION = Machine("reservation", (QUEUED, WAITING, FULFILLED, CANCELLED, EXPIRED))
USER = Machine("person", (NOT_VERIFIED, VERIFIED, SUSPENDED))

MACHINES = (BOOK, LOAN, RESERVATION, USER)

_KINDS = {"book": BOOK, "loan": LOAN, "reservation": RESERVATION, "user": USER}

Move = tuple[Machine, str, str]
"""Of what kind of thing, from which state to which."""

F = TypeVar("F", bound=Callable[..., Any])


def moves(*, by: Sequence[Callable[..., Any]] = (), **kinds: str) -> Callable[[F], F]:
    """Say of a handler which moves its command makes: book="AVAILABLE, ON_HOLD > BORROWED; MISSING > AVAILABLE".

    And of a function that several commands call, which moves it makes. `by` are such functions that this one calls.
    """
    made = {*_read(kinds), *(move for each in by for move in moves_of(each))}

    def decorate(function: F) -> F:
        function.__dict__["moves"] = made
        asked = function.__annotations__["command"]
        if isinstance(asked, type) and issubclass(asked, Command):
            declare(asked, made)
        return function

    return decorate


def _read(kinds: dict[str, str]) -> Iterator[Move]:
    for kind, text in kinds.items():
        machine = _KINDS[kind]
        for move in text.split(";"):
            befores, afters = ([state.strip() for state in side.split(",")] for side in move.split(">"))
            for before, after in product(befores, afters):
                if unknown := {before, after} - {NEW, *machine.states}:
                    raise ValueError(f"A {machine.name} has no state {unknown.pop()}.")
                yield machine, before, after


def declare(command: type[Command[Any]], made: set[Move]) -> None:
    """Let a command make these moves."""
    for machine, before, after in made:
        machine.declared[before, after].add(command.__name__)


def moves_of(function: Any) -> set[Move]:
    """The moves that a function makes, as it says."""
    made: set[Move] = getattr(function, "__dict__", {}).get("moves", set())
    return made


def undeclared(handler: Callable[..., Any]) -> Iterator[str]:
    """Of what its module uses: the functions that move something which the handler does not declare."""
    for name, used in handler.__globals__.items():
        if used is not handler and (missing := moves_of(used) - moves_of(handler)):
            lacking = ", ".join(sorted(f"{machine.name} {before} > {after}" for machine, before, after in missing))
            yield f"{handler.__name__} uses {name}, and does not declare by @moves: {lacking}."
