"""What several commands do about a person."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import Book
from circulation.models import SUSPENSION, LibraryUser, PastLoan
from circulation.policies import add_line, without_line
from circulation.states import USER
from library_site.cqrs import Command, Conflict, Context, NotFound
from library_site.cqrs.texts import long_date, sentences

from .comments import loss_comment


class EmailAlreadyRegistered(Conflict):
    """Somebody is registered with this e-mail address already."""

    code = "email_already_registered"


def email_taken(user: LibraryUser) -> EmailAlreadyRegistered:
    """The refusal of an e-mail address that somebody has."""
    said = _("Somebody is registered with {email} already. Search for the person instead.")
    return EmailAlreadyRegistered(said.format(email=user.email))


class UserSuspended(Conflict):
    """The user is suspended."""

    code = "user_suspended"


def no_such_user(user_id: UUID) -> NotFound:
    return NotFound(_("The library has no user with this id."), user_id=user_id)


def lock_user(user_id: UUID) -> LibraryUser:
    """The user, for this transaction alone. Raises NotFound."""
    user = LibraryUser.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise no_such_user(user_id)
    return user


BORROW = (
    gettext_noop("{name} is suspended and cannot borrow: {why}"),
    gettext_noop("{name} is suspended and cannot borrow."),
)
RENEW = (
    gettext_noop("{name} is suspended and cannot renew: {why}"),
    gettext_noop("{name} is suspended and cannot renew."),
)
RESERVE = (
    gettext_noop("{name} is suspended and cannot reserve: {why}"),
    gettext_noop("{name} is suspended and cannot reserve."),
)
"""What a suspended user cannot do: with why, and where that is not known."""


def suspended(user: LibraryUser, context: Context, cannot: tuple[str, str]) -> UserSuspended | None:
    """The refusal of what a suspended user cannot do (BORROW); None for a user who is not suspended."""
    if not user.is_suspended_on(context.today):
        return None
    with_reason, without = cannot
    said = _(with_reason) if user.status_comment else _(without)
    return UserSuspended(
        sentences(said.format(name=user.name, why=user.status_comment), _end(user)),
        suspended_at=user.suspended_at,
        suspended_by=user.suspended_by,
        suspended_until=user.suspended_until,
    )


def _end(user: LibraryUser) -> str:
    if user.suspended_until is None or user.suspended_for_loss:
        return ""
    return _("The suspension ends after {day}.").format(day=long_date(user.suspended_until))


def save_standing(user: LibraryUser, before: str, command: Command[Any]) -> None:
    """Save the status of a locked user, which was `before`, and all that belongs to a suspension."""
    if user.status != before:
        USER.check(before, user.status, command)
    user.save(update_fields={"status", "status_comment", *SUSPENSION})


def end_staff_suspension(user: LibraryUser, command: Command[Any]) -> bool:
    """End what the staff decided about a locked user; whether that lets the user borrow again."""
    before = user.status
    user.status_comment = without_line(user.status_comment, user.suspension_reason)
    freed = user.lift(staff=True)
    save_standing(user, before, command)
    return freed


def suspend_for_loss(user_id: UUID, book: Book, command: Command[Any], context: Context) -> None:
    """Suspend whoever had a book that is missing, and say why."""
    user = lock_user(user_id)
    if user.is_suspended and not user.is_suspended_on(context.today):
        end_staff_suspension(user, command)
    before = user.status
    comment = add_line(user.status_comment, loss_comment(book.title, context.today))
    user.suspend_for_loss(comment, at=context.now, by=context.actor.id)
    save_standing(user, before, command)


def forgive(user: LibraryUser, loss: PastLoan, command: Command[Any], context: Context) -> bool:
    """Take a resolved loss from a locked user; whether that lets the user borrow again."""
    user.status_comment = without_line(user.status_comment, loss.comment)
    if user.suspended_for_loss and user.is_staff_suspension_over(context.today):
        end_staff_suspension(user, command)
    before = user.status
    freed = not PastLoan.suspending_losses().filter(borrower=user).exists() and user.lift(loss=True)
    save_standing(user, before, command)
    return freed
