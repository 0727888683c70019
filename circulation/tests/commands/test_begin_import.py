"""BeginImport: a file is taken, and looked at."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Book
from circulation.commands import BeginImport, ExpireReservations
from circulation.models import FileImport
from circulation.queries import GetImport
from circulation.tests.imports import NOT_IN_MODEL, begin, books, file_of
from library_site.cqrs import Command, InvalidInput, dispatch
from library_site.cqrs.models import JournalEntry
from tests.declared import declared, refused
from tests.library import context

DECLARED = declared(
    BeginImport,
    good=books,
    statements=23,
    refusals=[
        refused(InvalidInput, "Imports are of BOOKS, PEOPLE, LOANS.", lambda it: books(it) | {"kind": "FILMS"}),
        refused(InvalidInput, "is to be given in base64.", lambda it: books(it) | {"content": "Title,Author"}),
        refused(InvalidInput, "It is a PDF, which has no rows to read.", lambda it: file_of("%PDF-1.7")),
        refused(InvalidInput, "There is no option “colour”.", lambda it: books(it) | {"options": ("colour=red",)}),
        refused(InvalidInput, "“author-order” is one of", lambda it: books(it) | {"options": ("author-order=up",)}),
        refused(InvalidInput, "“header” must be a whole number.", lambda it: books(it) | {"options": ("header=x",)}),
    ],
    not_in_model=NOT_IN_MODEL,
)

pytestmark = pytest.mark.django_db

PEOPLE = ("Card,Name,E-mail", 'S12345,"Hill, Rosa",hill@example.org')


def test_a_file_is_recognised_and_tried_and_nothing_of_it_is_in_the_library() -> None:
    import_id = begin("Titel;Verfasser;Farbe", "Emma;Ann Lee;red", ";;blue", "Dune;;")

    [found] = dispatch(GetImport(import_id=import_id), context()).rows
    assert [(each.name, each.meaning) for each in found.columns] == [
        ("Titel", "title"),
        ("Verfasser", "author"),
        ("Farbe", ""),
    ]
    assert found.columns[0].cells == ("Emma", "", "Dune")
    assert [(each.line, each.fate, each.taken_for) for each in found.preview] == [
        (2, "ADDED", "Emma / Ann Lee"),
        (3, "REJECTED", ""),
        (4, "ADDED", "Dune"),
    ]
    assert (found.rows, found.position, found.added) == (3, 0, 0)
    assert not Book.objects.exists()
    assert [entry.operation for entry in JournalEntry.objects.all()] == ["BeginImport"]


def test_the_journal_says_nothing_of_people() -> None:
    begin(*PEOPLE, kind="PEOPLE")

    [entry] = JournalEntry.objects.all()
    assert "Hill" not in str(entry.arguments) + str(entry.result) + str(entry.changes)
    assert "content" not in entry.arguments


def test_a_file_of_more_than_4_mb_is_for_the_shell() -> None:
    content = b64encode(b"Title\n" + b"x" * (1 << 22)).decode()

    with pytest.raises(InvalidInput, match="The shell takes it"):
        dispatch(BeginImport(kind="BOOKS", file_name="large.csv", content=content), context())


def test_a_file_of_too_many_rows_is_for_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("circulation.importing.open_files.MOST_ROWS", 2)
    begin("Title,Author", "Emma,", "Dune,")

    with pytest.raises(InvalidInput, match=r"more than 2 rows\. The shell takes it"):
        begin("Title,Author", "Emma,", "Dune,", "Ulysses,")


def test_a_page_shows_as_much_of_a_damaged_title_as_a_database_can_keep() -> None:
    field = b"10\x1faEm\0ma" + b"x" * 5000 + b"\x1e"
    record = b"00000nam a2200000 a 4500245%04d00000\x1e%s\x1d" % (len(field), field)

    [row] = _looked_at(record).preview

    assert (row.fate, row.taken_for[:5], len(row.taken_for)) == ("REJECTED", "Em\ufffdma", 1000)


@pytest.mark.parametrize("encoding", ["utf-16", "idna"])
def test_xml_in_another_encoding_than_it_says_is_refused(encoding: str) -> None:
    field = '<datafield tag="245"><subfield code="a">Emma</subfield></datafield>'
    xml = f'<?xml version="1.0" encoding="{encoding}"?><collection><record>{field * 1000}</record></collection>'

    with pytest.raises(InvalidInput, match=f"It is not in {encoding}. Say"):
        _looked_at(xml.encode())


def _looked_at(content: bytes) -> Any:
    file = BeginImport(kind="BOOKS", file_name="file", content=b64encode(content).decode())
    [found] = dispatch(GetImport(import_id=dispatch(file, context()).import_id), context()).rows
    return found


@pytest.mark.parametrize("meanwhile", [ExpireReservations(), BeginImport(**file_of("Title,Author", "Emma,"))])
def test_a_file_with_which_nobody_goes_on_is_not_kept_for_ever(meanwhile: Command[Any]) -> None:
    forgotten, at_work = begin(*PEOPLE, kind="PEOPLE"), begin(*PEOPLE, kind="PEOPLE")
    FileImport.objects.filter(pk=forgotten).update(changed_at=timezone.now() - timedelta(days=15))

    dispatch(meanwhile, context())

    states = dict(FileImport.objects.values_list("pk", "state"))
    assert (states[forgotten], states[at_work]) == ("CLOSED", "BEGUN")
    assert not FileImport.objects.get(pk=forgotten).preview
