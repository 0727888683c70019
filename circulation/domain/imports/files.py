"""The import of a file, step by step: what commands share of it.

How files are read is known above, in `importing`, which uses commands; it is found by name when it is needed.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence, Set
from contextlib import suppress
from datetime import timedelta
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.models import FileImport, ImportedRow
from library_site.cqrs import Command, Conflict, Context, InvalidInput, NotFound
from library_site.cqrs.dispatcher import authorise
from library_site.cqrs.operations import RegisteredOperation, operation_named, operation_of

MOST_BYTES = 4 * 1024 * 1024
"""Of a file that comes whole, as by the page. (A function takes 6 MB, of which base64 makes a third.)"""

STEP, PREVIEW = 100, 20
"""Rows of a step: what a desk may have to wait for. Rows whose import is tried first."""

KEPT = timedelta(days=14)
"""For how long the file of an import is kept that nobody goes on with, or closes."""

_KINDS = "circulation.importing.kinds.KINDS"

Fate = tuple[int, str, str, str]
"""Of a row: line, fate, what it was taken for, remarks."""


class OpenFile(Protocol):
    """A file that was recognised; `position` is how many of its rows are done."""

    rows: int
    position: int
    recognised: dict[str, Any]

    def done(self, number: int, context: Context) -> list[Fate]:
        """Import so many rows more, or those that there are, as parts of what is carried out."""

    def go_on_from(self, position: int, rejected: Set[int]) -> None:
        """Take so many rows to be done, as they are, but for those with these numbers."""


class Kind(Protocol):
    """One kind of things that are imported: `parts` are the commands by which they come in."""

    parts: Sequence[type[Command[Any]]]

    def opened(self, content: bytes, options: Sequence[str]) -> OpenFile:
        """Raises InvalidInput, of `content` or `options`."""


class ImportEnded(Conflict):
    """The import is closed or undone: its file is gone."""

    code = "import_ended"
    short = gettext_lazy("The import is closed or undone")


class ImportBegun(Conflict):
    """Rows of the file are in the library already: how it is read stays as it is."""

    code = "import_begun"
    short = gettext_lazy("The import has begun already")


def kind_of(name: str) -> Kind:
    """Raises InvalidInput."""
    kinds: dict[str, Kind] = import_string(_KINDS)
    if name not in kinds:
        message = _("Imports are of {kinds}.").format(kinds=", ".join(kinds))
        raise InvalidInput.of("kind", message, "invalid_choice")
    return kinds[name]


def authorise_parts(kind: Kind, context: Context) -> None:
    """Raises NotAllowed for who may not do by hand what the import does."""
    for part in kind.parts:
        authorise(operation_of(part), context)


def authorise_reading(kind: str, context: Context) -> None:
    """Raises NotAllowed for who may not see people, of an import that names them."""
    if kind != FileImport.Kind.BOOKS:
        authorise(cast(RegisteredOperation, operation_named("GetUserFile")), context)


def lock_import(import_id: UUID) -> FileImport:
    """The import, without its file, for this transaction alone. Raises NotFound."""
    found = FileImport.objects.select_for_update().defer("content").filter(pk=import_id).first()
    if found is None:
        raise no_such_import(import_id)
    return found


def no_such_import(import_id: UUID) -> NotFound:
    return NotFound(_("The library has no import with this id."), import_id=import_id)


def refuse_ended(found: FileImport) -> None:
    if found.state in {FileImport.State.CLOSED, FileImport.State.UNDONE}:
        message = _("The import of “{file}” is closed: its file is gone. Begin another one.")
        raise ImportEnded(message.format(file=found.file_name))


def keep(found: FileImport, fates: Sequence[Fate], context: Context) -> None:
    """Keep what became of the next rows, and how far the import is."""
    ImportedRow.objects.bulk_create(
        ImportedRow(file_import=found, number=number, line=line, fate=fate, taken_for=taken_for, remarks=remarks)
        for number, (line, fate, taken_for, remarks) in enumerate(fates, found.position + 1)
    )
    found.position += len(fates)
    found.counts = dict(Counter(found.counts) + Counter(fate for _line, fate, *_rest in fates))
    found.state = FileImport.State.DONE if found.position >= found.rows else FileImport.State.BEGUN
    found.changed_at = context.now
    found.save(update_fields=["position", "counts", "state", "changed_at"])


def drop_files(imports: Any, state: str, context: Context) -> None:
    """Of these imports the files and reports, which say something of people, are gone."""
    ids = [*imports.values_list("pk", flat=True)]
    if not ids:
        return
    for each in ids:
        _open.pop(each, None)
    ImportedRow.objects.filter(file_import__in=ids).delete()
    FileImport.objects.filter(pk__in=ids).update(
        state=state, content=None, recognised={}, preview=[], options=[], changed_at=context.now
    )


def drop_forgotten(context: Context) -> None:
    """What somebody began and nobody went on with does not keep what it says of people for ever."""
    forgotten = FileImport.objects.filter(content__isnull=False, changed_at__lt=context.now - KEPT)
    drop_files(forgotten, FileImport.State.CLOSED, context)


class _Tried(Exception):
    """Rows were imported, and are to be no more."""


def tried(file: OpenFile, context: Context) -> list[dict[str, Any]]:
    """What would become of the first rows: they are imported, and all of it is undone."""
    fates: list[Fate] = []
    with suppress(_Tried), transaction.atomic():
        fates += file.done(PREVIEW, context)
        raise _Tried
    return [dict(zip(("line", "fate", "taken_for", "remarks"), fate, strict=True)) for fate in fates]


_FILES = 4
_open: OrderedDict[UUID, OpenFile] = OrderedDict()
"""Files of imports that this process has at work, so that none is read from its beginning for every step."""


def opened_at(found: FileImport, kind: Kind) -> OpenFile:
    """The file of a locked import, where its next row is."""
    file = _open.pop(found.pk, None)
    if file is None or file.position > found.position:  # of a step that was undone
        file = kind.opened(bytes(found.content or b""), found.options)
    if file.position < found.position:
        done = ImportedRow.objects.filter(file_import=found, number__gt=file.position)
        rejected = done.filter(fate=ImportedRow.Fate.REJECTED).values_list("number", flat=True)
        file.go_on_from(found.position, set(rejected))
    return file


def put_back(found: FileImport, file: OpenFile) -> None:
    """Have it at hand for the next step, if there is one."""
    if found.state == FileImport.State.BEGUN:
        _open[found.pk] = file
    while len(_open) > _FILES:
        _open.popitem(last=False)
