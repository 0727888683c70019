"""EndSuspensions: what is to be done every day about suspensions that are over."""

from uuid import UUID

import pytest

from circulation.commands import EndSuspensions
from circulation.models import LibraryUser
from tests.arranger import after
from tests.declared import declared

pytestmark = pytest.mark.django_db


DECLARED = declared(
    EndSuspensions,
    good=lambda it: after(it.person_suspended_until_yesterday(), {}),
    statements=6,  # the users (locked); each
    moves=[lambda it: after(it.person_suspended_until_yesterday(verified=True), {})],
)


def status(user_id: UUID) -> tuple[str, str]:
    user = LibraryUser.objects.get(pk=user_id)
    return user.status, user.status_comment
