from base64 import b64decode
from binascii import Error
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import (
    MOST_BYTES,
    OpenFile,
    authorise_parts,
    drop_forgotten,
    kind_of,
    tried,
)
from circulation.models import FileImport
from library_site.cqrs import Command, Context, Data, InvalidInput, handles, personal


class ImportBegan(Data):
    """`rows` there are in the file."""

    import_id: UUID
    state: str
    rows: int
    size: int


class BeginImport(Command[ImportBegan]):
    """`kind` is BOOKS, PEOPLE or LOANS. `content` is the file in base64; without it, whoever imports keeps the file
    and gives the rows. `options` say how the file is read, as the shell has them: `title-column=3`, `day-order=dmy`.
    """

    kind: str
    file_name: str
    content: str = personal(default="")
    options: tuple[str, ...] = ()


@handles(BeginImport, title=gettext_lazy("Begin import"), refuses=(InvalidInput,))
def begin_import(command: BeginImport, context: Context) -> ImportBegan:
    """Take a file to be imported, and look at it: what it is, its columns, and what would become of the first rows.

    Nothing of it is in the library yet. A file has at most 4 MB here; the shell takes any. It is kept until the import
    is closed, or for 14 days after the last step.
    """
    kind = kind_of(command.kind)
    authorise_parts(kind, context)
    content = _content(command)
    file = kind.opened(content, command.options) if content else None
    drop_forgotten(context)
    begun = FileImport(
        id=cast(UUID, context.whole),
        kind=command.kind,
        file_name=command.file_name.strip()[:200] or "-",
        begun_at=context.now,
        begun_by=context.actor.id,
        changed_at=context.now,
        state=FileImport.State.BEGUN if content else FileImport.State.CLOSED,
        size=len(content),
        content=content or None,
        options=[*command.options],
    )
    begun.save(force_insert=True)
    if file:
        _look(begun, file, context)
    return ImportBegan(import_id=begun.pk, state=str(begun.state), rows=begun.rows, size=begun.size)


def _look(begun: FileImport, file: OpenFile, context: Context) -> None:
    begun.rows, begun.recognised = file.rows, file.recognised
    begun.preview = tried(file, context)
    begun.save(update_fields=["rows", "recognised", "preview"])


def _content(command: BeginImport) -> bytes:
    try:
        content = b64decode(command.content, validate=True)
    except (Error, ValueError) as error:
        raise InvalidInput.of("content", _("The content of the file is to be given in base64.")) from error
    if len(content) > MOST_BYTES:
        message = _("The file has more than 4 MB. The shell takes it: manage.py import_books FILE, for example.")
        raise InvalidInput.of("content", message, "too_large")
    return content
