"""GetImportReport: what became of the rows of a file."""

from circulation.queries import GetImportReport
from circulation.tests.imports import NOT_IN_MODEL, books, imported, newest
from library_site.cqrs import InvalidInput
from tests.arranger import Arguments, Arranger
from tests.declared import declared, refused


def _rows(it: Arranger, number: int) -> Arguments:
    return {"import_id": imported(it, books(it, number))}


DECLARED = declared(
    GetImportReport,
    rows=_rows,
    statements=2,
    refusals=[refused(InvalidInput, "A row is one of ADDED, THERE,", lambda it: _rows(it, 1) | {"fate": "GONE"})],
    large=lambda it: [{"import_id": newest()}],
    not_in_model=NOT_IN_MODEL,
)
