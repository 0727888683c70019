"""SuspendUser: the staff suspend somebody, for a reason."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from circulation.commands import SuspendUser
from circulation.commands.suspend_user import UserAlreadySuspended
from circulation.models import LibraryUser
from library_site.cqrs import InvalidInput
from library_site.cqrs.models import JournalEntry
from tests.declared import declared, refused
from tests.library import register, suspend

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
    moves=[
        lambda it: {"user_id": it.person(verified=True), "reason": "Fees.", "until": localdate()},
        lambda it: {"user_id": it.person_suspended_until_yesterday(), "reason": "Fees again."},
    ],
)


@pytest.mark.django_db
def test_the_reason_is_tidied_and_is_for_the_desk_and_not_for_the_journal() -> None:
    suspend(ann := register(), "Ink  on\na book.", until=date(2099, 12, 31))

    assert LibraryUser.objects.get().status_comment == "Ink on a book."
    assert JournalEntry.objects.get(operation="SuspendUser").arguments == {"user_id": str(ann), "until": "2099-12-31"}
