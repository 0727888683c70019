"""The tables that the commands move by, and their pictures."""

from pathlib import Path

import pytest
from django.conf import settings

from catalog.commands import AddNewBook
from catalog.models import Book
from circulation.apps import check_moves
from circulation.commands import BorrowBook, ReturnBook
from circulation.commands.return_book import return_book
from circulation.management.state_pictures import LABELS, page
from circulation.models import LibraryUser, PastLoan, Reservation
from circulation.states import (
    AVAILABLE,
    BOOK,
    BORROWED,
    LOAN,
    MACHINES,
    MISSING,
    NEW,
    ON_HOLD,
    RESERVATION,
    USER,
    ForbiddenMove,
    moves,
    moves_of,
)
from library_site.cqrs.ids import uuid7
from library_site.cqrs.operations import all_operations
from tests import complete


def test_the_page_is_as_the_code_would_draw_it() -> None:
    drawn = (Path(settings.BASE_DIR) / "docs" / "states.md").read_text()
    assert drawn == page(), "docs/states.md is not what the @moves of the commands say: `make states` draws it anew."


def test_every_state_that_the_tables_of_the_database_hold_is_drawn() -> None:
    states = {machine: {state for move in machine.moves for state in move} - {NEW} for machine in MACHINES}

    assert states[BOOK] == set(Book.Status)
    assert states[USER] == set(LibraryUser.Status)
    assert states[LOAN] == {"ON_LOAN", "RESOLVED", *PastLoan.Ending}
    assert states[RESERVATION] == {"QUEUED", "WAITING", *Reservation.Status} - {Reservation.Status.OPEN}
    assert all(states[machine] <= LABELS[machine].keys() for machine in MACHINES)


def test_only_commands_that_there_are_move_anything() -> None:
    commands = {operation.name for operation in all_operations() if not operation.is_query}
    assert all(by and by <= commands for machine in MACHINES for by in machine.moves.values())


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    borrow = BorrowBook(book_id=uuid7(), user_id=uuid7())

    BOOK.check(AVAILABLE, BORROWED, borrow)
    for before, after, command in (
        (MISSING, BORROWED, borrow),
        (AVAILABLE, BORROWED, ReturnBook(book_id=uuid7())),
        (AVAILABLE, BORROWED, AddNewBook(title="Emma", author_name="Jane Austen")),
    ):
        with pytest.raises(ForbiddenMove, match=r"to @moves in (circulation|catalog)\.commands\."):
            BOOK.check(before, after, command)


def test_a_command_that_calls_what_moves_things_and_does_not_declare_it_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert check_moves() == []

    monkeypatch.setitem(return_book.__dict__, "moves", moves_of(return_book) - {(BOOK, AVAILABLE, ON_HOLD)})

    said = [error.msg for error in check_moves()]
    assert "return_book uses serve_queue, and does not declare by @moves: book AVAILABLE > ON_HOLD." in said


def test_a_state_that_there_is_not_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="A book has no state BURNT"):
        moves(book="AVAILABLE > BURNT")


@pytest.mark.soak  # of one command after the other: tests/test_complete.py
@pytest.mark.django_db
def test_every_move_that_a_command_declares_is_made() -> None:
    """(What it does not declare no command can do: it checks. tests/test_model.py tries.)"""
    complete.say("moves")
