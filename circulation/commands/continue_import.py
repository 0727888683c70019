from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import (
    STEP,
    ImportEnded,
    authorise_parts,
    keep,
    kind_of,
    lock_import,
    opened_at,
    put_back,
    refuse_ended,
)
from circulation.models import FileImport, ImportedRow
from library_site.cqrs import Command, Context, Data, NotFound, handles


class ImportContinued(Data):
    """`position` of `rows` are done, of which so many were added, there already, something else, or rejected.

    The `state` is DONE when all are.
    """

    import_id: UUID
    state: str
    position: int
    rows: int
    added: int
    there: int
    others: int
    rejected: int


class ContinueImport(Command[ImportContinued]):
    """`position` is that of the answer before; 0 at first."""

    import_id: UUID
    position: int


@handles(ContinueImport, title=gettext_lazy("Continue import"), refuses=(NotFound, ImportEnded))
def continue_import(command: ContinueImport, context: Context) -> ImportContinued:
    """Import the next hundred rows of a file, and keep what became of them: both, or neither.

    A row that is refused costs itself alone. Who gives another position than the one that the import is at, since
    somebody else goes on with it, changes nothing, and is told where it is.
    """
    found = lock_import(command.import_id)
    refuse_ended(found)
    if command.position == found.position and found.position < found.rows:
        kind = kind_of(found.kind)
        authorise_parts(kind, context)
        file = opened_at(found, kind)
        fates = file.done(STEP, replace(context, whole=found.pk))
        keep(found, fates, context)
        put_back(found, file)
    return _answer(found)


def _answer(found: FileImport) -> ImportContinued:
    counts = {fate: found.counts.get(fate, 0) for fate in ImportedRow.Fate}
    return ImportContinued(
        import_id=found.pk,
        state=str(found.state),
        position=found.position,
        rows=found.rows,
        added=counts[ImportedRow.Fate.ADDED],
        there=counts[ImportedRow.Fate.THERE],
        others=counts[ImportedRow.Fate.OTHER],
        rejected=counts[ImportedRow.Fate.REJECTED],
    )
