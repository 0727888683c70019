from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.people import UserSuspended, add_line, lock_user, save_status, without_line
from circulation.domain.reservations import lock_waited_for, serve_freed
from circulation.models import PastLoan
from circulation.states import moves
from library_site.cqrs import Command, Conflict, Context, Data, InvalidInput, NotFound, became, handles, personal
from library_site.cqrs.texts import long_date
from library_site.cqrs.validation import is_plain


class UserReinstated(Data):
    """`waiting_book_ids` are copies that go from their shelves to the hold shelf."""

    user_id: UUID
    status: str
    waiting_book_ids: tuple[UUID, ...] = ()


class ReinstateUser(Command[UserReinstated]):
    user_id: UUID
    reason: str = personal()


class UserNotSuspended(Conflict):
    """The user is not suspended."""

    code = "user_not_suspended"
    short = gettext_lazy("The person is not suspended")


@handles(
    ReinstateUser,
    title=gettext_lazy("Reinstate person"),
    refuses=(NotFound, InvalidInput, UserNotSuspended),
    waives=UserSuspended,
)
@moves(user="SUSPENDED > NOT_VERIFIED, VERIFIED", by=(serve_freed,))
def reinstate_user(command: ReinstateUser, context: Context) -> UserReinstated:
    """End a suspension, whatever its cause, for a reason that stands in the status comment in its place.

    A loss that stands is not forgiven: it only suspends nobody any more. Available copies of what the user waits for go
    to the hold shelf.
    """
    reason = " ".join(command.reason.split())
    if not reason or not is_plain(reason):
        raise InvalidInput.of("reason", _("Say why, in words: it is shown at the desk."), "required")
    lock_waited_for(command.user_id)  # before people
    user = lock_user(command.user_id)
    if not user.is_suspended_on(context.today):
        raise UserNotSuspended(_("{name} is not suspended.").format(name=user.name))
    before = user.status
    losses = list(PastLoan.suspending_losses().filter(borrower=user))
    for line in [user.suspension_reason, *(loss.comment for loss in losses)]:
        user.status_comment = without_line(user.status_comment, line)
    user.status_comment = add_line(user.status_comment, _comment(reason, context.today))
    for loss in losses:
        loss.comment = ""
        loss.save(update_fields=["comment"])
    became(*losses)
    user.lift(loss=True, staff=True)
    save_status(user, before, command)
    served = serve_freed([user.pk], command, context)
    return UserReinstated(user_id=user.pk, status=user.status, waiting_book_ids=served)


def _comment(reason: str, today: date) -> str:
    """The line in a status comment that takes the place of the reason of a suspension."""
    with translation.override(settings.LANGUAGE_CODE):  # of the library, whoever has asked
        return _("Reinstated on {day}: {reason}").format(day=long_date(today), reason=reason)
