from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.people import add_line, end_staff_suspension, lock_user, reinstating, save_status
from circulation.states import moves
from library_site.cqrs import (
    Command,
    Conflict,
    Context,
    Data,
    FieldError,
    InvalidInput,
    NotFound,
    handles,
    personal,
)
from library_site.cqrs.validation import is_plain


class UserSuspension(Data):
    user_id: UUID
    status: str
    suspended_until: date | None


class SuspendUser(Command[UserSuspension]):
    """`until` is the last day; without it, the suspension lasts until it is ended."""

    user_id: UUID
    reason: str = personal()
    until: date | None = None


class UserAlreadySuspended(Conflict):
    """The user is suspended by staff already."""

    code = "user_already_suspended"
    short = gettext_lazy("The person is suspended already")


@handles(SuspendUser, title=gettext_lazy("Suspend person"), refuses=(NotFound, InvalidInput, UserAlreadySuspended))
@moves(user="NOT_VERIFIED, VERIFIED > SUSPENDED")
def suspend_user(command: SuspendUser, context: Context) -> UserSuspension:
    """Suspend a user, for a reason that stands in the status comment: no borrowing, renewing or reserving.

    Beside a suspension for a loss it counts as well: both have to end.
    """
    reason = " ".join(command.reason.split())
    errors = []
    if not reason or not is_plain(reason):
        errors.append(FieldError("reason", "required", _("Say why, in words: it is shown at the desk.")))
    if command.until is not None and command.until < context.today:
        errors.append(FieldError("until", "past", _("The last day is past. Choose today or a day to come.")))
    if errors:
        raise InvalidInput(*errors)
    user = lock_user(command.user_id)
    is_over = user.is_staff_suspension_over(context.today)
    if user.is_suspended and not is_over and (user.suspended_by_staff or not user.suspended_for_loss):
        message = _("{name} is suspended already. Reinstate the person first, to change why or until when.")
        raise UserAlreadySuspended(message.format(name=user.name), remedy=reinstating(user.pk, context))
    before = user.status
    if is_over:
        end_staff_suspension(user)
    comment = add_line(user.status_comment, reason)
    user.suspend(reason, comment, at=context.now, by=context.actor.id, until=command.until)
    save_status(user, before, command)
    return UserSuspension(user_id=user.pk, status=user.status, suspended_until=user.suspended_until)
