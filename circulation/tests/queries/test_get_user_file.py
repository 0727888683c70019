"""GetUserFile: all that the desk has to know of a person."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from circulation.commands import SuspendUser
from circulation.models import LibraryUser
from circulation.queries import GetUserFile, SearchUsers
from circulation.queries.get_user_file import UserFile
from library_site.cqrs import Actor, Context, dispatch
from tests.library import add_book, borrow, context, lend, register, reserve, set_policy, suspend

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def files(user_id: UUID, *, now: datetime = NOW) -> list[UserFile]:
    return dispatch(GetUserFile(user_id=user_id), context(now=now)).rows


def test_a_row_says_how_a_person_stands(librarian: User) -> None:
    set_policy(limit_verified=7)
    ann = register("Ann Lee", "ann@example.org", verified=True)
    lend("Emma", ann, now=NOW - timedelta(days=40))
    lend("Persuasion", ann, now=NOW)
    reserve(add_book(), ann, now=NOW)
    for _ in range(2):
        reserve(lend(), ann, now=NOW)
    command = SuspendUser(user_id=ann, reason="Unpaid fees.", until=date(2026, 12, 1))
    dispatch(command, Context(actor=Actor.of_user(librarian), source="rest", now=NOW))

    assert files(ann) == [
        UserFile(
            id=ann,
            name="Ann Lee",
            email="ann@example.org",
            barcode=LibraryUser.objects.get(pk=ann).barcode,
            status="SUSPENDED",
            status_comment="Unpaid fees.",
            suspended_at=NOW,
            suspended_by="librarian",
            suspended_until=date(2026, 12, 1),
            loans=2,
            loan_limit=7,
            overdue=1,
            waiting=1,
            queued=2,
        )
    ]


def test_the_limit_is_that_of_the_standing_which_a_suspension_does_not_change() -> None:
    set_policy(limit_not_verified=1, limit_verified=7)
    ann, bob = register("Ann Lee", verified=True), register("Bob")
    for each in (ann, bob):
        suspend(each, now=NOW)

    assert [files(each)[0].loan_limit for each in (ann, bob)] == [7, 1]


def test_what_others_have_or_wait_for_is_not_counted() -> None:
    emma, ann = add_book(), register("Ann Lee")
    borrow(emma, register(), now=NOW)
    reserve(emma, register(), now=NOW)

    (row,) = files(ann)

    assert (row.loans, row.overdue, row.waiting, row.queued) == (0, 0, 0, 0)


def test_nobody_has_no_file() -> None:
    assert files(uuid4()) == []


def test_of_a_suspension_that_is_over_no_dates_are_shown() -> None:
    ann = register("Ann Lee", verified=True)
    suspend(ann, until=NOW.date(), now=NOW)

    shown = [(row.status, row.suspended_at, row.suspended_by, row.suspended_until) for row in files(ann)]
    over = [
        (row.status, row.suspended_at, row.suspended_by, row.suspended_until)
        for row in (*files(ann, now=NOW + timedelta(days=1)), *found(ann, now=NOW + timedelta(days=1)))
    ]

    assert shown == [("SUSPENDED", NOW, "system:cli", NOW.date())]
    assert over == [("VERIFIED", None, "", None)] * 2


def found(user_id: UUID, *, now: datetime) -> list[Any]:
    return dispatch(SearchUsers(q=str(user_id)), context(now=now)).rows
