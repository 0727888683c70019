"""SuspendUser: the staff suspend somebody, for a reason."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localdate

from circulation.commands import SuspendUser
from circulation.commands.suspend_user import UserAlreadySuspended, UserSuspension
from circulation.models import LibraryUser
from library_site.cqrs import Actor, Context, InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.declared import declared, refused
from tests.library import register

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    SuspendUser,
    good=lambda it: {"user_id": it.person(), "reason": "Unpaid fees."},
    statements=6,  # the user (locked), the user
    refusals=[
        refused(
            InvalidInput,
            "The last day is past. Choose today or a day to come.",
            lambda it: {"user_id": it.person(), "reason": "Fees.", "until": localdate() - timedelta(days=1)},
        ),
        refused(
            UserAlreadySuspended,
            "Ann Lee is suspended already.",
            lambda it: {"user_id": it.suspended_person("Ann Lee"), "reason": "Unpaid fees."},
            remedy="ReinstateUser",
        ),
    ],
    moves=[lambda it: {"user_id": it.person(verified=True), "reason": "Fees.", "until": localdate()}],
)


def test_who_suspended_whom_when_why_and_until_when_is_kept(librarian: User) -> None:
    ann = register("Ann Lee", verified=True)
    command = SuspendUser(user_id=ann, reason="Ink  on\na book.", until=date(2026, 12, 31))

    answer = dispatch(command, Context(actor=Actor.of_user(librarian), source="rest", now=NOW))

    assert answer == UserSuspension(user_id=ann, status="SUSPENDED", suspended_until=date(2026, 12, 31))
    user = LibraryUser.objects.get()
    assert (user.status, user.status_before, user.status_comment) == ("SUSPENDED", "VERIFIED", "Ink on a book.")
    assert (user.suspended_by, user.suspended_at) == (f"user:{librarian.pk}", NOW)
    journalled = JournalEntry.objects.get(operation="SuspendUser").arguments
    assert journalled == {"user_id": str(ann), "until": "2026-12-31"}, "the reason is personal"
