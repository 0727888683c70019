"""SuspendUser: the staff suspend somebody, for a reason."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.contrib.auth.models import User

from circulation.commands import SuspendUser
from circulation.commands.suspend_user import UserSuspension
from circulation.models import LibraryUser
from library_site.cqrs import Actor, Context, InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import context, register, report_found, suspend, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def user_of(user_id: UUID) -> LibraryUser:
    return LibraryUser.objects.get(pk=user_id)


def test_who_suspended_whom_when_why_and_until_when_is_kept(librarian: User) -> None:
    ann = register("Ann Lee", verified=True)
    command = SuspendUser(user_id=ann, reason="Ink  on\na book.", until=date(2026, 12, 31))

    answer = dispatch(command, Context(actor=Actor.of_user(librarian), source="rest", now=NOW))

    assert answer == UserSuspension(user_id=ann, status="SUSPENDED", suspended_until=date(2026, 12, 31))
    user = user_of(ann)
    assert (user.status, user.status_before, user.status_comment) == ("SUSPENDED", "VERIFIED", "Ink on a book.")
    assert (user.suspended_by, user.suspended_at) == (f"user:{librarian.pk}", NOW)
    assert JournalEntry.objects.get(operation="SuspendUser").arguments == {
        "user_id": str(ann),
        "until": "2026-12-31",
    }, "the reason is personal"


def test_a_suspension_may_be_for_today_only_and_not_for_yesterday() -> None:
    ann = register()
    with pytest.raises(InvalidInput, match="past"):
        suspend(ann, until=date(2026, 11, 22), now=NOW)

    suspend(ann, until=TODAY, now=NOW)

    assert user_of(ann).is_suspended_on(TODAY)
    assert not user_of(ann).is_suspended_on(date(2026, 11, 24))


def test_beside_a_loss_both_have_to_end() -> None:
    ann = register("Ann Lee", verified=True)
    emma = suspend_by_loss(ann, "Emma")
    suspend(ann, "Ink on a book.")

    report_found(emma)

    assert (user_of(ann).status, user_of(ann).status_comment) == ("SUSPENDED", "Ink on a book.")


def test_who_was_suspended_until_yesterday_can_be_suspended_again() -> None:
    ann = register("Ann Lee", verified=True)
    suspend(ann, "Unpaid fees.", until=TODAY, now=NOW)

    suspend(ann, "Ink on a book.", now=datetime(2026, 11, 24, tzinfo=UTC))

    user = user_of(ann)
    assert (user.status_before, user.status_comment, user.suspended_until) == ("VERIFIED", "Ink on a book.", None)


def test_the_system_suspends_too() -> None:
    ann = register()
    dispatch(SuspendUser(user_id=ann, reason="Unpaid fees."), context())

    assert user_of(ann).suspended_by == "system:cli"


def test_beside_a_loss_it_is_said_who_suspended_and_when(librarian: User) -> None:
    ann = register("Ann Lee", verified=True)
    suspend_by_loss(ann, "Emma")

    dispatch(SuspendUser(user_id=ann, reason="Ink."), Context(actor=Actor.of_user(librarian), source="rest", now=NOW))

    assert (user_of(ann).suspended_by, user_of(ann).suspended_at) == (f"user:{librarian.pk}", NOW)
