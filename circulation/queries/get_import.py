from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from circulation.domain.imports.files import authorise_reading
from circulation.models import FileImport, ImportedRow
from circulation.reading.annotations import actor_name
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of_all, read_database


class ImportColumn(Data):
    """A column of the file: what it means (empty: it is not used), and its first cells."""

    number: int
    name: str
    meaning: str
    cells: tuple[str, ...]


class PreviewedRow(Data):
    """What would become of one of the first rows: `fate` is ADDED, THERE, OTHER or REJECTED."""

    line: int
    fate: str
    taken_for: str
    remarks: str


class ImportFile(Data):
    """An import: `position` of `rows` are done. What was recognised of its file, until it is closed.

    `meanings` are those that a column may have, and `options` what was said of the file; `remarks` are on the whole.
    """

    id: UUID
    kind: str
    file_name: str
    state: str
    size: int
    rows: int
    position: int
    added: int
    there: int
    others: int
    rejected: int
    begun_at: datetime
    begun_by: str
    format: str
    columns: tuple[ImportColumn, ...]
    meanings: tuple[str, ...]
    options: tuple[str, ...]
    remarks: tuple[str, ...]
    preview: tuple[PreviewedRow, ...]


class GetImport(Query[Page[ImportFile]]):
    import_id: UUID


@handles(GetImport, title=_("Import"), refuses=(InvalidInput,))
def get_import(query: GetImport, context: Context) -> Page[ImportFile]:
    """An import, and what was recognised of its file. One row, or none.

    Of people and loans it takes the permission to see a person, too.
    """
    imports = FileImport.objects.using(read_database()).defer("content").filter(pk=query.import_id)
    found = [*imports.annotate(begun_by_name=actor_name("begun_by"))]
    for each in found:
        authorise_reading(each.kind, context)
    rows = [*map(_row, found)]
    return page_of_all(rows, query, row=ImportFile, place=lambda row: 0)


def _row(found: FileImport) -> ImportFile:
    recognised, counts = found.recognised, found.counts
    return ImportFile(
        id=found.pk,
        kind=found.kind,
        file_name=found.file_name,
        state=found.state,
        size=found.size,
        rows=found.rows,
        position=found.position,
        added=counts.get(ImportedRow.Fate.ADDED, 0),
        there=counts.get(ImportedRow.Fate.THERE, 0),
        others=counts.get(ImportedRow.Fate.OTHER, 0),
        rejected=counts.get(ImportedRow.Fate.REJECTED, 0),
        begun_at=found.begun_at,
        begun_by=getattr(found, "begun_by_name", found.begun_by),
        format=recognised.get("format", ""),
        columns=tuple(ImportColumn(**each | {"cells": tuple(each["cells"])}) for each in recognised.get("columns", ())),
        meanings=tuple(recognised.get("meanings", ())),
        options=tuple(found.options),
        remarks=tuple(recognised.get("remarks", ())),
        preview=tuple(PreviewedRow(**each) for each in found.preview),
    )
