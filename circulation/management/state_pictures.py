"""docs/states.md: the tables of states.py, as pictures and as tables."""

from typing import Any

from catalog.models import Book
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.states import BOOK, LOAN, MACHINES, NEW, RESERVATION, USER, Machine

INTRODUCTION = """# What can become of a book, a loan, a reservation and a person

These are the tables that the commands move by (`circulation/states.py`): a command that tried another move would fail.
Every move that stands here is made by a history in the test file of its command. The model test (`tests/test_model.py`)
drives all commands at random; it makes no other move, and from wherever it gets there is a way back: each book on its
shelf, nobody suspended.

What the legacy CRUD writes is carried out by these commands, too.

This page is made from the code by `make states`.
"""

MOST = 4
"""Commands on one arrow of a picture; the table has them all."""

LABELS: dict[Machine, dict[Any, Any]] = {
    BOOK: dict(Book.Status.choices),
    LOAN: dict(PastLoan.Ending.choices) | {"ON_LOAN": "On loan", "RESOLVED": "Found again"},
    RESERVATION: dict(Reservation.Status.choices) | {"QUEUED": "In the queue", "WAITING": "On the hold shelf"},
    USER: dict(LibraryUser.Status.choices),
}


def page() -> str:
    """The page, in Markdown; its pictures are Graphviz's."""
    return "\n".join([INTRODUCTION, *(_section(machine) for machine in MACHINES)])


def _section(machine: Machine) -> str:
    title = f"## {machine.name.capitalize()}\n"
    return "\n".join([title, f"```dot\n{picture(machine)}```", "", _table(machine), ""])


def picture(machine: Machine) -> str:
    """The states and the moves from one to another, for Graphviz; a dot is where something begins, or ends."""
    lines = [
        f'digraph "What can become of a {machine.name}" {{',
        "  node [shape=box style=rounded]",
        "  NEW [shape=point]",
    ]
    if any(after == NEW for _, after in machine.moves):
        lines.append("  GONE [shape=point]")
    lines += [f'  {state} [label="{LABELS[machine][state]}"]' for state in _states(machine)]
    lines += [
        f'  {before} -> {"GONE" if after == NEW else after} [label=" {_names(commands)} "]'
        for (before, after), commands in machine.moves.items()
    ]
    return "\n".join([*lines, "}", ""])


def _states(machine: Machine) -> list[str]:
    """The states in the order in which they are first met."""
    return list(dict.fromkeys(state for move in machine.moves for state in move if state != NEW))


def _names(commands: frozenset[str]) -> str:
    """The commands on an arrow; of many, the first few."""
    names = sorted(commands)
    return r" \n ".join(names if len(names) <= MOST else [*names[: MOST - 1], f"and {len(names) - MOST + 1} others"])


def _table(machine: Machine) -> str:
    labels = LABELS[machine] | {NEW: ""}
    rows = [
        f"| {labels[before]} | {labels[after]} | {', '.join(sorted(commands))} |"
        for (before, after), commands in machine.moves.items()
    ]
    return "\n".join(["| from | to | by |", "|---|---|---|", *rows])
