from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.models import LibraryPolicy
from circulation.reading.letterhead import forget_letterhead
from library_site.cqrs import Command, Context, Data, InvalidInput, handles
from library_site.cqrs.validation import field_errors


class LibraryNameSet(Data):
    name: str
    address: str


class SetLibraryName(Command[LibraryNameSet]):
    """`address` may have several lines."""

    name: str
    address: str = ""

    supervised: ClassVar = True


@handles(SetLibraryName, title=gettext_lazy("Set name and address"), refuses=(InvalidInput,))
def set_library_name(command: SetLibraryName, context: Context) -> LibraryNameSet:
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
    return LibraryNameSet(name=name, address=address)
