"""Commands whose process dies at any moment: what they do is done, or not begun; sent again, it is done, and once."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import random
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
from tests.arranger import Arguments, Arranger, Here, unique
from tests.declared import History, commands
from tests.invariants import broken
from tests.killed import killed, seam
from tests.library import context
from tests.measures import a_library_of_its_own

pytestmark = pytest.mark.django_db(transaction=True)

logger = logging.getLogger(__name__)

ISBN = "9780141439587"

# When there is much to do, and edits of records


def lent_to_the_second_when_it_is_found(it: Arranger) -> Arguments:
    book, second = it.lost_book(verified=True), it.person()
    it.reserve(book)
    it.reserve(book, second)
    because = {"override": ("book_reserved",), "override_reason": "An exam."}
    return {"book_id": book, "user_id": second, "report_found": True} | because


def comes_to_another_title_with_its_queue(it: Arranger) -> Arguments:
    book = it.missing_book()
    for each in (book, it.lent_book(isbn=ISBN), book):
        it.reserve(each)
    return {"book_id": book, "isbn": ISBN, "author_name": it.unique("Austen")}


def two_not_collected_for_which_others_wait(it: Arranger) -> Arguments:
    for _ in range(2):
        it.reserve(it.book_not_collected())
    return {}


def lost_and_waited_for(it: Arranger) -> Arguments:
    book = it.lost_book()
    it.reserve(book)
    return {"book_id": book}


def edit(table: str, method: str, row: Any = None, **values: Any) -> Arguments:
    return {"table": table, "method": method, "record_id": row, "values": values}


def corrected_and(it: Arranger, book: Any, status: str, borrower: Any = None) -> Arguments:
    return edit("catalog.book", "PATCH", book, title=it.unique("Emma"), status=status, borrower_id=borrower)


MUCH: list[tuple[str, History]] = [
    ("BorrowBook", lent_to_the_second_when_it_is_found),
    ("CorrectBook", comes_to_another_title_with_its_queue),
    ("ExpireReservations", two_not_collected_for_which_others_wait),
    ("ReturnBook", lost_and_waited_for),
    ("ReportMissingBook", lambda it: {"book_id": it.lent_book()}),
    ("EditRecord", lambda it: edit("catalog.book", "DELETE", it.book())),
    ("EditRecord", lambda it: edit("circulation.libraryuser", "POST", **it.new_person(), status="SUSPENDED")),
    ("EditRecord", lambda it: corrected_and(it, it.queue_of(2), "AVAILABLE")),
    ("EditRecord", lambda it: corrected_and(it, it.book(), "BORROWED", it.person())),
]


class Case(NamedTuple):
    """A command, and a library in which it has something to do."""

    name: str
    history: History

    def message(self) -> Message[Any]:
        operation = operation_named(self.name, or_internal=True)
        assert operation
        return message_from(operation, self.history(Here()))


CASES = [
    *(Case(each.operation.name, history) for each in commands() for history in (each.good, *each.moves)),
    *(Case(name, history) for name, history in MUCH),
]
THE_LAST_OF_EACH = list({case.name: case for case in CASES}.values())
IN_EVERY_RUN = {"AddNewBook", "BorrowBook", "CorrectBook", "EditRecord", "ReturnBook"}
"""They all commit in one place; the others die in the soak."""

# What is in the tables

UNFORETOLD = {"cqrs.IdempotencyKey.at", "cqrs.IdempotencyKey.fingerprint", "cqrs.JournalEntry.number"}
"""Columns that are different each time: of a clock, of a salt, of a sequence with gaps."""

ID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def rows() -> list[str]:
    """All of the library, its journal and its keys."""
    models = (model for app in ("catalog", "circulation", "cqrs") for model in apps.get_app_config(app).get_models())
    found = list[str]()
    for model in (each for each in models if each._meta.managed):
        names = [field.attname for field in model._meta.concrete_fields if str(field) not in UNFORETOLD]
        found += [f"{model.__name__} {row}" for row in model._base_manager.values(*names)]
    return sorted(found)


def with_new_ids(rows: list[str], before: list[str]) -> list[str]:
    """The rows, whose ids that were not there before are numbered by their age."""
    new = sorted({*ID.findall("".join(rows))} - {*ID.findall("".join(before))})
    return sorted(ID.sub(lambda id: f"new {new.index(id[0])}" if id[0] in new else id[0], row) for row in rows)


# Killed

Deaths = Callable[[int], Iterable[int]]
"""At which steps of how many: two for each statement, before and after it; the last ones are those of COMMIT."""


def before_and_after_commit(steps: int) -> Iterable[int]:
    return steps - 2, steps - 1


def around_commit(steps: int) -> Iterable[int]:
    return [steps - 2] * 5


def acknowledged(steps: int) -> Iterable[int]:
    return [steps]


def die(case: Case, deaths: Deaths, *, soon: bool = False) -> None:
    """Send a command with its key to process after process: they die at these steps, the last one after its answer.

    `soon`: up to 2 ms later. What carrying it out once does to the tables is found out before, and undone.
    """
    began, tally = monotonic(), Counter[str]()
    message, request, before, said = case.message(), context(idempotency_key=unique("key")), rows(), list[str]()
    with a_library_of_its_own():
        with seam(said.append):
            dispatch(message, request)
        done = with_new_ids(rows(), before)
    steps, is_done = len(said), False
    for at in (*deaths(steps), steps):
        where, was_done = f"died at {at} of {steps}: {said[at:][:1]}", is_done
        answer = killed(message, request, at, random() / 500 if soon else 0)
        left = rows()
        is_done = left != before
        assert not is_done or with_new_ids(left, before) == done, where
        if not soon:
            assert (is_done, answer is not None) == (at >= steps - 1, was_done or at >= steps), where
        if answer:
            entry = IdempotencyKey.objects.get(key=request.idempotency_key).entry
            assert json.decode(json.encode(answer[0])) == entry.result, where
            assert answer[1] or not was_done, where
        tally.update(killed=1, acknowledged=bool(answer), found=is_done and not answer)
    assert is_done
    assert broken() == []
    words = "%s: killed %s times in %.1f s; acknowledged %s, found done though not acknowledged %s"
    logger.warning(words, case.name, tally["killed"], monotonic() - began, tally["acknowledged"], tally["found"])


@pytest.mark.parametrize(
    "case",
    [pytest.param(each, marks=[] if each.name in IN_EVERY_RUN else pytest.mark.soak) for each in THE_LAST_OF_EACH],
    ids=lambda case: case.name,
)
def test_a_command_killed_before_its_commit_and_again_after_it_is_carried_out_once(case: Case) -> None:
    die(case, before_and_after_commit)


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize(
    ("deaths", "soon"), [(range, False), (acknowledged, False), (around_commit, True)], ids=["all", "after", "in"]
)
def test_a_command_killed_at_any_moment_is_carried_out_once(case: Case, deaths: Deaths, soon: bool) -> None:
    die(case, deaths, soon=soon)


# The seam


@contextmanager
def heard(path: Path) -> Iterator[list[str]]:
    """What the driver says to the database. (psycopg's library writes it into a file.)

    Of a row with a trigger SQLite says the INSERT once more, and what the trigger does as a comment; of many rows that
    are put in by one statement, one for each.
    """
    connection.ensure_connection()
    driver, said = connection.connection, list[str]()

    def hear(sql: str) -> None:
        into, _values, _rest = sql.partition(" VALUES ")
        if not sql.startswith("--") and not (
            sql.startswith("INSERT") and said and said[-1].startswith(f"{into} VALUES ")
        ):
            said.append(sql)

    if connection.vendor == "sqlite":
        driver.set_trace_callback(hear)
        yield said
        driver.set_trace_callback(None)
    else:
        with path.open("w+") as file:
            driver.pgconn.trace(file.fileno())
            yield said
            driver.pgconn.untrace()
        sent = re.findall(r"\tF\t\d+\t(?:Query|Execute)\t.*", path.read_text())
        of_psycopg = re.compile(r'\t "(?:DEALLOCATE ALL|FETCH|CLOSE)')
        said += (each for each in sent if not of_psycopg.search(each))


@pytest.mark.parametrize("cases", [THE_LAST_OF_EACH, pytest.param(CASES, marks=pytest.mark.soak)], ids=["some", "all"])
def test_all_that_commands_say_to_the_database_passes_the_seam(cases: list[Case], tmp_path: Path) -> None:
    for case in cases:
        message, said = case.message(), list[str]()
        with heard(tmp_path / "sent") as sent, seam(said.append):
            dispatch(message, context(idempotency_key=unique("key")))
        assert len(said) == 2 * len(sent) > 0, f"{case.name}: {said[::2]}, but {sent}"
