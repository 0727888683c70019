"""Commands whose process dies at any statement: each is done, or not begun; sent again, it is done, and once."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connection
from msgspec import json

from library_site.cqrs import dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.messages import Message
from library_site.cqrs.models import IdempotencyKey
from library_site.cqrs.operations import operation_named
from tests.arranger import Arguments, Arranger, Here, after, unique
from tests.declared import History, commands
from tests.invariants import broken
from tests.killed import killed, seam
from tests.library import context
from tests.measures import a_library_of_its_own

pytestmark = pytest.mark.django_db(transaction=True)

logger = logging.getLogger(__name__)

EMMA, PERSUASION = "9780141439587", "9780141439686"

# What commands do when there is much to do


def lent_to_the_second_when_it_is_found(it: Arranger) -> Arguments:
    book, first, second = it.lost_book(verified=True), it.person(), it.person()
    for person in (first, second):
        it.reserve(book, person)
    because = {"override": ("book_reserved",), "override_reason": "An exam."}
    return {"book_id": book, "user_id": second, "report_found": True} | because


def two_not_collected_for_which_others_wait(it: Arranger) -> Arguments:
    for _ in range(2):
        it.reserve(it.book_not_collected())
    return {}


def comes_to_another_title_with_its_queue(it: Arranger) -> Arguments:
    book = it.missing_book()
    for each in (book, it.lent_book(isbn=PERSUASION), book):
        it.reserve(each)
    return {"book_id": book, "isbn": PERSUASION, "author_name": it.unique("Austen")}


def lost_and_waited_for(it: Arranger) -> Arguments:
    return {"book_id": after(it.reserve(book := it.lost_book(), it.person()), book)}


def edit(table: str, method: str, row: Any = None, **values: Any) -> Arguments:
    return {"table": table, "method": method, "record_id": row, "values": values}


def of_a_book_lent(it: Arranger) -> Arguments:
    return edit("catalog.book", "PATCH", it.book(), title=it.unique("Emma"), status="BORROWED", borrower_id=it.person())


def of_a_book_returned(it: Arranger) -> Arguments:
    return edit("catalog.book", "PATCH", it.queue_of(2), title=it.unique("Emma"), status="AVAILABLE", borrower_id=None)


MUCH: list[tuple[str, History]] = [
    ("BorrowBook", lent_to_the_second_when_it_is_found),
    ("CorrectBook", comes_to_another_title_with_its_queue),
    ("EditRecord", lambda it: edit("catalog.author", "POST", name=it.unique("Austen"))),
    ("EditRecord", lambda it: edit("catalog.book", "DELETE", it.book())),
    ("EditRecord", lambda it: edit("circulation.libraryuser", "POST", **it.new_person(), status="SUSPENDED")),
    ("EditRecord", of_a_book_lent),
    ("EditRecord", of_a_book_returned),
    ("ExpireReservations", two_not_collected_for_which_others_wait),
    ("ReportMissingBook", lambda it: {"book_id": it.lent_book(person=it.person(verified=True))}),
    ("ReturnBook", lost_and_waited_for),
]


class Case(NamedTuple):
    """A command, in a library in which it has something to do."""

    operation: str
    history: History

    def message(self) -> Message[Any]:
        operation = operation_named(self.operation, or_internal=True)
        assert operation
        return message_from(operation, self.history(Here()))


CASES = [
    *(Case(each.operation.name, history) for each in commands() for history in (each.good, *each.moves)),
    *(Case(*each) for each in MUCH),
]
THE_LAST_OF_EACH = {case.operation: case for case in CASES}

each_command = pytest.mark.parametrize("case", THE_LAST_OF_EACH.values(), ids=lambda case: case.operation)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.operation)

# What is in the tables

UNFORETOLD = {"cqrs.IdempotencyKey.at", "cqrs.IdempotencyKey.fingerprint", "cqrs.JournalEntry.number"}
"""Columns that no two carryings-out have alike: a clock, a salt, a sequence with gaps."""

ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def rows() -> list[str]:
    """All of the library, its journal and its keys."""
    found = []
    for model in (each for app in ("catalog", "circulation", "cqrs") for each in apps.get_app_config(app).get_models()):
        if model._meta.managed:
            names = [field.attname for field in model._meta.concrete_fields if str(field) not in UNFORETOLD]
            found += [f"{model.__name__} {row}" for row in model._base_manager.values(*names)]
    return sorted(found)


def with_new_ids(rows: list[str], before: list[str]) -> list[str]:
    """The rows, whose ids that were not there before are numbered by their age."""
    new = sorted({*ID.findall("".join(rows))} - {*ID.findall("".join(before))})
    return sorted(ID.sub(lambda id: f"new {new.index(id[0])}" if id[0] in new else id[0], row) for row in rows)


# Killed


def trial(case: Case, *deaths: int, tally: Counter[str], later: float = 0) -> int:
    """Of how many steps the command is. It dies at each of these in turn, negative ones counted from the end.

    Each time it is sent again with its key, at last to one who lives. What it does is tried out before, and undone.
    """
    message, request, before, said = case.message(), context(idempotency_key=unique("key")), rows(), list[str]()
    with a_library_of_its_own():
        with seam(said.append):
            dispatch(message, request)
        done = with_new_ids(rows(), before)
    answers, is_done = list[Any](), False
    for death in deaths:
        at = death % len(said) if death < 0 else death
        acknowledged, left = killed(message, request, at, later), rows()
        is_done = left != before
        assert not is_done or with_new_ids(left, before) == done, f"half done at {said[at:][:1]}"
        if not later:
            assert (is_done, bool(acknowledged)) == (at >= len(said) - 1, at >= len(said)), said[at:][:1]
        answers += [acknowledged[0]] if acknowledged else []
        tally.update(kills=1, acknowledged=bool(acknowledged), found=is_done and not acknowledged)
    again = killed(message, request, at=len(said))
    assert again
    assert again[1] == is_done or later, "was it the stored answer?"
    said_of_it = IdempotencyKey.objects.get(key=request.idempotency_key).entry.result
    assert all(json.decode(json.encode(answer)) == said_of_it for answer in (*answers, again[0]))
    assert with_new_ids(rows(), before) == done
    assert broken() == []
    return len(said)


@contextmanager
def counted(case: Case) -> Iterator[Counter[str]]:
    """Logs what became of the kills."""
    tally, began = Counter[str](), monotonic()
    yield tally
    words = "%s: killed %s times in %.1f s; acknowledged %s, found done though not acknowledged %s"
    figures = (tally["kills"], monotonic() - began, tally["acknowledged"], tally["found"])
    logger.warning(words, case.operation, *figures)


@each_command
def test_a_command_killed_before_its_commit_and_again_after_it_is_carried_out_once(case: Case) -> None:
    with counted(case) as tally:
        trial(case, -2, -1, tally=tally)


@pytest.mark.soak
@each_case
def test_a_command_killed_at_any_statement_is_carried_out_once(case: Case) -> None:
    """Also in the midst of its COMMIT, and at every statement in turn."""
    chance = Random(case.operation)
    with counted(case) as tally:
        steps = 0
        while steps < trial(case, steps, tally=tally):
            steps += 1
        for _ in range(10):
            trial(case, -2, tally=tally, later=chance.random() / 1000)
        trial(case, *range(steps), tally=tally)


# The seam


@contextmanager
def heard(path: Path) -> Iterator[list[str]]:
    """What the driver says to the database. (psycopg's library writes down what it sends.)"""
    connection.ensure_connection()
    driver, said = connection.connection, list[str]()
    if connection.vendor == "sqlite":
        driver.set_trace_callback(said.append)
        yield said
        driver.set_trace_callback(None)
        return
    with path.open("w+") as file:
        driver.pgconn.trace(file.fileno())
        yield said
        driver.pgconn.untrace()
        file.seek(0)
        said += [line for line in file if re.search("\tF\t\\d+\t(Query|Execute)\t", line)]


def test_nothing_is_said_to_the_database_past_the_seam(tmp_path: Path) -> None:
    for case in CASES:
        message, said = case.message(), list[str]()
        with heard(tmp_path / "sent") as sent, seam(said.append):
            dispatch(message, context(idempotency_key=unique("key")))
        assert len(said) == 2 * len(sent), (case, said[::2], sent)
