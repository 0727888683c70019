"""ReinstateUser: the staff end a suspension, whatever its cause."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from circulation.commands import ReinstateUser
from circulation.commands.reinstate_user import UserNotSuspended, UserReinstated
from circulation.models import LibraryUser, PastLoan
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.library import context, register, report_found, suspend, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
REINSTATED = "Reinstated on 23 November 2026: Replaced."


def reinstate(user_id: UUID) -> UserReinstated:
    return dispatch(ReinstateUser(user_id=user_id, reason=" Replaced. "), context(now=NOW))


def test_the_reason_takes_the_place_of_what_the_suspension_had_said() -> None:
    ann = register("Ann Lee", verified=True)
    suspend_by_loss(ann, "Emma")
    suspend(ann, "Ink on a book.")

    assert reinstate(ann) == UserReinstated(user_id=ann, status="VERIFIED")

    user = LibraryUser.objects.get(pk=ann)
    assert (user.status, user.status_comment) == ("VERIFIED", REINSTATED)
    assert (user.suspended_at, user.suspended_by, user.suspended_until) == (None, "", None)


def test_a_loss_still_stands_and_finding_the_book_changes_nothing_for_who_was_reinstated() -> None:
    ann = register("Ann Lee", verified=True)
    emma = suspend_by_loss(ann, "Emma")
    reinstate(ann)
    assert PastLoan.unresolved_losses().filter(borrower=ann).exists()

    suspend_by_loss(ann, "Persuasion")
    report_found(emma)

    user = LibraryUser.objects.get(pk=ann)
    assert user.status == "SUSPENDED"
    assert user.status_comment.startswith(REINSTATED)
    assert "Persuasion" in user.status_comment


def test_who_was_reinstated_in_spite_of_a_loss_is_suspended_for_the_next_one_only() -> None:
    ann = register("Ann Lee", verified=True)
    suspend_by_loss(ann, "Emma")
    reinstate(ann)
    persuasion = suspend_by_loss(ann, "Persuasion")

    report_found(persuasion)

    user = LibraryUser.objects.get(pk=ann)
    assert (user.status, user.status_comment) == ("VERIFIED", REINSTATED)


def test_of_two_equal_copies_the_pardoned_one_takes_no_line_of_the_other_away() -> None:
    ann = register("Ann Lee")
    first = suspend_by_loss(ann, "Emma")
    reinstate(ann)
    suspend_by_loss(ann, "Emma")

    report_found(first)

    user = LibraryUser.objects.get(pk=ann)
    assert user.status == "SUSPENDED"
    assert "“Emma” was reported missing" in user.status_comment


def test_a_suspension_that_is_over_by_itself_cannot_be_ended() -> None:
    ann = register("Ann Lee")
    suspend(ann, until=NOW.date() - timedelta(days=1), now=NOW - timedelta(days=1))

    with pytest.raises(UserNotSuspended):
        reinstate(ann)


def test_the_reason_is_for_the_desk_and_not_for_the_journal() -> None:
    ann = register("Ann Lee")
    suspend(ann)
    reinstate(ann)

    assert JournalEntry.objects.get(operation="ReinstateUser").arguments == {"user_id": str(ann)}
