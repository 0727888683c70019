from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.domain.barcodes import BarcodeTaken, refuse_taken
from circulation.domain.people import EmailAlreadyRegistered, email_taken, lock_user
from circulation.models import LibraryUser
from library_site.cqrs import Command, Context, Data, FieldError, InvalidInput, NotFound, became, handles, personal
from library_site.cqrs.validation import check_fields


class ContactChanged(Data):
    user_id: UUID


class ChangeContact(Command[ContactChanged]):
    """What is not given stays. `barcode` is that of a new library card."""

    user_id: UUID
    name: str | None = personal(default=None)
    email: str | None = personal(default=None)
    barcode: str | None = personal(default=None)


@handles(
    ChangeContact,
    title=gettext_lazy("Change contact"),
    refuses=(NotFound, InvalidInput, EmailAlreadyRegistered, BarcodeTaken),
)
def change_contact(command: ChangeContact, context: Context) -> ContactChanged:
    """Correct the name or the e-mail address of a user, or give a new library card, as when the old one is lost.

    One person for one e-mail address, whatever its case; one card for one person.
    """
    given = {"name": command.name, "email": command.email, "barcode": command.barcode}
    changes = {name: value.strip() for name, value in given.items() if value is not None}
    if not changes:
        message = _("Give what is to be changed: name, e-mail address or card.")
        raise InvalidInput(FieldError("", "required", message))
    user = lock_user(command.user_id)
    for name, value in changes.items():
        setattr(user, name, value)
    check_fields(user, {name: name for name in changes})
    refuse_taken(LibraryUser, user)
    try:
        with transaction.atomic():
            user.save(update_fields=changes)
    except IntegrityError as error:
        refuse_taken(LibraryUser, user)
        raise email_taken(user) from error
    became(user)
    return ContactChanged(user_id=user.pk)
