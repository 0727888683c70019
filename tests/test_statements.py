"""How many SQL statements an operation takes, and on which database."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.commands import AddCopies, AddNewBook
from catalog.models import Book
from catalog.policies import BarcodeKind, barcode
from catalog.queries import GetBookLabels, GetBooksByAuthor, SearchAuthors, SearchBooks
from circulation.commands import (
    BorrowBook,
    CancelReservation,
    ChangeContact,
    CorrectBook,
    EndSuspensions,
    ExpireReservations,
    MoveReservation,
    PlaceReservation,
    RegisterUser,
    ReinstateUser,
    RenewLoan,
    ReportFoundBook,
    ReportMissingBook,
    RestoreBook,
    ReturnBook,
    SetCalendarException,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.policies import POLICY
from circulation.queries import (
    GetBookFile,
    GetBookHistory,
    GetBorrowedBooksByUser,
    GetCardLabels,
    GetHoldShelf,
    GetJournal,
    GetLoansDue,
    GetLoansOverTime,
    GetMissingBooks,
    GetMostBorrowedBooks,
    GetOverdueByAge,
    GetOverdueLoans,
    GetPastLoansByUser,
    GetReservationQueue,
    GetReservationsByUser,
    GetStockByState,
    GetUserFile,
    SearchUsers,
)
from library_site.cqrs import DomainError, dispatch, read_database
from library_site.cqrs.messages import Command, Message, Query
from library_site.cqrs.operations import all_operations
from tests.library import (
    add_book,
    borrow,
    context,
    give_back,
    lend,
    register,
    report_missing,
    reserve,
    set_policy,
    suspend,
    suspend_by_loss,
    withdraw,
)
from tests.scans import scan

pytestmark = pytest.mark.django_db

ISBN = "9780141439587"


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


def on_loan() -> UUID:
    return lend()


def overdue(count: int) -> list[UUID]:
    long_ago = timezone.now() - timedelta(days=2 * POLICY.loan_days)
    return [lend(now=long_ago) for _ in range(count)]


def due_today(count: int) -> list[UUID]:
    set_policy(loan_days=0)
    return [lend() for _ in range(count)]


def queue_of(count: int) -> UUID:
    """A book on loan, for which so many people wait."""
    book_id = lend()
    for _ in range(count):
        reserve(book_id, register())
    return book_id


def on_hold(count: int) -> list[UUID]:
    """Reservations whose copies are on the hold shelf."""
    return [reserve(add_book(), register()) for _ in range(count)]


def who_waits_for(count: int) -> UUID:
    """Somebody who waits for so many titles, one of them on the hold shelf."""
    user_id = register()
    for number in range(count):
        reserve(lend() if number else add_book(), user_id)
    return user_id


def book_with_past_loans(count: int) -> UUID:
    book_id = add_book()
    for _ in range(count):
        borrow(book_id, register())
        give_back(book_id)
    return book_id


def user_with_past_loans(count: int) -> UUID:
    user_id = register()
    for _ in range(count):
        give_back(lend(user_id=user_id))
    return user_id


def journalled(count: int) -> UUID:
    """A book with so many entries in the journal."""
    book_id = add_book()
    for _ in range(count - 1):
        give_back(book_id)
    return book_id


def first_nine(kind: BarcodeKind) -> dict[str, Any]:
    """The barcodes that the first nine books or people get."""
    return {"first": barcode(kind, "0001", 1), "last": barcode(kind, "0001", 9)}


# For every query: what brings some rows about, and the query that finds them.
QUERIES: dict[str, Callable[[int], Query[Any]]] = {
    "GetBookHistory": lambda rows: GetBookHistory(book_id=book_with_past_loans(rows)),
    "GetBooksByAuthor": lambda rows: ([add_book() for _ in range(rows)], GetBooksByAuthor(author_id=author_id()))[1],
    "GetBorrowedBooksByUser": lambda rows: GetBorrowedBooksByUser(user_id=borrower_of(rows)),
    "GetBookLabels": lambda rows: ([add_book() for _ in range(rows)], GetBookLabels(**first_nine(BarcodeKind.BOOK)))[1],
    "GetCardLabels": lambda rows: ([register() for _ in range(rows)], GetCardLabels(**first_nine(BarcodeKind.CARD)))[1],
    "GetHoldShelf": lambda rows: (on_hold(rows), GetHoldShelf())[1],
    "GetJournal": lambda rows: GetJournal(book_id=journalled(rows) if rows else uuid4()),
    "GetLoansDue": lambda rows: (due_today(rows), GetLoansDue())[1],
    "GetMissingBooks": lambda rows: (missing(rows), GetMissingBooks())[1],
    "GetMostBorrowedBooks": lambda rows: ([lend() for _ in range(rows)], GetMostBorrowedBooks())[1],
    "GetOverdueLoans": lambda rows: (overdue(rows), GetOverdueLoans())[1],
    "GetPastLoansByUser": lambda rows: GetPastLoansByUser(user_id=user_with_past_loans(rows)),
    "GetReservationQueue": lambda rows: GetReservationQueue(book_id=queue_of(rows)),
    "GetReservationsByUser": lambda rows: GetReservationsByUser(user_id=who_waits_for(rows)),
    "SearchAuthors": lambda rows: (authors(rows), SearchAuthors(q="author"))[1],
    "SearchBooks": lambda rows: ([add_book() for _ in range(rows)], SearchBooks(q="austen"))[1],
    "SearchUsers": lambda rows: ([register() for _ in range(rows)], SearchUsers(q="example"))[1],
}

# And those of one row, or of as many as there always are: what it is about, and how many statements they take.
FILES: dict[str, tuple[Callable[[], Query[Any]], int]] = {
    "GetBookFile": (lambda: GetBookFile(book_id=queue_of(2)), 1),
    "GetLoansOverTime": (lambda: (on_loan(), GetLoansOverTime())[1], 1),
    "GetOverdueByAge": (lambda: (overdue(2), GetOverdueByAge())[1], 1),
    "GetStockByState": (lambda: (overdue(2), GetStockByState())[1], 1),
    # and the library's policy, for the limit
    "GetUserFile": (lambda: GetUserFile(user_id=who_waits_for(2)), 2),
}


def test_every_query_is_counted() -> None:
    assert QUERIES.keys() | FILES.keys() == {operation.name for operation in all_operations() if operation.is_query}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("rows", [0, 1, 9])
def test_a_query_is_one_statement_however_many_rows_it_finds(name: str, rows: int) -> None:
    query = QUERIES[name](rows)

    (statement,) = statements(query)

    assert statement.startswith("SELECT")
    assert len(dispatch(query, context()).rows) in {rows, rows + 1}  # author_id() adds a book


@pytest.mark.parametrize("name", FILES)
def test_a_file_takes_so_many_statements(name: str) -> None:
    make, expected = FILES[name]

    said = statements(make())

    assert len(said) == expected, said
    assert all(each.lstrip("(").startswith("SELECT") for each in said)  # the parts of a union may be in brackets


@pytest.mark.parametrize("name", QUERIES)
def test_a_later_page_is_one_statement_too(name: str) -> None:
    query = replace(QUERIES[name](4), page_size=2)
    second = replace(query, cursor=dispatch(query, context()).next)

    assert second.cursor
    assert len(statements(second)) == 1


def suspended() -> UUID:
    user_id = register()
    suspend(user_id)
    return user_id


def suspended_until_yesterday() -> UUID:
    """Somebody whose suspension is over."""
    user_id, yesterday = register(), timezone.now() - timedelta(days=1)
    suspend(user_id, until=timezone.localdate(yesterday), now=yesterday)
    return user_id


def not_collected() -> UUID:
    """A reservation whose copy has waited for too long."""
    long_ago = timezone.now() - timedelta(days=2 * POLICY.shelf_days)
    return reserve(add_book(), register(), now=long_ago)


def last_of_three() -> UUID:
    """The last of three reservations in a queue."""
    return reserve(queue_of(2), register())


def withdrawn() -> UUID:
    book_id = add_book()
    withdraw(book_id)
    return book_id


# For every command: what it takes when all goes well, with the transaction (2) and the journal (2). "The title" is a
# book with its copies (locked); for one that has an ISBN, whether another came while this waited is one more. "The
# policy" is its row and the exceptions; "a barcode" the series, where it has come to, and whether that number is free.
COMMANDS: dict[str, tuple[Callable[[], Command[Any]], int]] = {
    # the book, its author (locked), the ISBN (locked, on PostgreSQL), its copies (locked); for each new one a barcode
    # (3) and the book; the queue; the book again
    "AddCopies": (lambda: AddCopies(book_id=add_book(isbn=ISBN), copies=2), 17 + (connection.vendor == "postgresql")),
    # the author (locked), a barcode (3), the book
    "AddNewBook": (lambda: AddNewBook(title="Emma", author_id=author_id()), 9),
    # the policy (2), the title, the user (locked), the user's loans, the user's reservation, the book
    "BorrowBook": (lambda: BorrowBook(book_id=add_book(), user_id=register()), 11),
    # the reservation's book, the title, the reservation, the reservation, the copy, the queue
    "CancelReservation": (lambda: CancelReservation(reservation_id=on_hold(1)[0]), 10),
    # the user (locked), whose card it is, a savepoint (2) around the user
    "ChangeContact": (lambda: ChangeContact(user_id=register(), name="Ann Smith"), 9),
    # the title, whose barcode it is, the author, the book
    "CorrectBook": (lambda: CorrectBook(book_id=add_book(), title="Emma"), 8),
    # the users (locked); each
    "EndSuspensions": (lambda: (suspended_until_yesterday(), EndSuspensions())[1], 6),
    # the books, their titles; of each the reservation, the reservation, the copy, the queue
    "ExpireReservations": (lambda: (not_collected(), ExpireReservations())[1], 10),
    # the reservation's book, the title, the reservation, the queue, each reservation in it (3)
    "MoveReservation": (lambda: MoveReservation(reservation_id=last_of_three(), position=1, reason="An exam."), 11),
    # the title, the user (locked), the user's reservation, the last one, the reservation, the queue, the policy
    # (2), the copy on the hold shelf
    "PlaceReservation": (lambda: PlaceReservation(book_id=add_book(), user_id=register()), 13),
    # a savepoint (2) around a barcode (3) and the user
    "RegisterUser": (lambda: (register(), RegisterUser(name="Ann", email="ann@example.org"))[1], 10),
    # the user (locked), the losses, the losses, the user
    "ReinstateUser": (lambda: ReinstateUser(user_id=suspended(), reason="Paid."), 8),
    # the policy (2), the book (locked), the user (locked), the queue, the book
    "RenewLoan": (lambda: RenewLoan(book_id=lend()), 10),
    # the title, the book, its losses, their users (locked), the loss, the other losses, the user, the queue
    "ReportFoundBook": (lambda: ReportFoundBook(book_id=suspend_by_loss(register())), 12),
    # the title, the past loan, the book, the user (locked), the user
    "ReportMissingBook": (lambda: ReportMissingBook(book_id=lend()), 9),
    # the title, the book, its losses, the queue
    "RestoreBook": (lambda: RestoreBook(book_id=withdrawn()), 8),
    # the title, the past loan, the book, its losses, the queue
    "ReturnBook": (lambda: ReturnBook(book_id=lend()), 9),
    # a savepoint (2) around the day and a savepoint (2) around the day; the policy (2); it is about nobody (-1)
    "SetCalendarException": (lambda: SetCalendarException(day=date(2099, 12, 25)), 11),
    # the user (locked), the user
    "SuspendUser": (lambda: SuspendUser(user_id=register(), reason="Unpaid fees."), 6),
    # the user (locked), the user
    "VerifyUser": (lambda: VerifyUser(user_id=register()), 6),
    # the title, who waits, the book
    "WithdrawBook": (lambda: WithdrawBook(book_id=add_book(), reason="Worn out."), 7),
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
        assert said[-2].startswith('INSERT INTO "cqrs_journal')


@pytest.mark.django_db(transaction=True)
def test_lending_takes_as_many_statements_and_one_more_with_a_key_however_much_is_on_loan() -> None:
    user_id = register(verified=True)
    for _ in range(5):
        borrow(add_book(), user_id)

    said = statements(BorrowBook(book_id=add_book(), user_id=user_id))

    kinds = [each.split()[0] for each in said]
    assert kinds == ["BEGIN", *["SELECT"] * 6, "UPDATE", *["INSERT"] * 2, "COMMIT"]
    with_key = statements(BorrowBook(book_id=add_book(), user_id=user_id), key="key")
    assert len(with_key) == len(said) + 1, with_key


def test_a_return_takes_as_many_statements_however_many_wait() -> None:
    one, many = (len(statements(ReturnBook(book_id=queue_of(people)))) for people in (1, 9))

    assert one == many


@pytest.mark.django_db(transaction=True)
def test_a_replay_is_one_statement() -> None:
    command = BorrowBook(book_id=add_book(), user_id=register())
    statements(command, key="key")

    (statement,) = statements(command, key="key")

    assert statement.startswith("SELECT")


def scanned(desk: Client, typed: str, **fields: Any) -> int:
    """How many statements a scan takes at the desk, which carries it out."""
    with CaptureQueriesContext(connection) as captured:
        answer = scan(desk, typed, **fields)
    assert answer.row.state == "done"
    return len(captured)


@pytest.mark.django_db(transaction=True)
def test_a_scan_takes_so_many_statements(desk: Client) -> None:
    """The session, the account, its permissions (2), the book, the key; the command; how the person stands (2)."""
    user_id, book = register(verified=True), Book.objects.get(pk=add_book())

    assert scanned(desk, book.barcode, person=user_id) == 6 + COMMANDS["BorrowBook"][1] + 2
    assert scanned(desk, book.barcode, mode="return") == 6 + COMMANDS["ReturnBook"][1]


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
    assert said[said.index("ROLLBACK") :] == ["ROLLBACK", "BEGIN", "INSERT", "INSERT", "COMMIT"]


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
    pages = {name: (partial(make, 2), 1) for name, make in QUERIES.items()}
    for name, (make, expected) in (pages | FILES).items():
        query = make()

        with CaptureQueriesContext(connection) as on_primary:
            on_replica = statements(query, database=replica)

        assert (len(on_replica), len(on_primary)) == (expected, 0), name


def test_commands_never_touch_the_replica(replica: Any) -> None:
    for name, (make, _) in COMMANDS.items():
        assert statements(make(), database=replica) == [], name


def test_no_lock_is_missing_where_the_database_has_locks() -> None:
    """Every row that a command decides about and does not update by condition is locked (SQLite: the whole file)."""
    if not connection.features.has_select_for_update:
        pytest.skip("this database locks the whole file")
    for name in COMMANDS.keys() - {"RegisterUser", "SetCalendarException"}:  # which decide about no row
        said = statements(COMMANDS[name][0]())
        assert any(re.search("FOR (NO KEY )?UPDATE", each) for each in said), name
