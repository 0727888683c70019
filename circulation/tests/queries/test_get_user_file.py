"""GetUserFile: all that the desk has to know of a person."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from circulation.commands import SuspendUser
from circulation.models import LibraryUser
from circulation.queries import GetUserFile
from circulation.queries.get_user_file import UserFile
from library_site.cqrs import Actor, Context, dispatch
from tests.declared import declared
from tests.library import add_book, context, lend, register, reserve, set_policy

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    GetUserFile,
    good=lambda it: {"user_id": it.who_waits_for(2)},
    statements=2,  # and the library's policy, for the limit
    large=lambda it: [{"user_id": it.reader_id}],
)


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
