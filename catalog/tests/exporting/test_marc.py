"""The catalogue as MARC 21: the records that books came with, with what the library has changed, and nothing else."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from pymarc import Field, Indicators, MARCReader, Record, Subfield, parse_xml_to_array

from catalog.commands import AddCopies, AddNewBook
from catalog.models import Book
from circulation.commands import CorrectBook, WithdrawBook
from library_site.cqrs import dispatch
from tests.library import context

pytestmark = pytest.mark.django_db

TIDE = """
001 t1
008 150101s2015    xx            000 0 eng d
020 ..|a 9780306406157 (hbk.)|q first
020 ..|a 0-306-40615-2
041 0.|a eng
100 1.|6 880-01|a Höller, Ida,|d 1950-|e author.
245 14|6 880-02|a The tide :|b a tale /|c by Ida Höller ; drawn by Bo Chan.
500 ..|a "Signed" & <kept>.
700 1.|a Chan, Bo,|e ill.
952 ..|a MAIN|p T0001|o F HOE|y BK
952 ..|a MAIN|p T0002|o F HOE|0 1
952 ..|a MAIN|p T0003|o F HOE
952 ..|a MAIN|o F HOE
"""
EBB = """
001 e1
110 2.|a Friends of the Sea.|b Youth
245 00|a Ebb
852 ..|p E0001|k REF|h 551|i HOE|z note
"""
BARE = """
020 ..|z 9780306406158
245 00|a "Bare" =|b Nackt
852 ..|b MAIN|h 99
"""


def record(text: str) -> Record:
    fields = []
    for line in text.strip().splitlines():
        tag, rest = line.split(" ", 1)
        marks, *subfields = rest.split("|")
        said = [Subfield(*each.split(" ", 1)) for each in subfields]
        fields.append(Field(tag, Indicators(*marks.replace(".", " ")), said) if said else Field(tag, data=rest))
    return Record(fields=fields, leader="00000cam a2200000 i 4500")


def lines(records: Iterable[Record | None]) -> list[str]:
    """By value: lengths are not compared."""
    found = []
    for each in records:
        assert each is not None
        found += [f"{str(each.leader)[5:12]}{str(each.leader)[17:]}", *map(str, each.fields)]
    return found


def exported(path: Path, form: str = "marc", *options: str) -> list[str]:
    call_command("export_books", path, "--format", form, *options, stderr=StringIO())
    content = path.read_bytes()
    return lines(MARCReader(content) if form == "marc" else parse_xml_to_array(BytesIO(content)))


def imported(path: Path, *texts: str) -> None:
    path.write_bytes(b"".join(record(text).as_marc() for text in texts))
    call_command("import_books", path, stdout=StringIO())


def labelled(barcode: str) -> dict[str, Any]:
    return {"book_id": Book.objects.values_list("pk", flat=True).get(barcode=barcode)}


@pytest.mark.parametrize("form", ["marc", "marcxml"])
def test_records_come_back_equal(tmp_path: Path, form: str) -> None:
    """What has no label gets one, which is the library's."""
    texts = [TIDE.replace("952 ..|a MAIN|o F HOE\n", ""), EBB, BARE]
    imported(tmp_path / "in", *texts)
    label = Book.objects.values_list("barcode", flat=True).get(title__startswith='"Bare"')

    out = exported(tmp_path / "out", form)

    assert out == [*lines(map(record, texts)), rf"=952  \\$p{label}$o99"]


def correct(label: str, **values: Any) -> Callable[[], Any]:
    return lambda: dispatch(CorrectBook(**labelled(label), **values), context())


def withdraw(barcode: str) -> Callable[[], Any]:
    return lambda: dispatch(WithdrawBook(**labelled(barcode), reason="Worn out."), context())


def copy(barcode: str) -> Callable[[], Any]:
    return lambda: dispatch(AddCopies(**labelled(barcode), barcode="NEW1"), context())


EBB_TITLE = "=245  00$aEbb"
EBB_AUTHOR = "=110  2\\$aFriends of the Sea.$bYouth"
EBB_ITEM = r"=852  \\$pE0001$kREF$h551$iHOE$znote"
CHANGES: dict[str, tuple[str, Callable[[], Any], set[str], set[str]]] = {
    "title": (EBB, correct("E0001", title="Ebb: tide"), {EBB_TITLE}, {"=245  00$aEbb: tide"}),
    "author": (
        EBB,
        correct("E0001", author_name="Martin Luther King, Jr."),
        {EBB_AUTHOR, EBB_TITLE},
        {r"=100  0\$aMartin Luther King, Jr.", "=245  10$aEbb"},
    ),
    "no author": (EBB, correct("E0001", author_name=""), {EBB_AUTHOR}, set()),
    "statement": (EBB, correct("E0001", statement_of_responsibility="by us"), {EBB_TITLE}, {"=245  00$aEbb$cby us"}),
    "ISBN": (EBB, correct("E0001", isbn="9780306406157"), set(), {r"=020  \\$a9780306406157"}),
    "shelf mark": (EBB, correct("E0001", shelf_mark="KI 2"), {EBB_ITEM}, {r"=852  \\$pE0001$hKI 2$znote"}),
    "label": (EBB, correct("E0001", barcode="E0002"), {EBB_ITEM}, {EBB_ITEM.replace("E0001", "E0002")}),
    "copy": (EBB, copy("E0001"), set(), {r"=852  \\$pNEW1$hREF 551 HOE"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_only_what_the_library_changed_is_changed(tmp_path: Path, what: str) -> None:
    text, change, gone, new = CHANGES[what]
    imported(tmp_path / "in", text)
    before = exported(tmp_path / "before")
    change()

    after = exported(tmp_path / "after")

    assert (set(before) - set(after), set(after) - set(before)) == (gone, new)
    assert [line for line in after if line in before] == [line for line in before if line in after]


def test_items_follow_the_copies(tmp_path: Path) -> None:
    """What was gone before stays; an item without a label gets that of its book."""
    imported(tmp_path / "in", TIDE)
    label = Book.objects.values_list("barcode", flat=True).exclude(barcode__startswith="T").get()
    for of in ("T0001", "T0003"):
        correct(of, title="Tide", isbn="")()
    withdraw(label)()
    withdraw("T0003")()

    after = exported(tmp_path / "after")
    with_withdrawn = exported(tmp_path / "all", "marc", "--withdrawn")

    items = [r"=952  \\$aMAIN$pT0001$oF HOE$yBK", r"=952  \\$aMAIN$pT0002$oF HOE$01"]
    assert [line for line in after if line.startswith("=952")] == items
    assert [line for line in after if line[1:4] in {"020", "245"}] == [
        "=245  10$6880-02$aTide /$cby Ida Höller ; drawn by Bo Chan."
    ]
    assert rf"=952  \\$aMAIN$oF HOE$p{label}" in with_withdrawn


def stored() -> list[Any]:
    columns = ("title", "author__name", "isbn", "barcode", "statement_of_responsibility", "shelf_mark")
    return [*Book.objects.order_by("barcode").values_list(*columns)]


@pytest.mark.parametrize("form", ["marc", "marcxml"])
def test_books_without_a_record_get_one_for_each_title_and_come_back(tmp_path: Path, form: str) -> None:
    path = tmp_path / "books"
    empty = transaction.savepoint()
    books: list[dict[str, Any]] = [
        {"title": "Größe & <kept>", "author_name": "Martin Luther King, Jr.", "isbn": "9780306406157"},
        {"title": "Größe & <kept>", "author_name": "Martin Luther King, Jr.", "isbn": "9780306406157"},
        {"title": "Atlas : 2", "statement_of_responsibility": "by us", "shelf_mark": "KI 1", "barcode": "00012345"},
        {"title": "Turned", "author_name": "Holt, Mira"},
        {"title": "Forever . . .", "author_name": "Ida Höller"},
        {"title": "Thinking in C++"},
    ]
    for book in books:
        dispatch(AddNewBook(**book), context())
    before = stored()
    said = exported(path, form)
    transaction.savepoint_rollback(empty)

    call_command("import_books", path, stdout=StringIO())

    assert stored() == before
    assert len([line for line in said if line.startswith("=001")]) == 5
    assert len(next(line for line in said if line.startswith("=008"))) == len("=008  ") + 40
    assert exported(path, form)[0] == said[0]


def test_what_marc_cannot_hold_is_named_and_marcxml_has_it(tmp_path: Path) -> None:
    """With the item of the library it has over 99,999 bytes."""
    path = tmp_path / "books"
    notes = [Field("500", Indicators(" ", " "), [Subfield("a", "x" * 9_950)])] * 10
    marc = Record(fields=notes, leader="00000cam a2200000 i 4500").as_marc()
    marc = Record(fields=[*notes, Field("001", data="x" * (99_985 - len(marc)))], leader=marc[:24].decode()).as_marc()
    for title, source in (("Long", marc), ("One", b"")):
        dispatch(AddNewBook(title=title, source_record=b64encode(source).decode()), context())

    with pytest.raises(CommandError, match=r"Long \(\d+\)\. --format marcxml has them"):
        exported(path)

    assert [line for line in lines(MARCReader(path.read_bytes())) if "=245" in line] == ["=245  00$aOne"]
    assert sum(line.startswith("=952") for line in exported(path, "marcxml")) == 2
