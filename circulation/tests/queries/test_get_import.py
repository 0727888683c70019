"""GetImport: an import, and what was recognised of its file (test_begin_import.py)."""

from circulation.queries import GetImport
from circulation.tests.imports import NOT_IN_MODEL, begun, newest
from tests.declared import declared

DECLARED = declared(
    GetImport,
    good=lambda it: {"import_id": begun(it)},
    statements=1,
    large=lambda it: [{"import_id": newest()}],
    not_in_model=NOT_IN_MODEL,
)
