"""One permission per operation and per refusal that may be overridden, and the groups that have them."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.db.models.signals import post_migrate

from circulation.commands import WithdrawBook
from library_site.cqrs.models import GivenPermission
from library_site.cqrs.operations import all_operations
from library_site.cqrs.permissions import LIBRARIANS, SUPERVISORS, overridable_codes

pytestmark = pytest.mark.django_db


def migrated() -> None:
    """What happens at the end of `migrate`."""
    for label in ("cqrs", "catalog", "circulation"):
        config = apps.get_app_config(label)
        post_migrate.send(config, app_config=config, using="default", verbosity=0, interactive=False)


def test_every_operation_has_its_permission() -> None:
    codenames = Permission.objects.filter(content_type__app_label="cqrs").values_list("codename", flat=True)

    assert {operation.permission.removeprefix("cqrs.") for operation in all_operations()} <= set(codenames)
    own = [operation for operation in all_operations() if not operation.waives]
    assert {operation.title for operation in own} <= set(Permission.objects.values_list("name", flat=True))
    assert "reinstate_user" not in codenames, "it has the permission to override a suspension, and no second one"


def test_librarians_may_carry_out_every_operation_and_edit_the_tables_of_crud(librarian: User) -> None:
    supervised = {f"cqrs.{name}" for name in (*POLICY_TASKS, "override_user_suspended")}
    assert librarian.has_perms({operation.permission for operation in all_operations()} - supervised)
    assert not any(map(librarian.has_perm, supervised))
    tables = ("catalog.{}_author", "catalog.{}_book", "circulation.{}_libraryuser", "circulation.{}_calendarexception")
    for model in tables:
        assert librarian.has_perms([model.format(verb) for verb in ("view", "add", "change", "delete")])
    assert librarian.has_perms(["cqrs.view_journalentry", "circulation.view_pastloan"])


def test_librarians_may_not_rewrite_history_nor_make_each_other_librarians(librarian: User) -> None:
    for permission in librarian.get_all_permissions():
        assert not permission.startswith(("auth.", "knox.", "sessions."))
        assert permission.split(".")[1] not in {"change_journalentry", "delete_journalentry", "delete_pastloan"}


def test_migrating_again_makes_nothing_twice_and_puts_back_what_is_missing() -> None:
    before = Permission.objects.count()
    Permission.objects.filter(codename__in=["borrow_book", "override_user_suspended"]).delete()
    Permission.objects.filter(codename="return_book").update(name="Take back")
    Group.objects.filter(name__in=[LIBRARIANS, SUPERVISORS]).delete()

    for _ in range(2):
        migrated()

    assert Permission.objects.get(codename="return_book").name == "Return book"
    assert Permission.objects.count() == before
    assert Group.objects.get(name=LIBRARIANS).permissions.filter(codename="borrow_book").count() == 1
    assert Group.objects.get(name=SUPERVISORS).permissions.filter(codename="override_user_suspended").count() == 1


POLICY_TASKS = ("set_name_and_address", "set_opening_weekdays", "take_over_loan", "undo_import")
POLICY = {*POLICY_TASKS, "change_barcodeseries", "add_librarypolicy", "change_librarypolicy"}


def test_supervisors_may_override_and_set_the_policy_and_nothing_else() -> None:
    theirs = Group.objects.get(name=SUPERVISORS).permissions.values_list("codename", flat=True)

    assert set(theirs) == {f"override_{code}" for code in overridable_codes()} | POLICY


def permission(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


def codenames(of: Any) -> set[str]:
    return set(of.values_list("codename", flat=True))


def test_what_an_operator_gave_or_took_stays_so() -> None:
    librarians = Group.objects.get(name=LIBRARIANS).permissions
    librarians.add(permission("change_librarypolicy"))
    librarians.remove(permission("withdraw_book"))

    migrated()

    assert "change_librarypolicy" in codenames(librarians)
    assert "withdraw_book" not in codenames(librarians)


def test_what_has_become_another_groups_goes_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WithdrawBook, "supervised", True, raising=False)

    migrated()

    groups = {group.name: codenames(group.permissions) for group in Group.objects.all()}
    assert [name for name, theirs in groups.items() if "withdraw_book" in theirs] == [SUPERVISORS]


def test_a_library_at_work_gets_the_rules_of_this_release_and_keeps_its_own() -> None:
    """Its groups as the release before had them: with a group of its own, a token's account, and a task less."""
    librarians, own = Group.objects.get(name=LIBRARIANS).permissions, Group.objects.create(name="Own").permissions
    supervisors = Group.objects.get(name=SUPERVISORS).permissions
    account = User.objects.create_user("kiosk").user_permissions
    days = Permission.objects.filter(codename__in=["add_calendarexception", "delete_calendarexception"])
    former = Permission.objects.create(
        codename="reinstate_user", name="Reinstate person", content_type=permission("borrow_book").content_type
    )
    GivenPermission.objects.all().delete()
    librarians.remove(*days, permission("renew_loan"))
    supervisors.add(*days)
    for each in (librarians, own, account):
        each.add(former)

    migration = import_module("library_site.cqrs.migrations.0009_one_rule_one_permission").Migration
    for operation in migration.operations:
        operation.code(apps, SimpleNamespace(connection=connection))
    migrated()

    assert codenames(own) == codenames(account) == {"override_user_suspended"}
    assert not {"reinstate_user", "renew_loan", "override_user_suspended"} & codenames(librarians)
    assert {"add_calendarexception", "borrow_book"} <= codenames(librarians)
    assert "override_user_suspended" in codenames(supervisors)
    assert "add_calendarexception" not in codenames(supervisors)
