"""GetImport: an import, and what was recognised of its file (test_begin_import.py)."""

from uuid import uuid4

from circulation.queries import GetImport
from circulation.tests.imports import NOT_IN_MODEL, begun
from tests.declared import declared

DECLARED = declared(
    GetImport,
    good=lambda it: {"import_id": begun(it)},
    statements=1,
    large=lambda it: [{"import_id": uuid4()}],
    not_in_model=NOT_IN_MODEL,
)
