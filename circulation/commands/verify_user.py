from dataclasses import dataclass
from uuid import UUID

from circulation.loans import UserSuspended, no_such_user
from circulation.models import LibraryUser
from library_site.cqrs import Command, Context, NotFound, handles


@dataclass(frozen=True, kw_only=True)
class UserVerified:
    user_id: UUID
    status: str


@dataclass(frozen=True, kw_only=True)
class VerifyUser(Command[UserVerified]):
    user_id: UUID


@handles(VerifyUser, refuses=(NotFound, UserSuspended))
def verify_user(command: VerifyUser, context: Context) -> UserVerified:
    """Record that somebody has seen who a user is, who may then borrow more books.

    Verifying twice changes nothing. Verifying never lifts a suspension: a suspended user is refused.
    """
    user = LibraryUser.objects.select_for_update().filter(pk=command.user_id).first()
    if user is None:
        raise no_such_user(command.user_id)
    if user.is_suspended:
        raise UserSuspended(f"{user.name} is suspended; verifying would not lift that. End the suspension first.")
    user.status = LibraryUser.Status.VERIFIED
    user.save(update_fields=["status"])
    return UserVerified(user_id=user.id, status=user.status)
