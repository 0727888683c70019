"""One borrow, from a door to the tables: the steps are those that dispatcher and handler take, in their order."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from catalog.models import Book
from circulation.commands import BorrowBook
from circulation.models import LibraryUser, PastLoan, Reservation
from library_site.cqrs import dispatcher
from library_site.cqrs.models import IdempotencyKey, JournalEntry
from library_site.cqrs.operations import operation_of
from library_site.cqrs.texts import SOURCES

from .graph import arrow, box, cluster, graph

OF_DISPATCH = {
    "operation_of": "find the handler",
    "authorise": "may the actor?",
    "keys.replay": "carried out before, by this key?\nthen the answer of then",
    "transaction.atomic": "begin a transaction",
    "operation.handler": "call the handler",
    "keys.remembered": "keep the key",
    "journal.record_effect": "write the journal\ncommit",
}
"""The steps of dispatch() that are drawn, and what they are for."""

WAY = (dispatcher.dispatch, dispatcher._journalled, dispatcher._replayed_or_new, dispatcher._in_one_transaction)
"""The functions that a command goes through, one calling the next."""

OF_HANDLER = {
    "find_and_lock_title": "lock the book,\nand its title’s queue",
    "find_and_lock_user": "lock the reader",
    "standing_of": "loans, overdue books, policy",
    "refuse_unless_overridden": "refuse, with all\nthat stands in the way",
    "move": "the book is on loan",
    "serve_queue": "whoever is next",
}
"""The steps of the handler that are drawn."""

TABLES = (Book, LibraryUser, Reservation, PastLoan)


def one_borrow() -> str:
    operation = operation_of(BorrowBook)
    ways = "\n".join(str(text) for text in SOURCES.values())
    dispatched = _taken(WAY, OF_DISPATCH)
    handled = _taken([operation.handler], OF_HANDLER)
    tables = ", ".join(model._meta.db_table for model in TABLES)
    kept = ", ".join(model._meta.db_table for model in (JournalEntry, IdempotencyKey))
    return graph(
        "One borrow, from a door to the tables",
        [
            box("door", f"a door\n{ways}", "oval"),
            box("message", f"{operation.name}\nbook_id, user_id"),
            *cluster("dispatch", "dispatch()", _boxes(dispatched, OF_DISPATCH)),
            *cluster("handler", f"{operation.slug}()", _boxes(handled, OF_HANDLER)),
            box("tables", tables.replace(", ", "\n"), "cylinder"),
            box("kept", kept.replace(", ", "\n"), "cylinder"),
            arrow("door", "message"),
            arrow("message", _name(dispatched[0])),
            *(arrow(_name(before), _name(after)) for before, after in pairwise(dispatched)),
            arrow("operation_handler", _name(handled[0])),
            *(arrow(_name(before), _name(after)) for before, after in pairwise(handled)),
            arrow(_name(handled[-1]), "tables"),
            arrow(_name(dispatched[-1]), "kept"),
        ],
    )


def _boxes(steps: list[str], texts: dict[str, str]) -> list[str]:
    return [box(_name(step), f"{step}\n{texts[step]}") for step in steps]


def _name(step: str) -> str:
    return step.replace(".", "_")


def _taken(functions: Iterable[Callable[..., Any]], steps: dict[str, str]) -> list[str]:
    """The steps that functions take, in the order of their lines; one that several take is taken by the last of them.

    (The first lines of dispatch() are about queries, too.) Raises ValueError for a step that none takes.
    """
    calls = [name for function in functions for name in _calls(function) if name in steps]
    if idle := steps.keys() - set(calls):
        raise ValueError(f"Nobody calls {idle} any more: what is drawn of one borrow is to be mended.")
    return list(reversed(dict.fromkeys(reversed(calls))))


def _calls(function: Callable[..., Any]) -> Iterator[str]:
    """What a function calls, line by line."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        yield ast.unparse(call.func)
