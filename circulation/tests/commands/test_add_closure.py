"""AddClosure: a span of days on which the library is closed, and what moves because of it (rule 25)."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import localdate

from catalog.models import Book
from circulation.commands import AddClosure, CancelClosure, SetCalendarException, UndoReturn
from circulation.commands.add_closure import MOST_NAMED, ClosureAdded, ClosuresOverlap
from circulation.domain.loans import NothingToUndo
from library_site.cqrs import InvalidInput, dispatch
from tests.arranger import Arguments, Arranger
from tests.declared import declared, never_open, refused
from tests.library import add_book, borrow, context, give_back, lend, register, reserve, set_policy

CHRISTMAS: Arguments = {"first": "2099-12-24", "last": "2100-01-02", "note": "Christmas"}

_weeks = count()


def unused_days() -> Arguments:
    """Days on which no other closure is."""
    first = date(2030, 1, 1) + timedelta(weeks=next(_weeks))
    return {"first": str(first), "last": str(first + timedelta(days=6)), "note": "Repairs"}


def _closed(it: Arranger, **values: object) -> Arguments:
    it("AddClosure", **CHRISTMAS)
    return CHRISTMAS | values


def _right_after_another(it: Arranger) -> Arguments:
    it("AddClosure", **unused_days())
    return unused_days()


DECLARED = declared(
    AddClosure,
    good=lambda it: unused_days(),
    # the lock of the books (PostgreSQL); other closures, the policy, the row, what could be undone, loans, hold shelf
    statements=10 + (connection.vendor == "postgresql"),
    refusals=[
        refused(
            InvalidInput,
            "This text holds characters that cannot be stored.",
            lambda it: CHRISTMAS | {"note": "Christmas \a"},
        ),
        refused(InvalidInput, "This day is past", lambda it: CHRISTMAS | {"first": localdate() - timedelta(days=1)}),
        refused(InvalidInput, "The last day is before the first.", lambda it: CHRISTMAS | {"last": "2099-12-23"}),
        refused(InvalidInput, "A closure has at most 366 days.", lambda it: CHRISTMAS | {"last": "2100-12-25"}),
        refused(
            ClosuresOverlap,
            "The library is closed from 24 December 2099 to 2 January 2100 already.",
            lambda it: _closed(it, first="2100-01-02", last="2100-01-09"),
            remedy="CancelClosure",
        ),
        never_open(lambda it: unused_days()),
    ],
    moves=[
        lambda it: CHRISTMAS | {"last": "2100-12-24"},  # 366 days
        lambda it: {"first": localdate(), "last": localdate()},
        _right_after_another,
    ],
)


MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def close(first: date, last: date) -> ClosureAdded:
    return dispatch(AddClosure(first=first, last=last), context(now=MONDAY))


@pytest.mark.django_db
def test_rule_25_what_falls_into_it_moves_and_stays_moved_and_the_answer_says_how_many_and_whose() -> None:
    set_policy(loan_days=28, shelf_days=2, closed_weekdays="7")
    ann, ben, cara = (register(name) for name in ("Ann", "Ben", "Cara"))
    late, lent, spared = lend("Emma", ann, now=MONDAY - timedelta(days=40)), lend("Dune", ann, now=MONDAY), add_book()
    reserve(held := add_book(), ben, now=MONDAY)
    dispatch(SetCalendarException(day=date(2026, 12, 22), is_open=True), context(now=MONDAY))
    borrow(spared, cara, now=MONDAY + timedelta(days=1))  # due on 22 December
    assert [day_of(each) for each in (lent, held)] == [date(2026, 12, 21), date(2026, 11, 25)]

    christmas = close(date(2026, 12, 19), date(2027, 1, 2))  # from a Saturday to a Saturday
    inventory = close(date(2026, 11, 24), date(2026, 11, 24))

    assert (christmas.opens_on, christmas.loans, christmas.on_hold) == (date(2027, 1, 4), 1, 0)
    assert (christmas.book_ids, christmas.user_ids) == ((lent,), (ann,))
    assert (inventory.loans, inventory.book_ids, inventory.user_ids) == (0, (held,), (ben,))
    days = [date(2026, 12, 22), date(2026, 12, 22), date(2026, 11, 26)]
    assert [day_of(each) for each in (lent, spared, held)] == days
    assert day_of(late) == date(2026, 11, 11), "an overdue loan stays overdue"
    call_command("check_journal", stdout=StringIO())

    dispatch(CancelClosure(closure_id=christmas.closure_id), context(now=MONDAY))

    assert [day_of(each) for each in (lent, spared, held)] == days
    assert day_of(lend("Persuasion", cara, now=MONDAY)) == date(2026, 12, 21)


@pytest.mark.django_db
def test_rule_23_what_was_done_by_the_calendar_of_before_is_not_undone() -> None:
    """It would be due on a closed day again."""
    book_id = lend("Emma", now=MONDAY)
    give_back(book_id, now=MONDAY)
    close(date(2026, 12, 1), date(2026, 12, 31))
    with pytest.raises(NothingToUndo):
        dispatch(UndoReturn(book_id=book_id), context(now=MONDAY))


def day_of(book_id: UUID) -> date | None:
    book = Book.objects.get(pk=book_id)
    return book.due_on or book.held_until


@pytest.mark.django_db
def test_rule_25_many_loans_move_in_a_few_statements_and_some_are_named(
    django_assert_max_num_queries: Any,
) -> None:
    set_policy(limit_not_verified=1000)
    ann = register()
    books = [lend("", ann, now=MONDAY) for _ in range(MOST_NAMED + 20)]
    with django_assert_max_num_queries(30):
        closed = close(date(2026, 12, 1), date(2026, 12, 31))
    assert (closed.loans, len(closed.book_ids)) == (len(books), MOST_NAMED)
    assert {day_of(each) for each in books} == {date(2027, 1, 1)}
