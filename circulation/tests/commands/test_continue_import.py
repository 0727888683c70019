"""ContinueImport: the next hundred rows, and what became of them, or neither."""

import pytest

from catalog.models import Book
from circulation.commands import ContinueImport
from circulation.domain.imports.files import ImportEnded
from circulation.models import ImportedRow, LibraryUser
from circulation.queries import GetImportReport
from circulation.tests.imports import NOT_IN_MODEL, begin, begun, closed, finish, go_on
from library_site.cqrs import dispatch
from library_site.cqrs.models import JournalEntry
from tests.declared import declared, refused
from tests.library import context, register

DECLARED = declared(
    ContinueImport,
    good=lambda it: {"import_id": begun(it), "position": 0},
    statements=21,
    refusals=[
        refused(
            ImportEnded,
            "The import of “list.csv” is closed: its file is gone.",
            lambda it: {"import_id": closed(it), "position": 0},
        )
    ],
    not_in_model=NOT_IN_MODEL,
)

pytestmark = pytest.mark.django_db

COPIES = ("Title,Author,Barcode", *["Emma,Ann Lee,"] * 130, "Dune,,S-01", "Dune,,", "Dune,,S-01", "Dune,,")


@pytest.fixture(params=[True, False], ids=["one process", "another process for each step"])
def processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("circulation.commands.continue_import.STEP", 20)
    if not request.param:
        monkeypatch.setattr("circulation.commands.continue_import.put_back", lambda *_: None)


@pytest.mark.usefixtures("processes")
def test_rows_of_one_title_are_its_copies_over_all_steps() -> None:
    answer = finish(begin(*COPIES))

    assert (answer.position, answer.added, answer.rejected) == (134, 133, 1)
    assert Book.objects.filter(title="Emma").count() == 130
    assert Book.objects.filter(title="Dune").count() == 3
    assert finish(begin(*COPIES)).there == 133


@pytest.mark.usefixtures("processes")
def test_people_are_registered_and_verified_over_all_steps() -> None:
    lines = [f"S-{number:02},Tom Hill,{'active' if number % 2 else ''}" for number in range(45)]

    answer = finish(begin("Card,Name,Status", *lines, "S-07,Ann Lee,", ",Tom Hill,", kind="PEOPLE"))

    assert (answer.added, answer.rejected) == (46, 1)
    assert LibraryUser.objects.filter(status="VERIFIED").count() == 22
    assert not LibraryUser.objects.filter(name="Ann Lee").exists()


def test_loans_are_taken_over_and_say_what_is_not_so() -> None:
    finish(begin("Title,Barcode", "Emma,B-01", "Dune,B-02"))
    register(barcode="S-01")

    answer = finish(begin("Card,Label,Borrowed", "S-01,B-01,2026-01-12", "S-02,B-02,2026-01-12", kind="LOANS"))

    assert (answer.added, answer.rejected) == (1, 1)
    [row] = dispatch(GetImportReport(import_id=answer.import_id, fate="REJECTED"), context()).rows
    assert row.remarks == "Nobody has the card S-02 (book B-02)."


def test_what_is_done_is_a_part_of_the_import() -> None:
    import_id = begin("Title,Author", "Emma,", "Dune,")

    go_on(import_id)

    assert [*JournalEntry.objects.order_by("number").values_list("operation", "whole")] == [
        ("BeginImport", None),
        ("AddNewBook", import_id),
        ("AddNewBook", import_id),
        ("ContinueImport", None),
    ]


def test_whoever_is_elsewhere_changes_nothing_and_is_told_where_it_is() -> None:
    import_id = begin("Title,Author", *(f"Book {number}," for number in range(150)))
    first = go_on(import_id)

    again = go_on(import_id)

    assert again == first
    assert Book.objects.count() == ImportedRow.objects.count() == first.position == 100
    assert go_on(import_id, 4711).position == 100


def test_a_step_that_fails_leaves_nothing_and_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = begin("Title,Author", *(f"Book {number}," for number in range(250)))
    go_on(import_id)
    with monkeypatch.context() as patched:
        patched.setattr("circulation.commands.continue_import.keep", _fail)
        with pytest.raises(RuntimeError):
            go_on(import_id, 100)
    assert Book.objects.count() == 100

    assert go_on(import_id, 100).added == 200
    assert finish(import_id).added == Book.objects.count() == 250


def _fail(*_: object) -> None:
    raise RuntimeError
