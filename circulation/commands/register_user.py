from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from catalog.domain.barcodes import BarcodeTaken, refuse_taken
from catalog.policies import BarcodeKind
from circulation.domain.people import PERSONAL, MaybeRegistered, many_registrations, maybe_registered
from circulation.models import LibraryUser
from circulation.states import NEW, NOT_VERIFIED, USER, moves
from library_site.cqrs import (
    Context,
    Data,
    InvalidInput,
    Overriding,
    became,
    handles,
    personal,
    refuse_unless_overridden,
)
from library_site.cqrs.validation import check_fields


class UserRegistered(Data):
    user_id: UUID


class RegisterUser(Overriding[UserRegistered]):
    """`barcode` is that of the library card; without it, the next number is given. `language` is the code of one that
    the library writes in; `note` is for staff. All but the name may be left out.
    """

    name: str = personal()
    email: str = personal(default="")
    barcode: str = personal(default="")
    birth_date: date | None = personal(default=None)
    phone: str = personal(default="")
    address: str = personal(default="")
    language: str = personal(default="")
    note: str = personal(default="")


@handles(
    RegisterUser,
    title=_("Register person"),
    refuses=(InvalidInput, MaybeRegistered, BarcodeTaken),
    overridable=(MaybeRegistered,),
    ahead=many_registrations,
)
@moves(user="NEW > NOT_VERIFIED")
def register_user(command: RegisterUser, context: Context) -> UserRegistered:
    """Register a person who wants to borrow; not verified until somebody has seen who it is.

    People may have no e-mail address, or share one. Somebody of the same name who has the same address, or was born on
    the same day, may be the same person: that is asked first.
    """
    given = {name: getattr(command, name) for name in ("name", "email", "barcode", *PERSONAL)}
    user = LibraryUser(**{name: value.strip() if isinstance(value, str) else value for name, value in given.items()})
    check_fields(user, {name: name for name in given})
    user.derive()
    refuse_taken(BarcodeKind.CARD, user)
    refuse_unless_overridden([maybe_registered(user)], command, context)
    USER.check(NEW, NOT_VERIFIED, command)
    user.save(force_insert=True)
    became(user)
    return UserRegistered(user_id=user.id)
