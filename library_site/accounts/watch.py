"""Whoever changes a staff account, a group, a permission or a token: the journal says so, in the same transaction.

It hears of every row that is saved or deleted by its model, in whichever way. (Rows that are written past their models,
by update() or bulk_create(), nobody hears of: that is for migrations.)
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import msgspec
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from knox.models import AuthToken

from library_site.cqrs import journal

from .who import context_now

PERSONAL = {"username", "first_name", "last_name", "email", "password", "digest", "token_key"}
"""Columns of which the journal says that they changed, and nothing else; a secret is in no entry."""

TOKEN_IS_SAID_BY = ("user_id", "created")
"""A token's id is its digest: it is told by whose it is, and since when."""

LINKS: dict[type[Model], tuple[type[Model], str, tuple[str, ...]]] = {
    User.groups.through: (User, "groups", ("name",)),
    User.user_permissions.through: (User, "user_permissions", ("content_type__app_label", "codename")),
    Group.permissions.through: (Group, "permissions", ("content_type__app_label", "codename")),
}
"""By the table of a relation: whose it is, its name, and what the rows at its other end are called by."""

_is_unwatched = ContextVar("is_unwatched", default=False)


@contextmanager
def unwatched() -> Iterator[None]:
    """What is done in here has no entries: what `migrate` makes."""
    token = _is_unwatched.set(True)
    try:
        yield
    finally:
        _is_unwatched.reset(token)


def is_unwatched() -> bool:
    return _is_unwatched.get()


def watch_all() -> None:
    """From now on."""
    for model in (User, Group, Permission, AuthToken):
        # Django itself saves a row in no transaction, and tells of it thereafter.
        model.save_base = transaction.atomic(model.save_base)  # type: ignore[method-assign]
        pre_save.connect(_will_be_saved, sender=model)
        post_save.connect(_is_saved, sender=model)
        post_delete.connect(_is_deleted, sender=model)
    for link in LINKS:
        m2m_changed.connect(_links_change, sender=link)


def _will_be_saved(instance: Any, update_fields: frozenset[str] | None, raw: bool = False, **kwargs: Any) -> None:
    if not (raw or _says_nothing(instance, update_fields)):  # raw: a fixture is loaded, its journal perhaps with it
        instance._was = _state(instance, lock=True)


def _is_saved(
    instance: Any, created: bool, update_fields: frozenset[str] | None, raw: bool = False, **kwargs: Any
) -> None:
    if raw or _says_nothing(instance, update_fields):
        return
    was, now = vars(instance).pop("_was"), _state(instance)
    if created:
        _record("POST", instance, {name: value for name, value in now.items() if value not in {"", None}})
    elif changed := {name: value for name, value in now.items() if value != was.get(name)}:
        _record("PATCH", instance, changed)


def _is_deleted(instance: Any, **kwargs: Any) -> None:
    if not is_unwatched():  # of a group, the name by which accounts had it
        _record("DELETE", instance, {"name": instance.name} if isinstance(instance, Group) else {})


def _links_change(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[Any] | None, **kwargs: Any
) -> None:
    """Tell of each row that has other links afterwards, at whichever end they were changed."""
    if is_unwatched():
        return
    if action.startswith("pre_"):
        owner, name, _ = LINKS[sender]
        rows: Any = owner._default_manager.filter(**({name: instance.pk} if pk_set is None else {"pk__in": pk_set}))
        instance._had = {row: _linked(sender, row) for row in (rows if reverse else [instance])}
        return
    for row, had in vars(instance).pop("_had").items():
        if (has := _linked(sender, row)) != had:
            _record("PATCH", row, {LINKS[sender][1]: has})


def _linked(link: type[Model], row: Model) -> list[str]:
    """What a row is linked with, by name: the groups of an account, the permissions of a group."""
    _, name, called = LINKS[link]
    linked = getattr(row, name).order_by().values_list(*called)
    return sorted(".".join(each) for each in linked)


def _says_nothing(instance: Any, update_fields: frozenset[str] | None) -> bool:
    """Whether nobody listens, or it is saved with the same password in a newer hash, as somebody signs in."""
    is_rehash = update_fields == frozenset({"password"}) and instance._password is None
    return is_unwatched() or (is_rehash and bool(instance.has_usable_password()))


def _state(row: Any, *, lock: bool = False) -> dict[str, Any]:
    """The columns of a row in the database; none, where it is not there yet."""
    columns = [each.attname for each in row._meta.concrete_fields if not each.primary_key and each.name != "last_login"]
    rows = type(row)._default_manager.filter(pk=row.pk).order_by()
    if lock and transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(no_key=True)
    return next(iter(rows.values(*columns)), {})


def _record(method: str, row: Any, values: Mapping[str, Any]) -> None:
    """Write the entry, as CRUD's edits have it."""
    arguments: dict[str, Any] = {"table": row._meta.label_lower, "method": method}
    if isinstance(row, AuthToken):
        values = {name: getattr(row, name) for name in TOKEN_IS_SAID_BY} | dict(values)
    else:
        arguments["record_id"] = row.pk
    if values:
        arguments["values"] = {name: None if name in PERSONAL else value for name, value in values.items()}
    journal.record("EditRecord", msgspec.to_builtins(arguments), context_now())
