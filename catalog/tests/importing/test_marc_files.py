"""import_books, of files of MARC records: what each becomes; and again, nothing."""

from io import BytesIO

import pytest

from catalog.importing.files import BookOptions, open_books
from catalog.marc.tests.made import LEADER, collection, marc, xml
from catalog.models import Book, SourceRecord
from library_site.tables import NotATable, Table

from .test_files import Run

pytestmark = pytest.mark.django_db

SALT = [
    ("001", "k1"),
    ("020", "  $z0000000000"),
    ("020", "  $a9780306406157 (hbk.)"),
    ("020", "  $a9780441013593"),
    ("100", "1 $aMoll, Ida,$d1950-"),
    ("245", "10$aSalt /$cIda Moll ; übersetzt von Tess Vane."),
    ("952", "  $pB-0001$oF MOL"),
    ("952", "  $pB-0002$oF MOL"),
    ("952", "  $pB-0003$11"),
]
HILL = [("001", "k2"), ("020", "  $a123"), ("100", "1 $aStone, Ben."), ("245", "10$aQuiet hill /$cBen Stone.")]
TUNE = [("001", "k3"), ("245", "10$aTune")]
NOBODY = [("001", "k4"), ("500", "  $aA note")]

RECORDS = [
    *(marc(SALT), marc(HILL), marc(TUNE, leader=LEADER.replace("nam", "njm")), marc(NOBODY)),
    *(marc(SALT[:6])[:-1].replace(b"\x1e", b"", 1) + b"\x1d", marc(HILL)[:-1]),
]
EXPECTED = [("Salt", "Ida Moll", "9780306406157", "F MOL")] * 2 + [("Quiet hill", "Ben Stone", "", "")]
FATES = [
    ["1", "added", "Salt / Ida Moll"],
    ["1", "added", "Salt / Ida Moll"],
    ["1", "not a book", "Salt"],
    ["2", "added", "Quiet hill / Ben Stone"],
    ["3", "not a book", "Tune"],
    ["4", "rejected", "k4"],
]


def books():
    return [*Book.objects.order_by("pk").values_list("title", "author__name", "isbn", "shelf_mark")]


def test_every_record_is_accounted_for_by_its_number_and_what_it_calls_itself(tmp_path):
    path = tmp_path / "books.mrc"
    path.write_bytes(b"".join(RECORDS))
    planned = Run(path, "--dry-run")
    assert not books()
    assert not SourceRecord.objects.exists()
    run = Run(path)
    assert (books(), run.status) == ([(title, author or "", *more) for title, author, *more in EXPECTED], 1)
    first, *rows = (tmp_path / "books-report.csv").read_text("utf-8-sig").splitlines()
    assert first == "record,fate,taken for,remark"
    assert [row.split(",")[:3] for row in rows] == [*FATES, ["5", "rejected", ""], ["6", "rejected", "Quiet hill /"]]
    assert "record 6, Quiet hill /: the file ends in the middle of it" in run.said
    assert "“123” in ISBN was left out" in rows[3]
    again = Run(path)
    assert len(books()) == 3
    assert again.figures["already there"] == run.figures["added"] == planned.figures["added"] == 3

    kept = {record.marc for record in SourceRecord.objects.all()}
    assert kept == {marc(SALT), marc(HILL)}
    assert {record.marc for record in SourceRecord.objects.filter(books__title="Salt")} == {marc(SALT)}


def test_of_marcxml_it_is_the_same(tmp_path):
    path = tmp_path / "books.xml"
    path.write_text(collection([xml(SALT), xml(HILL), xml(TUNE, leader=LEADER.replace("nam", "njm")), xml(NOBODY)]))
    run = Run(path)
    assert [row[:2] for row in books()] == [row[:2] for row in EXPECTED]
    assert {record.marc[24:] for record in SourceRecord.objects.all()} == {marc(SALT)[24:], marc(HILL)[24:]}
    assert (run.figures["added"], run.lines("rejected"), run.lines("not a book")) == (3, [4], [1, 3])


def test_of_unimarc_no_record_is_kept(tmp_path):
    path = tmp_path / "books.mrc"
    path.write_bytes(
        marc([("010", "  $a9780306406157"), ("200", "1 $aLe pont$eroman$fLuc Roy"), ("700", " 1$aRoy$bLuc")])
    )
    Run(path)
    assert books() == [("Le pont : roman", "Luc Roy", "9780306406157", "")]
    assert not SourceRecord.objects.exists()


def test_media_that_are_asked_for_are_imported(tmp_path):
    path = tmp_path / "books.mrc"
    path.write_bytes(RECORDS[2])
    assert Run(path, "--media=music").figures["added"] == 1


def test_a_file_is_opened_by_what_it_is_and_has_no_columns_if_it_is_marc():
    assert isinstance(open_books(BytesIO(b"title,isbn\nSalt,\n"))[0], Table)
    assert open_books(BytesIO(RECORDS[0]))[0].unit == "record"
    with pytest.raises(NotATable, match="no columns"):
        open_books(BytesIO(RECORDS[0]), BookOptions(columns={"title": "1"}))


def test_long_statements_are_cut_and_two_items_of_one_barcode_are_one_book(tmp_path):
    path = tmp_path / "books.mrc"
    long = [("245", "10$aSalt /$c" + "Ida Moll, " * 200), ("952", "  $pB-0001"), ("952", "  $pb-0001")]
    path.write_bytes(marc(long))
    run = Run(path)
    assert len(Book.objects.get().statement_of_responsibility) == 1000
    assert (run.figures["added"], run.figures["already there"]) == (1, 1)
