from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.models import LibraryPolicy
from circulation.reading.letterhead import forget_letterhead
from library_site.cqrs import Command, Context, Data, InvalidInput, handles
from library_site.cqrs.validation import field_errors


class NameAndAddressSet(Data):
    name: str
    address: str


class SetNameAndAddress(Command[NameAndAddressSet]):
    """`address` may have several lines."""

    name: str
    address: str = ""

    supervised: ClassVar = True


@handles(SetNameAndAddress, title=gettext_lazy("Set name and address"), refuses=(InvalidInput,))
def set_name_and_address(command: SetNameAndAddress, context: Context) -> NameAndAddressSet:
    """Say what the library is called, and where it is: it stands in the header, and on labels, receipts and slips."""
    name = " ".join(command.name.split())
    address = "\n".join(line.strip() for line in command.address.strip().splitlines())
    if not name:
        raise InvalidInput.of("name", _("Say what the library is called."), "required")
    values = {"library_name": name, "library_address": address}
    if errors := field_errors(LibraryPolicy(**values), {"library_name": "name", "library_address": "address"}):
        raise InvalidInput(*errors)
    LibraryPolicy.objects.update_or_create(pk=1, defaults=values)
    forget_letterhead()
    return NameAndAddressSet(name=name, address=address)
