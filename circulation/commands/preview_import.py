from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import (
    ImportBegun,
    ImportEnded,
    authorise_parts,
    kind_of,
    lock_import,
    refuse_ended,
    tried,
)
from library_site.cqrs import Command, Context, Data, InvalidInput, NotFound, handles


class ImportPreviewed(Data):
    import_id: UUID
    rows: int


class PreviewImport(Command[ImportPreviewed]):
    """`options` say how the file is read, as the shell has them: `title-column=3`, `day-order=dmy`. What they do not
    say is recognised.
    """

    import_id: UUID
    options: tuple[str, ...] = ()


@handles(
    PreviewImport,
    title=gettext_lazy("Preview import"),
    refuses=(NotFound, InvalidInput, ImportEnded, ImportBegun),
)
def preview_import(command: PreviewImport, context: Context) -> ImportPreviewed:
    """Read the file of an import otherwise, before its first step, and look what would become of the first rows."""
    found = lock_import(command.import_id)
    refuse_ended(found)
    if found.position:
        message = _("So many rows of “{file}” are in already: {number}. Undo the import, and begin another one.")
        raise ImportBegun(message.format(number=found.position, file=found.file_name))
    kind = kind_of(found.kind)
    authorise_parts(kind, context)
    file = kind.opened(bytes(found.content or b""), command.options)
    found.options, found.rows, found.recognised = [*command.options], file.rows, file.recognised
    found.preview = tried(file, context)
    found.changed_at = context.now
    found.save(update_fields=["options", "rows", "recognised", "preview", "changed_at"])
    return ImportPreviewed(import_id=found.pk, rows=found.rows)
