from uuid import UUID

from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import drop_files, lock_import
from circulation.models import FileImport
from library_site.cqrs import Command, Context, Data, NotFound, handles


class ImportClosed(Data):
    import_id: UUID
    state: str


class CloseImport(Command[ImportClosed]):
    import_id: UUID


@handles(CloseImport, title=gettext_lazy("Close import"), refuses=(NotFound,))
def close_import(command: CloseImport, context: Context) -> ImportClosed:
    """Let the file of an import go, and its report; what was imported stays, and can still be undone.

    An import that is not finished ends with it. One that is closed already stays so.
    """
    found = lock_import(command.import_id)
    if found.state in {FileImport.State.BEGUN, FileImport.State.DONE}:
        found.state = FileImport.State.CLOSED
        drop_files(FileImport.objects.filter(pk=found.pk), found.state, context)
    return ImportClosed(import_id=found.pk, state=str(found.state))
