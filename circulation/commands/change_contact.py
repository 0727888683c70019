from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.barcodes import BarcodeTaken, refuse_taken
from catalog.policies import BarcodeKind
from circulation.domain.people import PERSONAL, lock_user
from library_site.cqrs import Command, Context, Data, FieldError, InvalidInput, NotFound, became, handles, personal
from library_site.cqrs.validation import check_fields


class ContactChanged(Data):
    user_id: UUID


class ChangeContact(Command[ContactChanged]):
    """What is not given stays; an empty text takes away what is known. `barcode` is that of a new library card.

    `no_birth_date` takes the date of birth away.
    """

    user_id: UUID
    name: str | None = personal(default=None)
    email: str | None = personal(default=None)
    barcode: str | None = personal(default=None)
    birth_date: date | None = personal(default=None)
    no_birth_date: bool = False
    phone: str | None = personal(default=None)
    address: str | None = personal(default=None)
    language: str | None = personal(default=None)
    note: str | None = personal(default=None)


@handles(ChangeContact, title=gettext_lazy("Change contact"), refuses=(NotFound, InvalidInput, BarcodeTaken))
def change_contact(command: ChangeContact, context: Context) -> ContactChanged:
    """Correct what the library knows of a user, or give a new library card, as when the old one is lost.

    One card for one person: the old one is no longer good, and says so when it is scanned.
    """
    given = {name: getattr(command, name) for name in ("name", "email", "barcode", *PERSONAL)}
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    changes = {name: value for name, value in changes.items() if value is not None}
    if command.no_birth_date:
        changes["birth_date"] = None
    if not changes:
        message = _("Give what is to be changed: name, e-mail address, card, or what else is known.")
        raise InvalidInput(FieldError("", "required", message))
    user = lock_user(command.user_id)
    for name, value in changes.items():
        setattr(user, name, value)
    check_fields(user, {name: name for name in changes})
    refuse_taken(BarcodeKind.CARD, user)
    user.save(update_fields=changes)
    became(user)
    return ContactChanged(user_id=user.pk)
