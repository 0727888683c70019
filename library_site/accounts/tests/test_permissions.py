"""Who is signed in, and what an account may do, is what Django says, found out in few statements."""

from collections.abc import Callable

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from library_site.accounts.watch import unwatched

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("flags", [{}, {"is_active": False}, {"is_superuser": True}], ids=str)
def test_an_account_may_do_what_django_says(supervisor: User, flags: dict[str, bool]) -> None:
    own = Permission.objects.get(codename="view_session")
    with unwatched():
        supervisor.user_permissions.add(own)
    User.objects.filter(pk=supervisor.pk).update(**flags)
    ours, theirs = User.objects.get(pk=supervisor.pk), User.objects.get(pk=supervisor.pk)

    assert ours.get_all_permissions() == ModelBackend().get_all_permissions(theirs)
    assert ours.has_perm("sessions.view_session") == ours.is_active
    assert not ours.has_perm("cqrs.borrow_book", obj=ours) or ours.is_superuser


@pytest.mark.parametrize(
    ("take_away", "status"),
    [
        (lambda user: Session.objects.update(expire_date=timezone.now()), 302),
        (lambda user: User.objects.filter(pk=user.pk).update(is_active=False), 302),
        (lambda user: User.groups.through.objects.filter(user=user).delete(), 403),
    ],
    ids=["the session", "the account", "the permission"],
)
def test_what_is_taken_away_is_gone_on_the_next_page(
    librarian: User, desk: Client, take_away: Callable[[User], object], status: int
) -> None:
    assert desk.get("/search-books").status_code == 200

    take_away(librarian)

    assert desk.get("/search-books").status_code == status
