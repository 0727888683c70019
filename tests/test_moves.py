"""The tables of circulation/states.py list what commands do, and nothing else: each move is made here by its commands.

(What is not in the tables, no command can do: they check. tests/test_model.py tries.)
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from catalog.commands import AddCopies
from circulation.commands import (
    BorrowBook,
    CorrectBook,
    EndSuspensions,
    ExpireReservations,
    MoveReservation,
    ReinstateUser,
    RestoreBook,
    SuspendUser,
    VerifyUser,
    WithdrawBook,
)
from circulation.states import MACHINES, Machine
from library_site.cqrs import dispatch
from tests.library import (
    add_book,
    borrow,
    cancel,
    context,
    give_back,
    lend,
    register,
    renew,
    report_found,
    report_missing,
    reserve,
    suspend,
    suspend_by_loss,
    withdraw,
)

pytestmark = pytest.mark.django_db

Move = tuple[str, str, str, str]
"""Of what, from which state to which, by which command."""

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NEXT_MONTH = NOW + timedelta(days=30)
BECAUSE: dict[str, Any] = {"override_reason": "The supervisor says so."}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[Move]:
    """The moves that the commands make from now on."""
    moves: set[Move] = set()
    check = Machine.check

    def checked(machine: Machine, before: str, after: str, command: Any) -> None:
        check(machine, before, after, command)
        moves.add((machine.name, str(before), str(after), type(command).__name__))

    monkeypatch.setattr(Machine, "check", checked)
    return moves


def do(command: Any, *, now: datetime = NOW) -> None:
    dispatch(command, context(now=now))


def on_hold(isbn: str = "") -> tuple[UUID, UUID]:
    """A book on the hold shelf, and the reservation that it waits for."""
    book_id = add_book(isbn=isbn)
    return book_id, reserve(book_id, register(), now=NOW)


def wanted(isbn: str = "") -> UUID:
    """A book on loan that somebody waits for."""
    book_id = add_book(isbn=isbn)
    borrow(book_id, register(), now=NOW)
    reserve(book_id, register(), now=NOW)
    return book_id


def lend_what_was_missing(book_id: UUID) -> None:
    do(BorrowBook(book_id=book_id, user_id=register(), report_found=True))


def restore_what_was_missing(book_id: UUID) -> None:
    withdraw(book_id)
    do(RestoreBook(book_id=book_id))


FINDING = (give_back, report_found, lend_what_was_missing, restore_what_was_missing)


def people_come_and_go(*, verified: bool) -> None:
    """What suspends somebody, and what ends it."""

    def until_today() -> tuple[UUID, UUID]:
        """Somebody who is suspended, and a book that the person has."""
        user_id, book_id = register(verified=verified), add_book()
        borrow(book_id, user_id, now=NOW)
        suspend(user_id, until=NOW.date(), now=NOW)
        return user_id, book_id

    for find in FINDING:
        find(suspend_by_loss(register(verified=verified)))
    do(ReinstateUser(user_id=until_today()[0], reason="Paid."))
    do(VerifyUser(user_id=until_today()[0]), now=NEXT_MONTH)
    do(SuspendUser(user_id=until_today()[0], reason="Again."), now=NEXT_MONTH)
    report_missing(until_today()[1], now=NEXT_MONTH)
    until_today()
    do(EndSuspensions(), now=NEXT_MONTH)


def books_come_and_go() -> None:
    """Books that nobody waits for."""
    missing, withdrawn, lent = add_book(), add_book(), lend()
    report_missing(missing)
    withdraw(missing)
    withdraw(withdrawn)
    do(RestoreBook(book_id=withdrawn))
    renew(lent)
    give_back(lent)


def the_next_one_is_served() -> None:
    """Everything that brings a copy to those who wait."""
    give_back(wanted())
    for find in FINDING[:2]:
        report_missing(book_id := wanted())
        find(book_id)
    report_missing(book_id := wanted())
    do(WithdrawBook(book_id=book_id, reason="Lost.", override=("last_copy_reserved",), **BECAUSE))
    do(RestoreBook(book_id=book_id))
    wanted("9780441013593")
    add_book(isbn="9780441013593")
    do(AddCopies(book_id=wanted("9780141439587")))
    wanted("9780141439600")
    do(CorrectBook(book_id=add_book(), isbn="9780141439600"))


def a_copy_leaves_the_hold_shelf() -> None:
    """Everything that takes it from there, and what becomes of who waited for it, and of who comes next."""
    held, reservation = on_hold()
    reserve(held, register(), now=NOW)
    cancel(reservation)
    do(ExpireReservations(), now=NEXT_MONTH)
    held, _ = on_hold()
    reserve(held, register(), now=NOW)
    do(ExpireReservations(), now=NEXT_MONTH)
    for take, isbn in ((report_missing, "9780061120084"), (withdraw, "9780140283334"), (to_another, "9780142437230")):
        held, _ = on_hold(isbn)
        add_book(isbn=isbn)  # which is then for whoever waited
        take(held)


def to_another(book_id: UUID) -> None:
    """Lend it in spite of whoever waits."""
    do(BorrowBook(book_id=book_id, user_id=register(), override=("book_reserved",), **BECAUSE))


def who_waits_borrows() -> None:
    """Those who wait get what waits for them, another copy, or what waits for somebody else; or wait no longer."""
    held, another, in_queue = add_book(isbn="9780316769488"), add_book(isbn="9780316769488"), register()
    reserve(held, first := register(), now=NOW)
    borrow(another, first, now=NOW)
    reserve(held, second := register(), now=NOW)
    borrow(held, second, now=NOW)
    give_back(held)
    reserve(held, register(), now=NOW)
    reserve(held, in_queue, now=NOW)
    do(BorrowBook(book_id=held, user_id=in_queue, override=("book_reserved",), **BECAUSE))
    waits = reserve(held, register(), now=NOW)
    do(MoveReservation(reservation_id=waits, position=1, reason="Examination."))
    cancel(waits)


def test_every_move_is_made(made: set[Move]) -> None:
    people_come_and_go(verified=False)
    people_come_and_go(verified=True)
    books_come_and_go()
    the_next_one_is_served()
    a_copy_leaves_the_hold_shelf()
    who_waits_borrows()

    listed = {
        (machine.name, *move, command)
        for machine in MACHINES
        for move, commands in machine.moves.items()
        for command in commands
    }
    assert made == listed
