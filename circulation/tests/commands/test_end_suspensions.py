"""EndSuspensions: what is to be done every day about suspensions that are over."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from circulation.commands import EndSuspensions
from circulation.models import LibraryUser
from library_site.cqrs import dispatch
from tests.library import context, register, suspend, suspend_by_loss

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 0, 5, tzinfo=UTC)


def ended() -> tuple[UUID, ...]:
    return dispatch(EndSuspensions(), context(now=LATER)).user_ids


def status(user_id: UUID) -> tuple[str, str]:
    user = LibraryUser.objects.get(pk=user_id)
    return user.status, user.status_comment


def test_who_is_free_again_has_the_status_of_before_and_no_word_of_it_left() -> None:
    ann = register("Ann Lee", verified=True)
    suspend(ann, "Unpaid fees.", until=date(2026, 11, 30), now=NOW)

    assert ended() == (ann,)
    user = LibraryUser.objects.get(pk=ann)
    assert status(ann) == ("VERIFIED", "")
    assert (user.suspended_at, user.suspended_by, user.suspended_until, user.suspension_reason) == (None, "", None, "")
    assert ended() == (), "once"


@pytest.mark.parametrize("until", [None, date(2026, 12, 1)])
def test_a_suspension_that_is_not_over_stays(until: date | None) -> None:
    ann = register("Ann Lee")
    suspend(ann, until=until, now=NOW)

    assert ended() == ()
    assert status(ann) == ("SUSPENDED", "Unpaid fees.")


def test_a_suspension_for_a_loss_stays_when_one_by_the_staff_is_over() -> None:
    ann = register("Ann Lee")
    suspend_by_loss(ann, "Emma")
    suspend(ann, "Ink on a book.", until=date(2026, 11, 30), now=NOW)

    assert ended() == ()
    assert status(ann)[0] == "SUSPENDED"
    assert "Emma" in status(ann)[1]
    assert "Ink" not in status(ann)[1]
