from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from circulation.models import LibraryUser
from library_site.cqrs import Command, Conflict, Context, InvalidInput, handles, personal
from library_site.cqrs.validation import check_fields


@dataclass(frozen=True, kw_only=True)
class UserRegistered:
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class RegisterUser(Command[UserRegistered]):
    name: str = personal()
    email: str = personal()


class EmailAlreadyRegistered(Conflict):
    """Somebody is registered with this e-mail address already."""

    code = "email_already_registered"


@handles(RegisterUser, refuses=(InvalidInput, EmailAlreadyRegistered))
def register_user(command: RegisterUser, context: Context) -> UserRegistered:
    """Register a person who wants to borrow; not verified until somebody has seen who it is.

    One person for one e-mail address, whatever its case.
    """
    user = LibraryUser(name=command.name.strip(), email=command.email.strip())
    check_fields(user, {"name": "name", "email": "email"})
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise EmailAlreadyRegistered(
            f"Somebody is registered with {user.email} already. Search for the person instead."
        ) from error
    return UserRegistered(user_id=user.id)
