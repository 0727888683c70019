"""Whoever changes staff accounts, groups, permissions or tokens: the journal has it, and never a secret."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from knox.models import AuthToken

from circulation.queries import GetJournal
from library_site.admin.tests.admin_pages import act, edit, url
from library_site.cqrs import dispatch, journal
from library_site.cqrs.models import JournalEntry
from tests.library import context

pytestmark = pytest.mark.django_db

SECRETS = ("swordfish", "quimby", "example.org")


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief", password="correct horse")


@pytest.fixture
def admin(chief: User) -> Client:
    client = Client()
    client.force_login(chief)
    return client


def said(**asked: Any) -> list[tuple[str, str, Any]]:
    """Table, method and values of the entries since the fixtures', the oldest first."""
    entries = JournalEntry.objects.filter(operation="EditRecord", **asked).order_by("id").values_list("arguments")
    return [(each["table"], each["method"], each.get("values")) for (each,) in entries]


def nothing_secret(*more: str) -> None:
    entries = str(list(JournalEntry.objects.values())).lower()
    secrets = [*SECRETS, *more, *User.objects.values_list("password", flat=True)]
    secrets += [each for row in AuthToken.objects.values_list("digest", "token_key") for each in row]
    assert not [secret for secret in secrets if secret.lower() in entries]


def test_what_is_done_to_an_account_in_the_admin_is_in_the_journal_and_not_in_djangos_log(
    admin: Client, chief: User
) -> None:
    password = dict.fromkeys(("password1", "password2"), "swordfish of old") | {"usable_password": "true"}
    admin.post(url("auth_user", "add"), {"username": "quimby"} | password)
    quimby = User.objects.get(username="quimby")
    page = url("auth_user", "change", quimby.pk)
    clerks = Group.objects.create(name="Clerks")
    edit(admin, page, email="q@example.org", is_active="on", is_staff="on", groups=[clerks.pk], user_permissions=[])
    admin.post(f"/admin/auth/user/{quimby.pk}/password/", password)
    act(admin, "auth_user", "delete_selected", [quimby.pk], post="yes")

    added, changed, joined, password_, deleted = said(source="admin")
    assert added[:2] == ("auth.user", "POST")
    assert added[2].items() >= {"username": None, "password": None, "is_staff": False, "is_active": True}.items()
    assert changed[:2] == ("auth.user", "PATCH")
    del changed[2]["date_joined"]  # of which the admin's page cuts what is below a second
    assert changed[2] == {"email": None, "is_staff": True}
    assert joined == ("auth.user", "PATCH", {"groups": ["Clerks"]})
    assert password_ == ("auth.user", "PATCH", {"password": None})
    assert deleted == ("auth.user", "DELETE", None)
    entries = JournalEntry.objects.filter(source="admin")
    assert {(each.actor, each.arguments["record_id"]) for each in entries} == {(f"user:{chief.pk}", quimby.pk)}
    history = admin.get(url("auth_user", "history", quimby.pk), follow=True)
    assert len(history.context["cl"].result_list) == 5
    assert "auth.user" not in admin.get(url("auth_group", "history", quimby.pk), follow=True).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_admin_log")
        assert cursor.fetchone() == (0,)
    nothing_secret(quimby.password)


def test_a_group_and_its_permissions_from_either_end(admin: Client, chief: User) -> None:
    lend, give_back = Permission.objects.filter(codename__in=["borrow_book", "return_book"]).order_by("codename")
    admin.post(url("auth_group", "add"), {"name": "Clerks", "permissions": [lend.pk]})
    clerks = Group.objects.get(name="Clerks")
    give_back.group_set.add(clerks)
    chief.user_permissions.remove(lend)
    clerks.user_set.set([chief])
    chief.user_permissions.add(lend)
    lend.user_set.clear()
    clerks.permissions.clear()
    clerks.delete()
    Permission.objects.create(codename="dance", name="Dance", content_type=lend.content_type).delete()

    assert said()[1:] == [  # after the chief
        ("auth.group", "POST", {"name": "Clerks"}),
        ("auth.group", "PATCH", {"permissions": ["cqrs.borrow_book"]}),
        ("auth.group", "PATCH", {"permissions": ["cqrs.borrow_book", "cqrs.return_book"]}),
        ("auth.user", "PATCH", {"groups": ["Clerks"]}),
        ("auth.user", "PATCH", {"user_permissions": ["cqrs.borrow_book"]}),
        ("auth.user", "PATCH", {"user_permissions": []}),
        ("auth.group", "PATCH", {"permissions": []}),
        ("auth.group", "DELETE", {"name": "Clerks"}),
        ("auth.permission", "POST", {"codename": "dance", "name": "Dance", "content_type_id": lend.content_type_id}),
        ("auth.permission", "DELETE", None),
    ]
    assert JournalEntry.objects.latest("id").actor == "system:cli"  # the request is over


def test_a_token_is_told_by_whose_it_is_from_when_to_when(admin: Client, chief: User) -> None:
    out = StringIO()
    call_command("create_api_token", "chief", "--days=3", stdout=out)
    token = AuthToken.objects.get()
    history = admin.get(url("knox_authtoken", "history", token.pk), follow=True).context["cl"].result_list
    admin.post(url("knox_authtoken", "delete", token.pk), {"post": "yes"})
    admin.post(url("knox_authtoken", "add"), {"user": chief.pk})

    (made, deleted, anew) = [each for each in said() if each[0] == "knox.authtoken"]
    assert (made[1], made[2].keys()) == ("POST", {"user_id", "created", "expiry", "token_key"})
    assert (made[2]["user_id"], made[2]["token_key"], made[2]["expiry"][:10]) == (chief.pk, None, f"{token.expiry:%F}")
    assert deleted == ("knox.authtoken", "DELETE", {name: made[2][name] for name in ("user_id", "created")})
    assert anew[1] == "POST"
    entries = list(JournalEntry.objects.filter(arguments__table="knox.authtoken").order_by("id"))
    assert [each.actor for each in entries] == ["system:cli", *[f"user:{chief.pk}"] * 2]
    assert [each.operation for each in history] == ["EditRecord", "SignIn", "EditRecord"]  # the token, and the account
    nothing_secret(out.getvalue().strip(), token.digest, token.token_key)


def test_what_commands_and_code_do_is_in_the_journal_too_and_signing_in_changes_no_account(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_STAFF_PASSWORD", "swordfish of old")
    call_command("create_demo_staff", stdout=StringIO())
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "swordfish")
    call_command("createsuperuser", "--noinput", username="quimby", email="", stdout=StringIO())
    user = User.objects.get(username="librarian")
    user.first_name = "Quimby"
    user.save()
    user.save()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    Client().post("/login", {"username": "librarian", "password": "swordfish of old"})
    assert User.objects.get(username="librarian").password.startswith("pbkdf2")

    assert [(*each[:2], min(each[2])) for each in said()] == [
        ("auth.user", "POST", "date_joined"),
        ("auth.user", "PATCH", "groups"),
        ("auth.user", "POST", "date_joined"),
        ("auth.user", "PATCH", "first_name"),
    ]
    rows = dispatch(GetJournal(operation="EditRecord"), context()).rows
    assert [row.details for row in reversed(rows)] == [f"User: {what}" for what in ("added", "changed") * 2]
    nothing_secret()


@pytest.mark.django_db(transaction=True)
def test_without_its_entry_no_account_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(journal, "record", fail)
    with pytest.raises(RuntimeError):
        User.objects.create_user("quimby")

    assert not User.objects.exists()
