from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from catalog.domain.barcodes import BarcodeTaken, refuse_taken
from circulation.domain.people import EmailAlreadyRegistered, email_taken
from circulation.models import LibraryUser
from circulation.states import NEW, NOT_VERIFIED, USER, moves
from library_site.cqrs import Command, Context, Data, InvalidInput, became, handles, personal
from library_site.cqrs.validation import check_fields


class UserRegistered(Data):
    user_id: UUID


class RegisterUser(Command[UserRegistered]):
    """`barcode` is that of the library card; without it, the next number is given."""

    name: str = personal()
    email: str = personal()
    barcode: str = personal(default="")


@handles(RegisterUser, title=_("Register person"), refuses=(InvalidInput, EmailAlreadyRegistered, BarcodeTaken))
@moves(user="NEW > NOT_VERIFIED")
def register_user(command: RegisterUser, context: Context) -> UserRegistered:
    """Register a person who wants to borrow; not verified until somebody has seen who it is.

    One person for one e-mail address, whatever its case.
    """
    user = LibraryUser(name=command.name.strip(), email=command.email.strip(), barcode=command.barcode.strip())
    check_fields(user, {"name": "name", "email": "email", "barcode": "barcode"})
    refuse_taken(LibraryUser, user)
    USER.check(NEW, NOT_VERIFIED, command)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        refuse_taken(LibraryUser, user)
        raise email_taken(user) from error
    became(user)
    return UserRegistered(user_id=user.id)
