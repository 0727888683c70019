from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.people import UserSuspended, end_staff_suspension, lock_user, reinstating, save_status
from circulation.domain.reservations import serve_freed
from circulation.models import LibraryUser
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, NotFound, handles


class UserVerified(Data):
    user_id: UUID
    status: str


class VerifyUser(Command[UserVerified]):
    user_id: UUID


@handles(VerifyUser, title=gettext_lazy("Verify person"), refuses=(NotFound, UserSuspended))
@moves(user="NOT_VERIFIED, SUSPENDED > VERIFIED", by=(serve_freed,))
def verify_user(command: VerifyUser, context: Context) -> UserVerified:
    """Record that somebody has seen who a user is, who may then borrow more books.

    Verifying twice changes nothing. Verifying never lifts a suspension: a suspended user is refused.
    """
    user = lock_user(command.user_id)
    if user.is_suspended_on(context.today):
        raise UserSuspended(
            _("{name} is suspended; verifying would not lift that. End the suspension first.").format(name=user.name),
            remedy=reinstating(user.pk, context),
        )
    before = user.status
    if user.is_suspended:
        end_staff_suspension(user)
    user.status = LibraryUser.Status.VERIFIED
    save_status(user, before, command)
    if before == LibraryUser.Status.SUSPENDED:
        serve_freed([user.pk], command, context)
    return UserVerified(user_id=user.id, status=user.status)
