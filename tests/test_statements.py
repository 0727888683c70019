"""How many SQL statements an operation takes, and on which database."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from catalog.commands import AddNewBook
from catalog.models import Book
from catalog.queries import GetBooksByAuthor, SearchAuthors, SearchBooks
from circulation.commands import (
    BorrowBook,
    RegisterUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    ReturnBook,
    VerifyUser,
)
from circulation.queries import GetBorrowedBooksByUser, GetMissingBooks, SearchUsers
from library_site.cqrs import DomainError, dispatch
from library_site.cqrs.messages import Command, Message, Query
from library_site.cqrs.operations import all_operations
from library_site.cqrs.read_database import read_database
from tests.library import add_book, borrow, context, register, report_missing, suspend_by_loss

pytestmark = pytest.mark.django_db


def statements(message: Message[Any], *, key: str | None = None, database: Any = connection) -> list[str]:
    """What dispatching `message` says to the database, BEGIN and COMMIT included."""
    with CaptureQueriesContext(database) as captured:
        dispatch(message, context(idempotency_key=key))
    return [each["sql"] for each in captured]


def author_id() -> UUID:
    return Book.objects.get(pk=add_book()).author_id


def borrower_of(count: int) -> UUID:
    user_id = register(verified=True)
    for _ in range(count):
        borrow(add_book(), user_id)
    return user_id


def authors(count: int) -> list[UUID]:
    return [add_book(author=f"Author {number}") for number in range(count)]


def missing(count: int) -> list[UUID]:
    books = [add_book() for _ in range(count)]
    for book_id in books:
        report_missing(book_id)
    return books


# For every query: what brings some rows about, and the query that finds them.
QUERIES: dict[str, Callable[[int], Query[Any]]] = {
    "GetBooksByAuthor": lambda rows: ([add_book() for _ in range(rows)], GetBooksByAuthor(author_id=author_id()))[1],
    "SearchBooks": lambda rows: ([add_book() for _ in range(rows)], SearchBooks(q="austen"))[1],
    "SearchAuthors": lambda rows: (authors(rows), SearchAuthors(q="author"))[1],
    "GetBorrowedBooksByUser": lambda rows: GetBorrowedBooksByUser(user_id=borrower_of(rows)),
    "GetMissingBooks": lambda rows: (missing(rows), GetMissingBooks())[1],
    "SearchUsers": lambda rows: ([register() for _ in range(rows)], SearchUsers(q="example"))[1],
}


def test_every_query_is_counted() -> None:
    assert set(QUERIES) == {operation.name for operation in all_operations() if operation.is_query}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("rows", [0, 1, 9])
def test_a_query_is_one_statement_however_many_rows_it_finds(name: str, rows: int) -> None:
    query = QUERIES[name](rows)

    (statement,) = statements(query)

    assert statement.startswith("SELECT")
    assert len(dispatch(query, context()).rows) in {rows, rows + 1}  # author_id() adds a book


@pytest.mark.parametrize("name", QUERIES)
def test_a_later_page_is_one_statement_too(name: str) -> None:
    query = replace(QUERIES[name](4), page_size=2)
    second = replace(query, cursor=dispatch(query, context()).next)

    assert second.cursor
    assert len(statements(second)) == 1


def on_loan() -> UUID:
    book_id = add_book()
    borrow(book_id, register())
    return book_id


# For every command: what it takes when all goes well, with the transaction (2) and the journal (1).
COMMANDS: dict[str, tuple[Callable[[], Command[Any]], int]] = {
    # the conditional UPDATE, the user (locked), the user's loans
    "BorrowBook": (lambda: BorrowBook(book_id=add_book(), user_id=register()), 6),
    # the book (locked), the user (locked), the book
    "RenewLoan": (lambda: RenewLoan(book_id=on_loan()), 6),
    # the book (locked), the past loan, the book
    "ReturnBook": (lambda: ReturnBook(book_id=on_loan()), 7),
    # and the user (locked), the user
    "ReportMissingBook": (lambda: ReportMissingBook(book_id=on_loan()), 8),
    # the book (locked), the book, its losses, the loss, the user (locked), the other losses, the user
    "ReportFoundBook": (lambda: ReportFoundBook(book_id=suspend_by_loss(register())), 10),
    # a savepoint (2) around the user
    "RegisterUser": (lambda: RegisterUser(name="Ann", email="ann@example.org"), 6),
    # the user (locked), the user
    "VerifyUser": (lambda: VerifyUser(user_id=register()), 5),
    # the author, the book
    "AddNewBook": (lambda: AddNewBook(title="Emma", author_id=author_id()), 5),
}


def test_every_command_is_counted() -> None:
    assert set(COMMANDS) == {operation.name for operation in all_operations() if not operation.is_query}


@pytest.mark.django_db(transaction=True)
def test_a_command_takes_so_many_statements_and_ends_with_the_journal() -> None:
    for name, (make, expected) in COMMANDS.items():
        said = statements(make())

        assert len(said) == expected, (name, said)
        assert said[0].startswith("BEGIN")
        assert said[-1] == "COMMIT"
        assert said[-2].startswith('INSERT INTO "cqrs_journalentry"')


@pytest.mark.django_db(transaction=True)
def test_lending_takes_six_statements_and_seven_with_a_key_however_much_is_on_loan() -> None:
    user_id = register(verified=True)
    for _ in range(5):
        borrow(add_book(), user_id)

    said = statements(BorrowBook(book_id=add_book(), user_id=user_id))

    assert len(said) == 6, said
    kinds = [each.split()[0] for each in said]
    assert kinds == ["BEGIN", "UPDATE", "SELECT", "SELECT", "INSERT", "COMMIT"]
    with_key = statements(BorrowBook(book_id=add_book(), user_id=user_id), key="key")
    assert len(with_key) == 7, with_key


@pytest.mark.django_db(transaction=True)
def test_a_replay_is_one_statement() -> None:
    command = BorrowBook(book_id=add_book(), user_id=register())
    statements(command, key="key")

    (statement,) = statements(command, key="key")

    assert statement.startswith("SELECT")


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_rolled_back_before_it_is_journalled() -> None:
    book_id = on_loan()

    with CaptureQueriesContext(connection) as captured, pytest.raises(DomainError):
        borrow(book_id, register(verified=False))

    said = [each["sql"].split()[0] for each in captured]
    said = said[len(said) - said[::-1].index("BEGIN") - 1 :]
    assert said[-2:] == ["ROLLBACK", "INSERT"]


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
    for name, make in QUERIES.items():
        query = make(2)

        with CaptureQueriesContext(connection) as on_primary:
            on_replica = statements(query, database=replica)

        assert (len(on_replica), len(on_primary)) == (1, 0), name


def test_commands_never_touch_the_replica(replica: Any) -> None:
    for name, (make, _) in COMMANDS.items():
        assert statements(make(), database=replica) == [], name


def test_no_lock_is_missing_where_the_database_has_locks() -> None:
    """Every row that a command decides about and does not update by condition is locked (SQLite: the whole file)."""
    if not connection.features.has_select_for_update:
        pytest.skip("this database locks the whole file")
    for name in ("ReturnBook", "ReportMissingBook", "ReportFoundBook", "VerifyUser", "BorrowBook"):
        assert any("FOR UPDATE" in statement for statement in statements(COMMANDS[name][0]())), name
