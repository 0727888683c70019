"""Every query of a large library: how it is read, whichever page is asked for.

On PostgreSQL it is that of the bench with 20,000 books (`make soak`: 100,000), in a database of its own; on SQLite
(`make soak`), as large as a town's (tests/large_library.py), in a transaction that is rolled back.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from bench.deeds import questions, some_of_it
from bench.speed.library import load
from bench.speed.rows import Size
from catalog.models import Author, Book
from catalog.queries import SearchAuthors, SearchBooks
from circulation.models import LibraryUser, PastLoan
from circulation.queries import SearchUsers
from library_site.cqrs import Page, Query, dispatch
from library_site.cqrs.arguments import message_from
from library_site.cqrs.models import JournalEntry, JournalSubject
from tests.declared import Declared, declarations
from tests.large_library import NOW, LargeLibrary, build, close
from tests.library import context

pytestmark = [pytest.mark.django_db, pytest.mark.long]

Statement = tuple[str, Any, bool]
"""SQL, its parameters, and whether PostgreSQL prepares it: then it is planned for any values."""

TYPES = {"UUID": "uuid", "date": "date", "datetime": "timestamptz", "Int8": "bigint", "Int4": "integer"}
"""Of what is bound; what words are, the statement says."""

MANY = 1_000
LARGE = {each._meta.db_table for each in (Book, LibraryUser, PastLoan, JournalEntry, JournalSubject)}
"""Tables of so many rows and more; a smaller one a database may read all, as it likes."""

MOST_BOOKS = 100_000
SIZES = [20_000, pytest.param(MOST_BOOKS, marks=pytest.mark.soak)]
if connection.vendor == "sqlite":
    SIZES = [pytest.param(5_000, marks=pytest.mark.soak)]

PASSED_OVER = 1_000
"""How many rows a scan may look at in vain."""

BY_WORDS = (SearchAuthors, SearchBooks, SearchUsers)
"""What is found by words is read up to a number, of a library of any size (catalog/models/found.py)."""

LOOKED_AT = 2_000
"""How many rows a statement looks at, of more than a million: a page has 100, and some are passed over or joined."""

READ_UP_TO = {
    **dict.fromkeys(("SearchAuthors", "SearchBooks", "SearchUsers"), 8_000),
    "GetLoansOverTime": 8_000,
    "GetMostBorrowedBooks": 20_000,
    "GetStockByState": MOST_BOOKS,
}
"""What is found by words ends with the first so many (catalog/models/found.py); what counts reads what it counts."""

COUNTED = {"GetLoansOverTime", "GetMostBorrowedBooks", "GetStockByState"}
"""What counts the books may read them all, once."""


def asked_of(declared: Declared, library: LargeLibrary) -> list[Query[Any]]:
    """What is asked of it."""
    asked = questions(declared, library)
    return [cast(Query[Any], message_from(declared.operation, each)) for each in asked]


@pytest.fixture(scope="module", params=SIZES)
def large_library(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[LargeLibrary]:
    """The large library, gone afterwards."""
    with django_db_blocker.unblock():
        if connection.vendor != "postgresql":
            with transaction.atomic():
                yield build()
                transaction.set_rollback(True)
            return
        with another_database():
            with override_settings(STATEMENT_TIMEOUT=0):  # the machine may have other things to do
                load(Size(request.param))
                close()
            with connection.cursor() as cursor:
                # As its manual has it for what is in memory; it takes them to be on slow disks.
                cursor.execute("SET random_page_cost = 1.1; SET plan_cache_mode = force_generic_plan")
            yield some_of_it()


@contextmanager
def another_database() -> Iterator[None]:
    """As empty as that of the tests, which would be slow after a million rows that were rolled back."""
    empty = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{empty}_large" TEMPLATE "{empty}"')
    connection.settings_dict["NAME"] = f"{empty}_large"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = empty
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{empty}_large"')


def test_no_query_says_many_statements_or_reads_a_large_table_from_end_to_end(large_library: LargeLibrary) -> None:
    faults = [
        f"{query}: {fault}"
        for declared in declarations()
        for query in asked_of(declared, large_library)
        for each in pages(query)
        for fault in faults_of(each)
    ]
    assert not faults, "\n".join(faults)


def test_the_library_is_large_enough_to_tell(large_library: LargeLibrary) -> None:
    """A list without a second page would say nothing of it."""
    assert all(row_count(table) >= MANY for table in LARGE)
    assert row_count(Author._meta.db_table) >= 500
    for declared in declarations():
        if declared.large and declared.operation.name not in {"GetBookFile", "GetImport", "GetLibrary", "GetUserFile"}:
            assert any(len(pages(each)) == 3 for each in asked_of(declared, large_library)), declared.operation.name


def pages(query: Query[Any]) -> list[Query[Any]]:
    """The first page; where there are more than two rows, also a later page and the way back from it."""
    later, _ = answer(replace(query, page_size=2))
    if later.next is None:
        return [query]
    second = replace(query, cursor=later.next)
    back, _ = answer(second)
    return [query, second, replace(query, cursor=back.previous)]


def answer(query: Query[Any]) -> tuple[Page[Any], list[Statement]]:
    """The answer, and what was said to the database for it."""
    said: list[Statement] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        said.append((sql, params, context["cursor"].cursor is getattr(connection, "prepares", None)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        page = dispatch(query, context(now=NOW if connection.vendor == "sqlite" else None))
    return page, said


def faults_of(query: Query[Any]) -> list[str]:
    _, said = answer(query)
    most = 4 if isinstance(query, BY_WORDS) else 2
    faults = [f"{len(said)} statements"] if len(said) > most else []
    check = of_postgresql if connection.vendor == "postgresql" else of_sqlite
    return faults + [fault for each in said for fault in check(query, explained(*each))]


def large(query: Query[Any]) -> set[str]:
    """The tables that a query may not read from end to end."""
    return LARGE - {Book._meta.db_table} if type(query).__name__ in COUNTED else LARGE


def explained(sql: str, params: Any, is_prepared: bool) -> list[tuple[Any, ...]]:
    how = "(ANALYZE, FORMAT JSON)" if connection.vendor == "postgresql" else "QUERY PLAN"
    with connection.cursor() as cursor:
        if is_prepared and params:
            types = ", ".join(TYPES.get(type(each).__name__, "unknown") for each in params)
            numbered = sql % tuple(f"${place}" for place, _ in enumerate(params, 1))
            cursor.execute(f"PREPARE {(name := f'asked_{uuid4().hex}')} ({types}) AS {numbered}")
            sql = f"EXECUTE {name} ({', '.join(['%s'] * len(params))})"
        cursor.execute(f"EXPLAIN {how} {sql}", params)
        return list(cursor.fetchall())


def of_postgresql(query: Query[Any], plan: list[tuple[Any, ...]]) -> list[str]:
    scans = [node for node in nodes(plan[0][0][0]["Plan"]) if "Relation Name" in node]
    whole = {node["Relation Name"] for node in scans if node["Node Type"] == "Seq Scan"}
    name = type(query).__name__
    if isinstance(query, BY_WORDS):  # which begin with any row
        whole = set()
    in_vain = [node.get("Rows Removed by Filter", 0) * node["Actual Loops"] for node in scans]
    seen = sum(node["Actual Rows"] * node["Actual Loops"] for node in scans) + sum(in_vain)
    return (
        [f"reads all of {table}" for table in whole & large(query)]
        + [f"passes over {rows} rows" for rows in in_vain if rows > PASSED_OVER and name not in READ_UP_TO]
        + ([f"looks at {seen} rows"] if seen > READ_UP_TO.get(name, LOOKED_AT) else [])
    )


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)


def of_sqlite(query: Query[Any], plan: list[tuple[Any, ...]]) -> list[str]:
    """By words, SQLite finds nothing but by reading the table (catalog/models/search.py)."""
    if isinstance(query, BY_WORDS):
        return []
    whole = {found[1] for *_, step in plan if (found := re.fullmatch(r"SCAN (\w+)", step))}
    return [f"reads all of {table}" for table in whole & large(query)]


def row_count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name of ours
        return int(cursor.fetchone()[0])
