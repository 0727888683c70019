"""ReinstateUser: the staff end a suspension, whatever its cause."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from circulation.commands import ReinstateUser
from circulation.commands.reinstate_user import UserNotSuspended, UserReinstated
from circulation.models import LibraryUser
from library_site.cqrs import InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.declared import declared, refused
from tests.library import context, register, report_found, suspend, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

DECLARED = declared(
    ReinstateUser,
    good=lambda it: {"user_id": it.suspended_person(), "reason": "Paid."},
    statements=8,  # the user (locked), the losses, the losses, the user
    refusals=[
        refused(
            InvalidInput,
            "Say why, in words: it is shown at the desk.",
            lambda it: {"user_id": it.suspended_person(), "reason": "Paid \a"},
        ),
        refused(
            UserNotSuspended,
            "Ann Lee is not suspended.",
            lambda it: {"user_id": it.person("Ann Lee"), "reason": "Paid."},
        ),
    ],
    moves=[lambda it: {"user_id": it.suspended_person(verified=True), "reason": "Paid."}],
)


def reinstate(user_id: UUID) -> UserReinstated:
    return dispatch(ReinstateUser(user_id=user_id, reason=" Replaced. "), context(now=NOW))


def test_of_two_equal_copies_the_pardoned_one_takes_no_line_of_the_other_away() -> None:
    ann = register("Ann Lee")
    first = suspend_by_loss(ann, "Emma")
    reinstate(ann)
    suspend_by_loss(ann, "Emma")

    report_found(first)

    user = LibraryUser.objects.get(pk=ann)
    assert user.status == "SUSPENDED"
    assert "“Emma” was reported missing" in user.status_comment


def test_the_reason_is_for_the_desk_and_not_for_the_journal() -> None:
    ann = register("Ann Lee")
    suspend(ann)
    reinstate(ann)

    assert JournalEntry.objects.get(operation="ReinstateUser").arguments == {"user_id": str(ann)}
