"""PreviewImport: a file is read otherwise, before it comes in."""

import pytest

from catalog.models import Book
from circulation.commands import PreviewImport
from circulation.domain.imports.files import ImportBegun, ImportEnded
from circulation.queries import GetImport
from circulation.tests.imports import NOT_IN_MODEL, begin, begun, closed, go_on, imported
from library_site.cqrs import InvalidInput, dispatch
from tests.declared import declared, refused
from tests.library import context

DECLARED = declared(
    PreviewImport,
    good=lambda it: {"import_id": begun(it)},
    statements=23,
    refusals=[
        refused(
            InvalidInput,
            "There is no column “Name”.",
            lambda it: {"import_id": begun(it), "options": ("title-column=Name",)},
        ),
        refused(ImportBegun, "So many rows of “list.csv” are in already: 1.", lambda it: {"import_id": imported(it)}),
        refused(
            ImportEnded, "The import of “list.csv” is closed: its file is gone.", lambda it: {"import_id": closed(it)}
        ),
    ],
    not_in_model=NOT_IN_MODEL,
)

pytestmark = pytest.mark.django_db


def test_columns_may_be_chosen_otherwise() -> None:
    import_id = begin("Title,Sort title", "Emma,A novel")

    dispatch(PreviewImport(import_id=import_id, options=("title-column=2",)), context())

    [found] = dispatch(GetImport(import_id=import_id), context()).rows
    assert found.preview[0].taken_for == "A novel"
    assert found.options == ("title-column=2",)


def test_columns_may_have_one_meaning() -> None:
    import_id = begin("Title,Old number,New number", "Emma,,9780306406157", "Dune,0306402017,")

    dispatch(PreviewImport(import_id=import_id, options=("isbn-column=2", "isbn-column=3")), context())

    go_on(import_id)
    assert set(Book.objects.values_list("title", "isbn")) == {("Emma", "9780306406157"), ("Dune", "9780306402012")}
