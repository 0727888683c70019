from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandError

from library_site.cqrs.operations import all_operations, override_permission
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS, overridable_codes

pytestmark = pytest.mark.django_db

SIGN_IN = "Sign in as librarian with the password mori-balu-tezo\n"


@pytest.fixture
def password(monkeypatch) -> str:
    monkeypatch.setenv("DEMO_STAFF_PASSWORD", "mori-balu-tezo")
    return "mori-balu-tezo"


def create() -> str:
    """What create_demo_staff prints."""
    out = StringIO()
    call_command("create_demo_staff", stdout=out)
    return out.getvalue()


def test_one_librarian_who_may_do_everything_without_being_a_superuser(password):
    assert create() == create() == SIGN_IN
    user = User.objects.get()
    assert (user.username, user.is_staff, user.is_superuser, user.is_active) == ("librarian", True, False, True)
    assert user.check_password(password)
    assert user.has_perms([operation.permission for operation in all_operations()])
    assert user.has_perms(["catalog.change_book", "circulation.change_libraryuser"])
    assert user.has_perms([override_permission(code) for code in overridable_codes()])


def test_a_password_that_was_changed_stays(password):
    create()
    user = User.objects.get()
    user.set_password("my own")
    user.save()
    said = create()
    assert "changed" in said
    assert password not in said
    user.refresh_from_db()
    assert user.check_password("my own")


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_password_it_refuses(monkeypatch, value):
    monkeypatch.delenv("DEMO_STAFF_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("DEMO_STAFF_PASSWORD", value)
    with pytest.raises(CommandError, match=r"^Set DEMO_STAFF_PASSWORD, in the environment or in \.env"):
        create()
    assert not User.objects.exists()


@pytest.mark.parametrize("group", [LIBRARIANS, SUPERVISORS])
def test_without_a_group_there_is_no_account_without_permissions(password, group):
    Group.objects.filter(name=group).delete()
    with pytest.raises(CommandError, match="run “migrate” first"):
        create()
    assert not User.objects.exists()
