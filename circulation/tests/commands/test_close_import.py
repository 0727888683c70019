"""CloseImport: the file and the report go."""

import pytest

from catalog.models import Book
from circulation.commands import CloseImport
from circulation.models import FileImport, ImportedRow
from circulation.tests.imports import NOT_IN_MODEL, begin, begun, finish
from library_site.cqrs import dispatch
from tests.declared import declared
from tests.library import context

DECLARED = declared(
    CloseImport,
    good=lambda it: {"import_id": begun(it)},
    statements=8,
    not_in_model=NOT_IN_MODEL,
)

pytestmark = pytest.mark.django_db


def test_file_and_report_go_and_what_was_imported_stays() -> None:
    import_id = finish(begin("Title,Author", "Emma,")).import_id

    for _ in range(2):
        assert dispatch(CloseImport(import_id=import_id), context()).state == "CLOSED"

    found = FileImport.objects.get(pk=import_id)
    assert (found.content, found.preview, found.recognised) == (None, [], {})
    assert not ImportedRow.objects.exists()
    assert Book.objects.count() == 1
