"""Edits of a person's record, as tasks."""

from copy import copy
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from circulation.commands import ChangeContact, RegisterUser, ReinstateUser, SuspendUser, VerifyUser
from circulation.domain.people import PERSONAL, reinstating
from circulation.domain.reservations import lock_waited_for
from circulation.models import LibraryUser
from library_site.cqrs import Command, Context, carry_out
from library_site.cqrs.errors import StillReferenced
from library_site.cqrs.records import EditRecord, change, check_version, delete, differences, edited, edits, lock

from .moves import Tasks, message_of, no_such_task, pairs, reason, refuse_blind

TASKS: Tasks = dict(
    [
        *pairs("NOT_VERIFIED", "VERIFIED", VerifyUser),
        *pairs("NOT_VERIFIED, VERIFIED", "SUSPENDED", SuspendUser),
    ]
)
"""The task that an edit means which makes another status of one, beside ReinstateUser: that gives back the former."""

CONTACT = ("name", "email", "barcode", *PERSONAL)
"""What ChangeContact changes."""


@edits("circulation.libraryuser", by=(RegisterUser, ChangeContact, *dict.fromkeys(TASKS.values()), ReinstateUser))
def edit_user(command: EditRecord, context: Context) -> UUID:
    """Carry the edit of a person out as tasks; the id. Raises what they refuse, NoSuchTask, InvalidInput."""
    if command.method == "POST":
        return _add(command, context)
    if command.values.get("status", LibraryUser.Status.SUSPENDED) != LibraryUser.Status.SUSPENDED:
        lock_waited_for(command.record_id)  # by ReinstateUser, and before any person
    user = lock(LibraryUser, command)
    check_version(user, context)
    user_id: UUID = user.pk
    if command.method == "DELETE":
        _refuse_suspended(user, context)
        delete(user)
        return user_id
    wanted = edited(copy(user), command.values)
    refuse_blind(command, context, moves=wanted.status != user.status)
    if changes := differences(user, wanted, CONTACT):
        no_longer = changes.get("birth_date", ...) is None
        carry_out(ChangeContact(user_id=user_id, no_birth_date=no_longer, **changes), context)
    _change_status(user, wanted, context)
    return user_id


def _refuse_suspended(user: LibraryUser, context: Context) -> None:
    """Whoever could delete and register somebody anew would end a suspension by that."""
    if user.is_suspended_on(context.today):
        message = _("{name} is suspended, and nobody would know it any more. Reinstate the person first.")
        raise StillReferenced(message.format(name=user.name), remedy=reinstating(user.pk, context), user_id=user.pk)


def _add(command: EditRecord, context: Context) -> UUID:
    wanted = edited(LibraryUser(), command.values)
    contact = {name: getattr(wanted, name) for name in CONTACT}
    added = carry_out(RegisterUser(**contact), context)
    _change_status(LibraryUser.objects.get(pk=added.user_id), wanted, context)
    return added.user_id


def _change_status(user: LibraryUser, wanted: LibraryUser, context: Context) -> None:
    """The status by its task, else the comment by itself.

    Where the task asks for a reason, the comment is that, and the task decides what the comment is then.
    """
    comment = wanted.status_comment if wanted.status_comment != user.status_comment else None
    if wanted.status != user.status:
        task = _task(user, wanted)
        carry_out(message_of(task, {"user_id": user.pk, "reason": reason(comment or "")}), context)
        if task in {SuspendUser, ReinstateUser}:
            return
    if comment is not None:
        change(LibraryUser.objects.get(pk=user.pk), {"status_comment": comment})


def _task(user: LibraryUser, wanted: LibraryUser) -> type[Command[Any]]:
    """The task that makes of a person's status another. Raises NoSuchTask."""
    before = user.status_before or LibraryUser.Status.NOT_VERIFIED
    if user.is_suspended and wanted.status == before:
        return ReinstateUser
    if task := TASKS.get((user.status, wanted.status)):
        return task
    instead = "ReinstateUser" if user.is_suspended else "SuspendUser"
    raise no_such_task(user.get_status_display(), wanted.get_status_display(), instead, user_id=user.pk)
