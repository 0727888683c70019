"""An import is undone: what it has added is gone, unless something has happened to it since."""

from typing import Any

from django.utils.translation import gettext_lazy

from circulation.models import FileImport
from library_site.cqrs import Command, Conflict, Context


class ImportHeldUp(Conflict):
    """Something has happened since to what the import has added."""

    code = "import_held_up"
    short = gettext_lazy("Something has happened to what was imported")


def undo(found: FileImport, command: Command[Any], context: Context) -> dict[str, int]:
    """How many of each kind are gone. Raises ImportHeldUp."""
    return {}
