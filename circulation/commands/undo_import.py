from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import authorise_reading, drop_files, lock_import
from circulation.domain.imports.undone import ImportHeldUp, undo
from circulation.models import FileImport
from circulation.states import moves
from library_site.cqrs import Command, Context, Data, NotFound, handles


class ImportUndone(Data):
    """How many of what it had added are gone."""

    import_id: UUID
    state: str
    books: int
    authors: int
    people: int
    loans: int


class UndoImport(Command[ImportUndone]):
    supervised: ClassVar = True

    import_id: UUID


@handles(UndoImport, title=gettext_lazy("Undo import"), refuses=(NotFound, ImportHeldUp))
@moves(by=(undo,))
def undo_import(command: UndoImport, context: Context) -> ImportUndone:
    """Take back all that an import has added: books, authors who have no other book, people, loans.

    Refused while something has happened to one of them since: the first twenty are named, and what it was; so of people
    and loans it takes the permission to see a person, too. What somebody has deleted meanwhile is gone. The file and
    the report go, too. Of an import that is undone already, what the shell has added since goes.
    """
    found = lock_import(command.import_id)
    authorise_reading(found.kind, context)
    gone = undo(found, command, context)
    found.state = FileImport.State.UNDONE
    drop_files(FileImport.objects.filter(pk=found.pk), found.state, context)
    return ImportUndone(import_id=found.pk, state=str(found.state), **gone)
