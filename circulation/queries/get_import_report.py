from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from circulation.domain.imports.files import authorise_reading
from circulation.models import FileImport, ImportedRow
from library_site.cqrs import Context, Data, InvalidInput, Page, Query, handles, page_of, read_database


class RowOfReport(Data):
    """What became of a row that starts on `line`: its `fate` is ADDED, THERE, OTHER or REJECTED."""

    number: int
    line: int
    fate: str
    taken_for: str
    remarks: str


class GetImportReport(Query[Page[RowOfReport]]):
    """`fate` narrows the list to ADDED, THERE, OTHER or REJECTED."""

    import_id: UUID
    fate: str | None = None


@handles(GetImportReport, title=gettext_lazy("Report of an import"), refuses=(InvalidInput,))
def get_import_report(query: GetImportReport, context: Context) -> Page[RowOfReport]:
    """What became of the rows of a file so far, in their order; none, once the import is closed.

    Of people and loans it takes the permission to see a person, too.
    """
    for kind in FileImport.objects.using(read_database()).filter(pk=query.import_id).values_list("kind", flat=True):
        authorise_reading(kind, context)
    rows = ImportedRow.objects.using(read_database()).filter(file_import=query.import_id)
    if query.fate:
        if query.fate not in ImportedRow.Fate:
            message = _("A row is one of {fates}.").format(fates=", ".join(ImportedRow.Fate))
            raise InvalidInput.of("fate", message, "invalid_choice")
        rows = rows.filter(fate=query.fate)
    return page_of(RowOfReport, rows, query, order_by=("number",))
