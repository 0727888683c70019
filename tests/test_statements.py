"""How many SQL statements an operation takes (its own test file says), and on which database.

Of a command, the transaction (2) and the journal (2) are among them. In what the files say, "the title" is a book with
its copies (locked); for one that has an ISBN, whether another came while this waited is one more. "A
barcode" the series, where it has come to, and whether that number is free.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.commands import AddCopies
from catalog.models import Book
from circulation.commands import BorrowBook, ReturnBook
from circulation.models import LibraryUser
from circulation.tests.commands.test_borrow_book import DECLARED as BORROWING
from circulation.tests.commands.test_return_book import DECLARED as RETURNING
from library_site.cqrs import DomainError, dispatch, read_database
from tests.arranger import Here
from tests.declared import Declared, commands, declarations, each_operation
from tests.library import add_book, borrow, context, lend, register, reserve
from tests.measures import parts, statements
from tests.scans import scan

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


@pytest.mark.alike
@pytest.mark.parametrize("rows", [0, pytest.param(1, marks=pytest.mark.soak), 9])
@each_operation(lambda declared: declared.rows)
def test_a_list_takes_as_many_statements_however_many_rows_it_finds(declared: Declared, rows: int) -> None:
    query = declared.message_of_rows(rows)

    said = statements(query)

    assert len(said) == declared.statements or (rows == 0 and len(said) == 1), said
    assert len(dispatch(query, context()).rows) == rows


@each_operation(lambda declared: declared.operation.is_query)
def test_a_query_only_selects(declared: Declared) -> None:
    """(The parts of a union may be in brackets.)"""
    assert all(each.lstrip("(").startswith("SELECT") for each in statements(declared.message()))


@pytest.mark.alike
@each_operation(lambda declared: declared.rows)
def test_a_later_page_takes_as_many_statements_too(declared: Declared) -> None:
    query = replace(declared.message_of_rows(4), page_size=2)
    second = replace(query, cursor=dispatch(query, context()).next)

    assert second.cursor
    assert len(statements(second)) == declared.statements


@pytest.mark.django_db(transaction=True)
def test_a_command_is_one_transaction_that_ends_with_the_journal() -> None:
    for declared in commands():
        said = statements(declared.message())

        assert len(said) == declared.statements, declared.operation.name
        assert said[0].startswith("BEGIN")
        assert said[-1] == "COMMIT"
        assert said[-2].startswith('INSERT INTO "cqrs_journal')


@pytest.mark.django_db(transaction=True)
def test_lending_takes_as_many_statements_and_two_more_with_a_key_however_much_is_on_loan() -> None:
    user_id = register(verified=True)
    for _ in range(5):
        borrow(add_book(), user_id)

    said = statements(BorrowBook(book_id=add_book(), user_id=user_id))

    kinds = [each.lstrip("(").split()[0] for each in said]
    assert kinds == ["BEGIN", *["SELECT"] * 3, "UPDATE", *["INSERT"] * 2, "COMMIT"]
    with_key = statements(BorrowBook(book_id=add_book(), user_id=user_id), key="key")
    assert len(with_key) == len(said) + 2, with_key


@pytest.mark.django_db(transaction=True)
def test_lending_is_so_many_round_trips() -> None:
    """PostgreSQL writes the entry, what it is about and the key at once; a key is looked for before."""
    book_id, user_id = add_book(), register()

    with CaptureQueriesContext(connection) as captured:
        dispatch(BorrowBook(book_id=book_id, user_id=user_id), context(idempotency_key="key"))

    assert len(captured) == (8 if connection.vendor == "postgresql" else 10)


def test_a_return_takes_as_many_statements_however_many_wait() -> None:
    one, many = (len(statements(ReturnBook(book_id=Here().queue_of(people)))) for people in (1, 9))

    assert one == many


@pytest.mark.django_db(transaction=True)
def test_a_replay_is_one_statement() -> None:
    command = BorrowBook(book_id=add_book(), user_id=register())
    statements(command, key="key")

    (statement,) = statements(command, key="key")

    assert statement.startswith("SELECT")


def scanned(desk: Client, typed: str, state: str = "done", **fields: Any) -> int:
    """How many statements a scan takes at the desk, whose row has this state."""
    with CaptureQueriesContext(connection) as captured:
        answer = scan(desk, typed, **fields)
    assert answer.row.state == state
    return len(parts(captured))


@pytest.mark.django_db(transaction=True)
def test_a_scan_takes_so_many_statements(desk: Client) -> None:
    """The session, the account, its permissions, the book, the key (2); the command; how the person stands."""
    user_id, book = register(verified=True), Book.objects.get(pk=add_book())

    assert scanned(desk, book.barcode, person=user_id) == 6 + (BORROWING.statements or 0) + 1
    assert scanned(desk, book.barcode, mode="return") == 6 + (RETURNING.statements or 0)


@pytest.mark.django_db(transaction=True)
def test_a_scan_of_an_own_label_takes_as_many_as_one_of_ours_and_an_own_card_one_more_after_somebody(
    desk: Client,
) -> None:
    """With somebody at the desk, a book is likelier."""
    ann, bob = register(verified=True, barcode="S12345"), register(verified=True)
    add_book(barcode="00012345"), add_book(barcode="0306406152")

    for label in ("00012345", "0306406152"):
        assert scanned(desk, label, person=ann) == 6 + (BORROWING.statements or 0) + 1
        assert scanned(desk, label, mode="return") == 6 + (RETURNING.statements or 0)
    assert scanned(desk, "S12345", "person") == 3 + 1 + 1
    assert scanned(desk, "S12345", "person", person=bob) == 3 + 2 + 1
    assert scanned(desk, "S99999", "refused") == 3 + 4


def test_what_is_only_looked_up_takes_a_statement_for_each_kind(desk: Client) -> None:
    """After those of the session, the account and its permissions: people, books; how the person stands."""
    person = LibraryUser.objects.get(pk=register("Ann Lee"))

    assert scanned(desk, person.barcode, "person") == 3 + 1 + 1
    assert scanned(desk, "zzz", "refused") == 3 + 2


@pytest.mark.django_db(transaction=True)
def test_a_scan_of_an_isbn_takes_as_many_statements_however_many_copies_are_on_hold(desk: Client) -> None:
    """Another for the key, before the ISBN is looked up; and whether a copy waits for this person."""
    user_id = register(verified=True)
    add_book(isbn=ISBN)
    dispatch(AddCopies(book_id=add_book(isbn=ISBN), copies=8), context())
    without = scanned(desk, ISBN, person=user_id)
    for copies in (1, 5):
        for _ in range(copies):
            reserve(Book.objects.filter(isbn=ISBN)[0].pk, register())
        assert scanned(desk, ISBN, person=user_id) == without + 1


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_rolled_back_before_it_is_journalled() -> None:
    command = BorrowBook(book_id=lend(), user_id=register())

    with CaptureQueriesContext(connection) as captured, pytest.raises(DomainError):
        dispatch(command, context())

    said = [each["sql"].split()[0] for each in captured]
    assert said[0] == "BEGIN"
    written = ["WITH"] if connection.vendor == "postgresql" else ["INSERT", "INSERT"]
    assert said[said.index("ROLLBACK") :] == ["ROLLBACK", "BEGIN", *written, "COMMIT"]


# The read database


@pytest.fixture
def replica(transactional_db: None, settings: Any) -> Iterator[Any]:
    """A second connection to the test database under the name of the replica."""
    settings.DATABASES["replica"] = connection.settings_dict
    connections["replica"] = connection.copy()
    try:
        yield connections["replica"]
    finally:
        connections["replica"].close()
        del connections["replica"], settings.DATABASES["replica"]


def test_without_a_replica_queries_read_the_primary() -> None:
    assert read_database() == "default"


def test_queries_read_the_replica_where_there_is_one(replica: Any) -> None:
    for declared in declarations():
        if declared.operation.is_query:
            query = declared.message()

            with CaptureQueriesContext(connection) as on_primary:
                on_replica = statements(query, database=replica)

            assert (len(on_replica), len(on_primary)) == (declared.statements, 0), declared.operation.name


def test_commands_never_touch_the_replica(replica: Any) -> None:
    for declared in commands():
        assert statements(declared.message(), database=replica) == [], declared.operation.name


def test_no_lock_is_missing_where_the_database_has_locks() -> None:
    """Every row that a command decides about and does not update by condition is locked (SQLite: the whole file)."""
    if not connection.features.has_select_for_update:
        pytest.skip("this database locks the whole file")
    for declared in commands():
        if declared.operation.name not in {"RegisterUser", "SetCalendarException"}:  # which decide about no row
            said = statements(declared.message())
            assert any(re.search("FOR (NO KEY )?UPDATE|LOCK TABLE", each) for each in said), declared.operation.name
