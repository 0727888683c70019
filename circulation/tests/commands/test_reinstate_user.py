"""ReinstateUser: the staff end a suspension, whatever its cause."""

import pytest

from circulation.commands import ReinstateUser
from circulation.commands.reinstate_user import UserNotSuspended
from library_site.cqrs import InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.declared import about, declared, refused
from tests.library import context, register, suspend

DECLARED = declared(
    ReinstateUser,
    good=lambda it: {"user_id": it.suspended_person(), "reason": "Paid."},
    step=about("SUSPENDED", weight=2),
    statements=9,  # copies to lock, the user (locked), the losses, each loss, the user, copies to serve
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
    moves=[
        lambda it: {"user_id": it.suspended_person(verified=True), "reason": "Paid."},
        lambda it: {"user_id": it.passed_over(), "reason": "Paid."},
    ],
)


@pytest.mark.django_db
def test_the_reason_is_for_the_desk_and_not_for_the_journal() -> None:
    suspend(ann := register("Ann Lee"))
    dispatch(ReinstateUser(user_id=ann, reason="Replaced."), context())

    assert JournalEntry.objects.get(operation="ReinstateUser").arguments == {"user_id": str(ann)}
