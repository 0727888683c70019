"""What every suite must know of an operation: declared once, in the operation's own test file.

    DECLARED = declared(
        RenewLoan,
        good=lambda it: {"book_id": it.lent_book()},
        statements=10,
        refusals=[refused(BookNotOnLoan, "“Emma” is not on loan", lambda it: {"book_id": it.book("Emma")})],
    )

`it` is a library (tests/arranger.py), the one of this process or one that is deployed; arguments are flat, as the
command line takes them. What has to be declared tests/test_complete.py says of each operation that lacks it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple, cast
from uuid import uuid4

import pytest
from django.db import connection

from circulation.policies import LibraryNeverOpens
from library_site.cqrs import DomainError, InvalidInput, NotFound
from library_site.cqrs.arguments import message_from
from library_site.cqrs.messages import Message, Query
from library_site.cqrs.operations import RegisteredOperation, all_operations, operation_of
from tests.arranger import Arguments, Arranger, Here
from tests.large_library import LargeLibrary
from tests.library import set_policy

History = Callable[[Arranger], Arguments]
"""Brings about what an operation is to be asked in, and returns its arguments."""

FOR_WORDS = 2 if connection.vendor == "postgresql" else 1
"""Statements: PostgreSQL is asked for the place of the page among what has the words, and for its rows."""

JUNK = "This cursor is not one of ours."
SAY_WHY = "Say why this is overridden: the journal keeps it."


@dataclass(frozen=True)
class Refused:
    """A history that leads to a refusal, words that it holds, the names of its details, the operation that helps."""

    kind: type[DomainError]
    words: str
    history: History
    details: str = ""
    remedy: str | None = None

    def arguments(self) -> Arguments:
        """Of the refused request, in the library of this process."""
        return self.history(Here())


refused = Refused


def never_open(history: History) -> Refused:
    """That the library never opens any more, once the history has come about."""

    def closed_since(it: Arranger) -> Arguments:
        arguments = history(it)
        set_policy(closed_weekdays="1234567")
        return arguments

    return Refused(LibraryNeverOpens, "By its calendar the library is not open on any day to come.", closed_since)


class About(NamedTuple):
    """In which states a thing mostly is that a command is for, and how often the model takes the command for a step."""

    states: tuple[str, ...]
    weight: int


def about(*states: str, weight: int = 1) -> About:
    """Of the book, the person or the reservation that the message names by its id; of any, when no state is said."""
    return About(states, weight)


@dataclass(frozen=True)
class Declared:
    """An operation and what is declared of it; see `declared`."""

    operation: RegisteredOperation
    good: History
    statements: int | None
    refusals: tuple[Refused, ...]
    moves: tuple[History, ...]
    rows: Callable[[Arranger, int], Arguments] | None
    large: Callable[[LargeLibrary], list[Arguments]] | None
    not_in_model: str
    step: About | None

    def arguments(self) -> Arguments:
        """Of a request that is carried out, in the library of this process."""
        return self.good(Here())

    def message(self, history: History | None = None) -> Message[Any]:
        """The message of a history, or of the good request, in the library of this process."""
        return message_from(self.operation, (history or self.good)(Here()))

    def message_of_rows(self, count: int) -> Query[Any]:
        """The message of a list that has so many rows, in the library of this process."""
        assert self.rows
        return cast(Query[Any], message_from(self.operation, self.rows(Here(), count)))


def declared(
    message: type[Message[Any]],
    *,
    good: History | None = None,
    statements: int | None = None,
    refusals: Sequence[Refused] = (),
    moves: Sequence[History] = (),
    rows: Callable[[Arranger, int], Arguments] | None = None,
    large: Callable[[LargeLibrary], list[Arguments]] | None = None,
    not_in_model: str = "",
    step: About | None = None,
) -> Declared:
    """Say of an operation:

    - `good`: a request that is carried out, in any library (of a query with `rows`, that of one row);
    - `statements`: how many SQL statements that takes, with those of the transaction and the journal;
    - `refusals`: how each is reached. What follows from the message (an id of nothing, a cursor that is junk, an
      override without a reason) need not be said;
    - `moves`: of a command, further requests that are carried out: those that make the moves that `good` does not make,
      and those that are only just not refused;
    - `rows`: of a list, what has so many rows, and how it is asked for;
    - `large`: of a query, what to ask a large library: what is common there, and what is rare;
    - `not_in_model`: why the model does not answer a query, or foretell a command;
    - `step`: of a command about one thing, the states in which librarians mostly give it: about("BORROWED", weight=2).
      A step that takes more than that to choose (a day, for one, which has to be said from the library's today) is a
      function with @step in tests/model_steps.py.
    """
    if good is None:
        assert rows, f"{message.__name__} needs a good request, or rows."
        good = _one_row(rows)
    operation = operation_of(message)
    every = (*refusals, *_that_follow(operation, good, refusals))
    return Declared(operation, good, statements, every, tuple(moves), rows, large, not_in_model, step)


def _one_row(rows: Callable[[Arranger, int], Arguments]) -> History:
    return lambda it: rows(it, 1)


def _that_follow(operation: RegisteredOperation, good: History, said: Sequence[Refused]) -> Iterator[Refused]:
    """The refusals that follow from the message: the same good request, but for one argument."""
    if NotFound in operation.refusals:
        for name in (field.name for field in fields(operation.message) if field.name.endswith("_id")):
            words = f"no {name.removesuffix('_id')} with this id."
            yield Refused(NotFound, words, _but(good, **{name: uuid4()}), details=name)
    if operation.is_query and InvalidInput in operation.refusals:
        yield Refused(InvalidInput, JUNK, _but(good, cursor="junk"))
    if overridden := next((each for each in said if each.kind in operation.overridable), None):
        yield Refused(InvalidInput, SAY_WHY, _but(overridden.history, override=(overridden.kind.code,)))


def _but(history: History, **values: Any) -> History:
    """The same history, asked with other arguments."""
    return lambda it: history(it) | values


def file_of(operation: RegisteredOperation) -> str:
    """Where an operation is declared."""
    kind = "queries" if operation.is_query else "commands"
    return f"{operation.app}/tests/{kind}/test_{operation.slug}.py"


@cache
def declaration_of(operation: RegisteredOperation) -> Declared | None:
    """What is declared of an operation; None when nothing is."""
    name = file_of(operation).removesuffix(".py").replace("/", ".")
    try:
        module = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return None
    found: Declared | None = getattr(module, "DECLARED", None)
    return found


def declarations() -> list[Declared]:
    """All that is declared, by the operation's name. (tests/test_complete.py says of which operation nothing is.)"""
    return [found for operation in all_operations() if (found := declaration_of(operation))]


def each_operation(wanted: Callable[[Declared], object] = bool, *, one_in: int = 1) -> pytest.MarkDecorator:
    """A test of every operation that is declared, and wanted; of one in so many, and all in `make soak`."""
    params = [
        pytest.param(each, id=each.operation.name, marks=pytest.mark.soak if number % one_in else [])
        for number, each in enumerate(filter(wanted, declarations()))
    ]
    return pytest.mark.parametrize("declared", params)


def commands() -> list[Declared]:
    """The commands that are declared."""
    return [each for each in declarations() if not each.operation.is_query]


def each_refusal(
    wanted: Callable[[RegisteredOperation, Refused], object] = lambda operation, case: True,
    *,
    one_of_a_kind: bool = False,
) -> pytest.MarkDecorator:
    """A test of every refusal of every operation, as far as it is wanted; of one of a kind, and all in `make soak`."""
    pairs = [(each, case) for each in declarations() for case in each.refusals if wanted(each.operation, case)]
    first = {pair[1].kind: pair for pair in reversed(pairs)}
    params = [
        pytest.param(
            *pair,
            id=f"{pair[0].operation.name}-{pair[1].kind.code}",
            marks=pytest.mark.soak if one_of_a_kind and first[pair[1].kind] is not pair else [],
        )
        for pair in pairs
    ]
    return pytest.mark.parametrize(("declared", "case"), params)
